// Informative neurons: the neurons, their clusters, and the target they tell about
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param kind => 'label'
// example:  :param fdr => 0.05
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron:Neuron)-[information:INFORMATION {kind: $kind}]->(target)
WHERE information.run = CASE WHEN $run IS NOT NULL THEN asked.key
                             WHEN $kind = 'relay' THEN neuron.relay_run ELSE neuron.label_run END
  AND ($fdr IS NULL OR information.q <= $fdr)
WITH target, partition, neuron, information
ORDER BY information.bits IS NULL, information.bits DESC, neuron.layer_number, neuron.number
LIMIT $top
OPTIONAL MATCH (neuron)-[membership:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN neuron, information, target, membership, cluster;
