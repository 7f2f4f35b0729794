// Neurons that connect clusters: the strongest weights between them and neurons of other clusters
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param min_participation => 0.3
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)<-[membership:IN_CLUSTER]-(neuron)
WHERE membership.participation >= $min_participation
WITH partition, cluster, membership, neuron
ORDER BY membership.participation DESC, neuron.layer_number, neuron.number
LIMIT 30
CALL (cluster, neuron) {
  MATCH (cluster)<-[:IN_CLUSTER]-(member)
  WITH neuron, collect(member) AS members
  MATCH (neuron)-[weight:WEIGHT]-(other)
  WHERE weight.strength > 0 AND NOT other IN members
  RETURN weight, other
  ORDER BY weight.strength DESC, other.key
  LIMIT 100
}
WITH partition, cluster, membership, neuron, weight, other
ORDER BY weight.strength DESC, neuron.key, other.key
LIMIT 100
MATCH (other)-[outside:IN_CLUSTER]->(elsewhere:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN cluster, membership, neuron, weight, other, outside, elsewhere
ORDER BY weight.strength DESC, neuron.key, other.key;
