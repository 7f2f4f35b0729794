// A cluster and its border
// name:     subgraph_of_cluster
// question: Which weights hold this cluster together, and which join it to the rest?
// needs:    partition
// param:    $network     string         key of the network
// param:    $partition   string = null  name of the partition; null is the newest one
// param:    $cluster     integer        number of the cluster within the partition
// param:    $top_inside  integer = 200  strongest weights to return that stay inside
// param:    $top_border  integer = 50   strongest weights to return that cross its border
// returns:  from_neuron  string         key of the neuron the weight comes from
// returns:  to_neuron    string         key of the neuron it leads to
// returns:  weight       float          signed weight; null where a sign has no meaning
// returns:  strength     float          its magnitude
// returns:  inside       boolean        true if both neurons are in the cluster
// returns:  n_total      integer        weights of this kind, shown or not
// returns:  run          string         key of the run that made the partition
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
// example:  :param top_inside => 200
// example:  :param top_border => 50
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(:Cluster {number: $cluster})<-[:IN_CLUSTER]-(member)
WITH made, collect(member) AS members
CALL (members) {
  UNWIND members AS neuron
  RETURN sum(COUNT { (neuron)-[:WEIGHT]->() } + COUNT { (neuron)<-[:WEIGHT]-() }) AS n_ends
}
CALL (members) {
  UNWIND members AS source
  MATCH (source)-[:WEIGHT]->(target)
  WHERE target IN members
  RETURN count(*) AS n_inside
}
CALL (members) {
  UNWIND members AS source
  MATCH (source)-[weight:WEIGHT]->(target)
  WHERE target IN members
  RETURN source, weight, target, true AS inside
  ORDER BY weight.strength DESC, source.key, target.key
  LIMIT $top_inside
  UNION ALL
  CALL (members) {
    UNWIND members AS source
    MATCH (source)-[weight:WEIGHT]->(target)
    WHERE NOT target IN members
    RETURN source, weight, target, false AS inside
    ORDER BY weight.strength DESC, source.key, target.key
    LIMIT $top_border
    UNION ALL
    UNWIND members AS target
    MATCH (target)<-[weight:WEIGHT]-(source)
    WHERE NOT source IN members
    RETURN source, weight, target, false AS inside
    ORDER BY weight.strength DESC, source.key, target.key
    LIMIT $top_border
  }
  RETURN source, weight, target, inside
  ORDER BY weight.strength DESC, source.key, target.key
  LIMIT $top_border
}
RETURN source.key AS from_neuron, target.key AS to_neuron, weight.value AS weight, weight.strength AS strength, inside,
       CASE WHEN inside THEN n_inside ELSE n_ends - 2 * n_inside END AS n_total, made.key AS run
ORDER BY inside DESC, strength DESC, from_neuron, to_neuron;
