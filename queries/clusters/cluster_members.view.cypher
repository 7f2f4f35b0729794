// Members of a cluster: its neurons and the strongest weights between them
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster {number: $cluster})<-[membership:IN_CLUSTER]-(neuron)
OPTIONAL MATCH (neuron)-[weight:WEIGHT]->(other)-[:IN_CLUSTER]->(cluster)
RETURN cluster, membership, neuron, weight, other
ORDER BY weight IS NULL, weight.strength DESC, neuron.key, other.key
LIMIT 300;
