// Partitions that leave out neurons
// name:     partition_leaves_out_neurons
// question: Which neurons lie in no cluster of a partition that covers their layer?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  network   string         key of the network
// returns:  key       string         key of what is wrong
// returns:  problem   string         what is wrong with it
// returns:  fix       string         what to do
// example:  :param network => null
MATCH (network:Network)-[:HAS_PARTITION]->(partition:Partition)
WHERE $network IS NULL OR network.key = $network
CALL (partition) {
  MATCH (partition)-[:HAS_CLUSTER]->(:Cluster)<-[:IN_CLUSTER]-(neuron)
  RETURN neuron.layer AS layer, count(DISTINCT neuron) AS n_members
}
MATCH (network)-[:HAS_LAYER]->(one:Layer {name: layer})
WHERE one.n_neurons > n_members
MATCH (one)-[:HAS_NEURON]->(neuron)
WHERE NOT EXISTS { (neuron)-[:IN_CLUSTER]->(:Cluster)<-[:HAS_CLUSTER]-(partition) }
RETURN network.key AS network, neuron.key AS key, 'in no cluster of partition ' + partition.name AS problem,
       'Run `atlas remove --run ' + partition.run + '` and partition again.' AS fix
ORDER BY network, key, problem;
