// Strongest paths from a neuron to a class: their neurons and weights
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/input/28'
// example:  :param target => 'all'
// example:  :param measure => 'product'
// example:  :param min_strength => 0.0
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(start:Neuron {key: $neuron})
MATCH (network)-[:HAS_LAYER]->(last:Layer)
WHERE last.number = network.n_layers - 1 AND start.layer_number < last.number
WITH network, start,
     COLLECT {
       MATCH (last)-[:HAS_NEURON]->(neuron)
       WITH neuron, $target = 'all' OR EXISTS { (neuron)-[:ANSWERS]->(:Target {name: $target}) } AS is_goal
       RETURN CASE WHEN NOT is_goal THEN [0.0, 0.0]
                   WHEN $measure = 'product' THEN [1.0, 1.0]
                   ELSE [Infinity, 1.0] END
       ORDER BY neuron.number
     } AS goals,
     COLLECT {
       MATCH (network)-[:HAS_LAYER]->(layer:Layer)
       WHERE start.layer_number < layer.number < network.n_layers - 1
       WITH layer, [(layer)-[:FEEDS]->(fed) | fed.number - layer.number - 1] AS jumps
       RETURN {layer: layer, jump: CASE WHEN size(jumps) = 1 AND jumps[0] >= 0 THEN jumps[0] END}
       ORDER BY layer.number DESC
     } AS stages
// Backwards, a layer at a time: from each of its neurons on, the strength of the best path and the number of paths.
// Where a layer feeds one other, `jump` saves reading the layer of every neuron it leads to.
WITH network, start, reduce(ahead = [goals], stage IN stages | [COLLECT {
       WITH stage.layer AS layer, stage.jump AS jump
       MATCH (layer)-[:HAS_NEURON]->(neuron)
       WITH layer, jump, neuron, COLLECT {
         MATCH (neuron)-[weight:WEIGHT]->(next)
         WHERE weight.strength >= $min_strength AND (jump IS NOT NULL OR next.layer_number > layer.number)
         WITH weight.strength AS strength,
              ahead[coalesce(jump, next.layer_number - layer.number - 1)][next.number] AS rest
         RETURN [CASE WHEN $measure = 'product' THEN strength * rest[0]
                      WHEN strength < rest[0] THEN strength
                      ELSE rest[0] END,
                 CASE WHEN strength > 0 THEN rest[1] ELSE 0.0 END]
       } AS steps
       RETURN [reduce(best = 0.0, step IN steps | CASE WHEN step[0] > best THEN step[0] ELSE best END),
               reduce(n_paths = 0.0, step IN steps | n_paths + step[1])]
       ORDER BY neuron.number
     }] + ahead) AS ahead
// Forwards: of the paths begun, those whose best end is strongest; no other can be among the strongest.
WITH network, start, ahead,
     [{neurons: [start], weights: [], place: [],
       strength: CASE WHEN $measure = 'product' THEN 1.0 ELSE Infinity END}] AS begun
WITH network, start, ahead, reduce(paths = begun, number IN range(start.layer_number, network.n_layers - 2) | COLLECT {
       UNWIND paths AS path
       CALL (path, number, start, ahead) {
         WITH path
         WHERE path.neurons[-1].layer_number > number
         RETURN path AS longer
         UNION ALL
         WITH path, path.neurons[-1] AS neuron
         WHERE neuron.layer_number = number
         MATCH (neuron)-[weight:WEIGHT]->(next)
         WHERE weight.strength > 0 AND weight.strength >= $min_strength AND next.layer_number > number
         WITH path, weight, next, ahead[next.layer_number - start.layer_number - 1][next.number] AS rest,
              CASE WHEN $measure = 'product' THEN path.strength * weight.strength
                   WHEN weight.strength < path.strength THEN weight.strength
                   ELSE path.strength END AS strength
         WHERE rest[1] > 0
         RETURN {neurons: path.neurons + next, weights: path.weights + weight,
                 place: path.place + [next.layer_number, next.number], strength: strength,
                 prospect: CASE WHEN $measure = 'product' THEN strength * rest[0]
                                WHEN strength < rest[0] THEN strength
                                ELSE rest[0] END} AS longer
       }
       RETURN longer ORDER BY longer.prospect DESC, longer.place LIMIT $top
     }) AS paths
UNWIND paths AS path
RETURN path.neurons AS neurons, path.weights AS weights
ORDER BY path.prospect DESC, path.place;
