// What two clusters tell together: the clusters of the newest run, joined by what each two tell about the target
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param target => 'all'
// example:  :param fdr => null
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)<-[:ABOUT]-(measured:Run {kind: 'synergy', state: 'finished', partition: partition.name})
WHERE $run IS NULL OR measured.key = $run
WITH partition, measured
ORDER BY measured.finished_at DESC, measured.key
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(first:Cluster)-[joint:JOINT_INFORMATION]->(second:Cluster)
WHERE joint.run = measured.key AND joint.target_name = $target AND ($fdr IS NULL OR joint.q <= $fdr)
RETURN first, joint, second
ORDER BY joint.synergy_sx_bits IS NULL, joint.synergy_sx_bits DESC, first.number, second.number
LIMIT 300;
