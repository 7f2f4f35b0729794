// Most damaging neurons
// name:     most_damaging_neurons
// question: Which single neurons hurt most if removed?
// needs:    neuron_effects
// param:    $network        string          key of the network
// param:    $target         string = 'all'  target whose accuracy is meant
// param:    $fdr            float = null    largest q to show; null shows every measured neuron
// param:    $partition      string = null   name of the partition that `cluster_number` is of; null leaves it empty
// param:    $run            string = null   key of the run to read; null is the newest finished one
// param:    $top            integer = 20    rows to return
// returns:  neuron          string          key of the neuron
// returns:  layer           string          name of its layer
// returns:  cluster_number  integer         number of its cluster in the partition
// returns:  effect_points   float           accuracy lost on the target when it is ablated, in percentage points
// returns:  low_points      float           lower end of the 95 % interval, in percentage points
// returns:  high_points     float           upper end of the 95 % interval, in percentage points
// returns:  loss_change     float           mean change of the loss: nats; squared error where there are no classes
// returns:  p               float           exact McNemar test on paired trials; without classes one of the loss
// returns:  q               float           false discovery rate within the run and the kind of target
// returns:  run             string          key of the run that measured it
// returns:  n_total         integer         neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param fdr => 0.05
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron:Neuron)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN neuron.effect_run ELSE asked.key END
  AND ($fdr IS NULL OR effect.q <= $fdr)
WITH partition, neuron, effect
ORDER BY effect.points IS NULL, effect.points DESC, effect.loss_change IS NULL, effect.loss_change DESC,
         neuron.layer_number, neuron.number
WITH partition, collect({neuron: neuron, effect: effect}) AS found
UNWIND range(0, size(found) - 1) AS position
WITH partition, found, position
ORDER BY position
LIMIT $top
WITH partition, found[position].neuron AS neuron, found[position].effect AS effect, position, size(found) AS n_total
OPTIONAL MATCH (neuron)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN neuron.key AS neuron, neuron.layer AS layer, cluster.number AS cluster_number,
       effect.points AS effect_points, effect.low_points AS low_points, effect.high_points AS high_points,
       effect.loss_change AS loss_change, effect.p AS p, effect.q AS q, effect.run AS run, n_total
ORDER BY position;
