// Which clusters of two networks match: both partitions, their clusters, and the one-to-one matches
// example:  :param first => 'mnist-seed0'
// example:  :param second => 'mnist-seed1'
// example:  :param first_partition => null
// example:  :param second_partition => null
// example:  :param run => null
MATCH (one:Network {key: $first})
MATCH (other:Network {key: $second})
UNWIND [{about: one, beside: other}, {about: other, beside: one}] AS side
WITH one, other, side.about AS about, side.beside AS beside
MATCH (about)<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished'})
WHERE run.other = beside.key AND ($run IS NULL OR run.key = $run)
WITH one, other, run, CASE WHEN about = one THEN [run.first, run.second] ELSE [run.second, run.first] END AS names
WHERE ($first_partition IS NULL OR names[0] = $first_partition)
  AND ($second_partition IS NULL OR names[1] = $second_partition)
WITH one, other, run, names
ORDER BY run.finished_at DESC, run.key
LIMIT 1
UNWIND [{network: one, name: names[0]}, {network: other, name: names[1]}] AS side
WITH run, side.network AS network, side.name AS name
MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: name})-[has:HAS_CLUSTER]->(cluster:Cluster)
WHERE cluster.set_apart IS NULL
OPTIONAL MATCH (cluster)-[match:MATCHES]->(matched:Cluster)
WHERE match.run = run.key AND match.one_to_one
RETURN partition, has, cluster, match, matched
ORDER BY partition.key, cluster.number
LIMIT 300;
