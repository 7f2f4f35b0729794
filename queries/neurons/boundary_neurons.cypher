// Neurons that connect clusters
// name:     boundary_neurons
// question: Which neurons connect clusters?
// needs:    partition
// param:    $network            string         key of the network
// param:    $partition          string = null  name of the partition; null is the newest one
// param:    $min_participation  float = 0.3    least spread of a neuron's strength over clusters, from 0 to 1
// param:    $effect_run         string = null  key of the run to read effects of; null is the newest finished one
// param:    $top                integer = 100  rows to return
// returns:  neuron              string         key of the neuron
// returns:  layer               string         name of its layer
// returns:  cluster             integer        number of its cluster in the partition
// returns:  participation       float          spread of its strength over clusters, from 0 (one cluster only)
// returns:  clusters_reached    integer        clusters its weights join it to; null unless weights were partitioned
// returns:  effect_points       float          accuracy over all classes lost when it is ablated, in percentage points
// returns:  role                string         hub, connector, provincial or bottleneck; null: none of them
// returns:  partition_run       string         key of the run that made the partition
// returns:  effect_run          string         key of the run that measured the effect
// returns:  n_total             integer        neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param min_participation => 0.3
// example:  :param effect_run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
OPTIONAL MATCH (network)-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
MATCH (partition)-[:HAS_CLUSTER]->(home:Cluster)<-[membership:IN_CLUSTER]-(neuron)
WHERE membership.participation >= $min_participation
WITH partition, made, target, ablated, collect({neuron: neuron, home: home, membership: membership}) AS found
UNWIND found AS row
WITH partition, made, target, ablated, row.neuron AS one, row.home AS home, row.membership AS membership,
     size(found) AS n_total
ORDER BY membership.participation DESC, one.layer_number, one.number
LIMIT $top
OPTIONAL MATCH (one)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN one.effect_run ELSE ablated.key END
CALL (one, partition) {
  MATCH (one)-[weight:WEIGHT]-(other)
  WHERE weight.strength > 0
  WITH DISTINCT partition, other
  MATCH (other)-[:IN_CLUSTER]->(reached:Cluster)<-[:HAS_CLUSTER]-(partition)
  RETURN count(DISTINCT reached) AS clusters_reached
}
RETURN one.key AS neuron, one.layer AS layer, home.number AS cluster,
       membership.participation AS participation,
       CASE WHEN partition.graph = 'weights' THEN clusters_reached END AS clusters_reached,
       effect.points AS effect_points,
       membership.role AS role, made.key AS partition_run, effect.run AS effect_run, n_total
ORDER BY participation DESC, one.layer_number, one.number;
