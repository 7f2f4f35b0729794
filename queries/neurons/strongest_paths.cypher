// Strongest paths from a neuron to a class
// name:     strongest_paths
// question: Which are the best routes from this neuron to that class, and which clusters do they cross?
// needs:    nothing
// param:    $network          string              key of the network
// param:    $neuron           string              key of the neuron the paths begin at, of any layer but the last
// param:    $target           string = 'all'      class the paths lead to; all: to any output neuron
// param:    $measure          string = 'product'  product of a path's strengths, or bottleneck, their least
// param:    $min_strength     float = 0.0         least strength of every weight; one of strength 0 joins nothing
// param:    $partition        string = null       name of the partition that `clusters` are of; null is the newest
// param:    $top              integer = 10        rows to return
// returns:  rank              integer             place of the path, from 1; of equal ones the first neurons come first
// returns:  path              list of string      keys of its neurons, each in a later layer than the one before
// returns:  target            string              class that the last of them answers; null: none
// returns:  hops              integer             weights of the path
// returns:  product           float               product of their strengths
// returns:  bottleneck        float               least of their strengths
// returns:  sign              integer             product of their signs, 0 where a weight is; null: none has meaning
// returns:  clusters          list of integer     numbers of the clusters of its neurons; null: there is no partition
// returns:  clusters_crossed  integer             weights of the path that lead from one cluster to another
// returns:  partition_run     string              key of the run that made the partition
// returns:  complete          boolean             true: all that `n_total` counts are shown
// returns:  n_total           integer             paths of kept weights to the target, shown or not; null: over 2^53
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/input/28'
// example:  :param target => 'all'
// example:  :param measure => 'product'
// example:  :param min_strength => 0.0
// example:  :param partition => null
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
WITH start, paths,
     reduce(n = 0.0, step IN COLLECT {
       MATCH (start)-[weight:WEIGHT]->(next)
       WHERE weight.strength > 0 AND weight.strength >= $min_strength AND next.layer_number > start.layer_number
       RETURN ahead[next.layer_number - start.layer_number - 1][next.number][1]
     } | n + step) AS n_paths,
     head(COLLECT {
       MATCH (network)-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
       WHERE $partition IS NULL OR partition.name = $partition
       RETURN {partition: partition, run: made.key} ORDER BY made.finished_at DESC, partition.name LIMIT 1
     }) AS cut
UNWIND range(0, size(paths) - 1) AS position
WITH paths[position].neurons AS neurons, paths[position].weights AS weights, n_paths, cut, position
WITH neurons, weights, n_paths, cut, position, CASE WHEN cut IS NOT NULL THEN COLLECT {
       UNWIND range(0, size(neurons) - 1) AS place
       WITH place, neurons[place] AS neuron, cut.partition AS partition
       OPTIONAL MATCH (neuron)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
       RETURN cluster.number ORDER BY place
     } END AS clusters
RETURN position + 1 AS rank, [neuron IN neurons | neuron.key] AS path,
       head([(neuron)-[:ANSWERS]->(answered) WHERE neuron = neurons[-1] | answered.name]) AS target,
       size(weights) AS hops, reduce(product = 1.0, weight IN weights | product * weight.strength) AS product,
       reduce(least = Infinity, weight IN weights |
              CASE WHEN weight.strength < least THEN weight.strength ELSE least END) AS bottleneck,
       reduce(signs = 1, weight IN weights | signs * toInteger(sign(weight.value))) AS sign, clusters,
       CASE WHEN clusters IS NOT NULL
            THEN size([place IN range(1, size(clusters) - 1) WHERE clusters[place] <> clusters[place - 1]])
       END AS clusters_crossed,
       cut.run AS partition_run, n_paths <= $top AS complete,
       CASE WHEN n_paths < 9007199254740992 THEN toInteger(n_paths) END AS n_total
ORDER BY rank;
