// Clusters that come back in other seeds: the clusters and their matches
// example:  :param family => 'mnist'
// example:  :param method => null
// example:  :param min_seeds => 2
// example:  :param max_q => 0.05
MATCH (one:Network {family: $family})<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished'})
MATCH (other:Network {key: run.other})
WHERE other.family = $family AND other.seed <> one.seed AND run.n_null > 0 AND 1.0 / (1 + run.n_null) <= $max_q
UNWIND [{network: one, partition: run.first, seed: other.seed}, {network: other, partition: run.second, seed: one.seed}]
  AS side
WITH side.network AS network, side.partition AS name, side.seed AS other_seed, run
ORDER BY run.finished_at DESC, run.key
WITH network, name, other_seed, head(collect(run.key)) AS run
ORDER BY other_seed
WITH network, name, collect(run) AS runs
MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: name})
WHERE $method IS NULL OR partition.method = $method
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
WHERE cluster.set_apart IS NULL
OPTIONAL MATCH (cluster)-[match:MATCHES]-(matched:Cluster)
WHERE match.run IN runs AND match.one_to_one AND match.q <= $max_q
WITH cluster, collect(match) AS matches, collect(matched) AS found
WHERE size(found) >= $min_seeds - 1
RETURN cluster, matches, found
ORDER BY size(found) DESC, cluster.key
LIMIT 300;
