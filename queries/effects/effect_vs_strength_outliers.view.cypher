// Effect against strength: the neurons whose effect is furthest from what their strength predicts, and the target
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN neuron.effect_run ELSE asked.key END
  AND effect.points IS NOT NULL AND ($layer IS NULL OR neuron.layer = $layer)
WITH target, neuron, effect, neuron.in_strength + neuron.out_strength AS x, effect.points AS y
WITH target, neuron.layer AS layer, collect({neuron: neuron, effect: effect, x: x, y: y}) AS members,
     avg(x) AS mean_x, avg(y) AS mean_y
WITH target, members, mean_x, mean_y,
     reduce(s = 0.0, one IN members | s + (one.x - mean_x) * (one.x - mean_x)) AS xx,
     reduce(s = 0.0, one IN members | s + (one.y - mean_y) * (one.y - mean_y)) AS yy,
     reduce(s = 0.0, one IN members | s + (one.x - mean_x) * (one.y - mean_y)) AS xy
WITH target, members, mean_x, mean_y, CASE WHEN xx > 1e-12 * mean_x * mean_x THEN xy / xx END AS slope,
     CASE WHEN xx > 1e-12 * mean_x * mean_x AND yy > 0 THEN xy / sqrt(xx * yy) END AS r, yy
WITH target, members, mean_x, mean_y, slope,
     CASE WHEN size(members) > 2 AND yy * (1 - r * r) > 1e-12 * yy
          THEN sqrt(yy * (1 - r * r) / (size(members) - 2)) END AS sd
UNWIND members AS row
WITH target, row.neuron AS neuron, row.effect AS effect,
     (row.y - (mean_y + slope * (row.x - mean_x))) / sd AS residual_z
RETURN neuron, effect, target
ORDER BY residual_z IS NULL, abs(residual_z) DESC, neuron.layer_number, neuron.number
LIMIT $top;
