// Effect and information of clusters together: clusters and the target, joined by what was measured
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param target => 'all'
// example:  :param effect_run => null
// example:  :param information_run => null
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
MATCH (partition)-[part:HAS_CLUSTER]->(cluster:Cluster)
OPTIONAL MATCH (cluster)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN cluster.effect_run ELSE ablated.key END
OPTIONAL MATCH (cluster)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN cluster.label_run ELSE informed.key END
RETURN partition, part, cluster, effect, information, target
ORDER BY cluster.number
LIMIT 300;
