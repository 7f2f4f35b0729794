// Partitions of a network: the network, its partitions, and the runs that made them
// example:  :param network => 'digits-mlp'
// example:  :param method => null
MATCH path = (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(:Run {state: 'finished'})
WHERE $method IS NULL OR partition.method = $method
RETURN path
ORDER BY partition.modularity IS NULL, partition.modularity DESC, partition.name
LIMIT 300;
