// Neurons that relay information: those that relay most, their clusters, and the target
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param min_relay => null
// example:  :param fdr => 0.05
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron:Neuron)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = CASE WHEN $run IS NULL THEN neuron.relay_run ELSE asked.key END
  AND ($min_relay IS NULL OR coalesce(relay.bits, relay.alone_bits) >= $min_relay)
  AND ($fdr IS NULL OR CASE WHEN relay.bits IS NULL THEN relay.alone_q ELSE relay.q END <= $fdr)
WITH target, partition, neuron, relay
ORDER BY relay.bits IS NULL, relay.bits DESC, relay.alone_bits IS NULL, relay.alone_bits DESC,
         neuron.layer_number, neuron.number
LIMIT $top
OPTIONAL MATCH (neuron)-[membership:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN neuron, relay, target, membership, cluster;
