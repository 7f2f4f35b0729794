// Members of a cluster: its neurons and the strongest weights between them
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster {number: $cluster})<-[:IN_CLUSTER]-(member)
WITH cluster, collect(member) AS members
CALL (members) {
  UNWIND members AS neuron
  MATCH (neuron)-[weight:WEIGHT]->(other)
  WHERE other IN members
  RETURN neuron, weight, other
  ORDER BY weight.strength DESC, neuron.key, other.key
  LIMIT 300
  UNION ALL
  UNWIND members AS neuron
  RETURN neuron, null AS weight, null AS other
  ORDER BY neuron.key
  LIMIT 300
}
MATCH (cluster)<-[membership:IN_CLUSTER]-(neuron)
RETURN cluster, membership, neuron, weight, other
ORDER BY weight IS NULL, weight.strength DESC, neuron.key, other.key
LIMIT 300;
