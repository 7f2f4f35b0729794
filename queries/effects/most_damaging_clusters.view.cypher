// Most damaging clusters: the clusters, and the target they harm
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param target => 'all'
// example:  :param fdr => null
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
MATCH (cluster)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN cluster.effect_run ELSE asked.key END
  AND ($fdr IS NULL OR effect.q <= $fdr)
RETURN cluster, effect, target
ORDER BY effect.points IS NULL, effect.points DESC, cluster.number
LIMIT $top;
