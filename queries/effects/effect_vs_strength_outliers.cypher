// Effect against strength
// name:     effect_vs_strength_outliers
// question: Which neurons are strongly wired and matter little, or the reverse?
// needs:    neuron_effects
// param:    $network          string         key of the network
// param:    $layer            string = null  name of a layer; null is every layer that was measured
// param:    $run              string = null  key of the run to read; null is the newest finished one
// param:    $top              integer = 20   rows to return
// returns:  neuron            string         key of the neuron
// returns:  layer             string         name of its layer
// returns:  in_strength       float          summed strength of its incoming weights
// returns:  out_strength      float          summed strength of its outgoing weights
// returns:  effect_points     float          accuracy lost over all classes when it is ablated, in percentage points
// returns:  predicted_points  float          what its summed strength predicts, by least squares within its layer
// returns:  residual_z        float          effect beyond that in standard deviations of the residuals of the layer
// returns:  r                 float          correlation of effect and strength within its layer
// returns:  run               string         key of the run that measured it
// returns:  n_total           integer        neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN neuron.effect_run ELSE asked.key END
  AND effect.points IS NOT NULL AND ($layer IS NULL OR neuron.layer = $layer)
WITH neuron, effect, neuron.in_strength + neuron.out_strength AS x, effect.points AS y
WITH neuron.layer AS layer, collect({neuron: neuron, effect: effect, x: x, y: y}) AS members,
     avg(x) AS mean_x, avg(y) AS mean_y
WITH layer, members, mean_x, mean_y,
     reduce(s = 0.0, one IN members | s + (one.x - mean_x) * (one.x - mean_x)) AS xx,
     reduce(s = 0.0, one IN members | s + (one.y - mean_y) * (one.y - mean_y)) AS yy,
     reduce(s = 0.0, one IN members | s + (one.x - mean_x) * (one.y - mean_y)) AS xy
WITH layer, members, mean_x, mean_y, CASE WHEN xx > 1e-12 * mean_x * mean_x THEN xy / xx END AS slope,
     CASE WHEN xx > 1e-12 * mean_x * mean_x AND yy > 0 THEN xy / sqrt(xx * yy) END AS r, yy
WITH members, mean_x, mean_y, slope, r,
     CASE WHEN size(members) > 2 AND yy * (1 - r * r) > 1e-12 * yy
          THEN sqrt(yy * (1 - r * r) / (size(members) - 2)) END AS sd
UNWIND members AS row
WITH row.neuron AS neuron, row.effect AS effect, r, mean_y + slope * (row.x - mean_x) AS predicted_points, sd
WITH neuron, effect, r, predicted_points, (effect.points - predicted_points) / sd AS residual_z
WITH collect({neuron: neuron, effect: effect, r: r, predicted_points: predicted_points, residual_z: residual_z})
     AS found
UNWIND found AS row
WITH row.neuron AS one, row.effect AS effect, row.r AS r, row.predicted_points AS predicted_points,
     row.residual_z AS residual_z, size(found) AS n_total
RETURN one.key AS neuron, one.layer AS layer, one.in_strength AS in_strength, one.out_strength AS out_strength,
       effect.points AS effect_points, predicted_points, residual_z, r, effect.run AS run, n_total
ORDER BY residual_z IS NULL, abs(residual_z) DESC, one.layer_number, one.number
LIMIT $top;
