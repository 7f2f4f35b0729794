// Neurons in two clusters of one partition
// name:     neurons_in_two_clusters
// question: Which neurons lie in more than one cluster of a partition?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  network   string         key of the network
// returns:  key       string         key of what is wrong
// returns:  problem   string         what is wrong with it
// returns:  fix       string         what to do
// example:  :param network => null
MATCH (network:Network)-[:HAS_PARTITION]->(partition:Partition)-[:HAS_CLUSTER]->(cluster:Cluster)
WHERE $network IS NULL OR network.key = $network
MATCH (cluster)<-[:IN_CLUSTER]-(neuron)
WITH network, partition, neuron, count(*) AS n_clusters
WHERE n_clusters > 1
RETURN network.key AS network, neuron.key AS key,
       'in ' + toString(n_clusters) + ' clusters of partition ' + partition.name AS problem,
       'Run `atlas remove --run ' + partition.run + '` and partition again.' AS fix
ORDER BY network, key, problem;
