// What a cluster is, does and knows: the cluster, its partition, and the target it affects, tells about and relays
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
// example:  :param target => 'all'
// example:  :param effect_run => null
// example:  :param information_run => null
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[part:HAS_CLUSTER]->(cluster:Cluster {number: $cluster})
OPTIONAL MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
OPTIONAL MATCH (cluster)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN cluster.effect_run ELSE ablated.key END
OPTIONAL MATCH (cluster)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN cluster.label_run ELSE informed.key END
OPTIONAL MATCH (cluster)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = cluster.relay_run
OPTIONAL MATCH (cluster)-[code:INFORMATION {kind: 'complexity'}]->(every:Target {kind: 'all'})
WHERE code.run = cluster.complexity_run
RETURN partition, part, cluster, effect, information, relay, target, code, every;
