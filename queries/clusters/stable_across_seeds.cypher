// Clusters that come back in other seeds
// name:     stable_across_seeds
// question: Which clusters come back in every seed?
// needs:    comparison
// param:    $family              string          family of the networks, which differ by seed
// param:    $method              string = null   method that made the partition; null is every method
// param:    $min_seeds           integer = 2     least number of seeds it is found in, its own counted
// param:    $max_q               float = 0.05    largest q of the one-to-one match that counts as found
// returns:  cluster              string          key of the cluster
// returns:  network              string          key of its network
// returns:  seed                 integer         seed of its network
// returns:  partition            string          name of its partition
// returns:  n_seeds              integer         seeds it is found in, its own counted
// returns:  n_compared           integer         seeds its partition was compared with, its own counted
// returns:  mean_score           float           mean score of its matches, whatever each run matched by
// returns:  mean_effect_points   float           mean accuracy lost when it or its matches are ablated, in points
// returns:  sd_effect_points     float           standard deviation of it over those clusters; null: fewer than two
// returns:  mean_label_bits      float           mean information about the class of it and its matches, in bits
// returns:  runs                 list of string  keys of the runs compared: the newest with each other seed
// returns:  effect_runs          list of string  keys of the newest runs that measured the effects
// returns:  label_runs           list of string  keys of the newest runs that measured the information
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
WITH network, partition, cluster, cluster.number AS number, runs, avg(match.score) AS mean_score,
     [cluster] + collect(matched) AS found
WHERE size(found) >= $min_seeds
CALL (found) {
  UNWIND found AS one
  WITH one
  ORDER BY one.key
  RETURN avg(one.effect_points) AS mean_effect_points, avg(one.label_bits) AS mean_label_bits,
         CASE WHEN count(one.effect_points) > 1 THEN stDev(one.effect_points) END AS sd_effect_points,
         collect(DISTINCT one.effect_run) AS effect_runs, collect(DISTINCT one.label_run) AS label_runs
}
RETURN cluster.key AS cluster, network.key AS network, network.seed AS seed, partition.name AS partition,
       size(found) AS n_seeds, size(runs) + 1 AS n_compared, mean_score, mean_effect_points, sd_effect_points,
       mean_label_bits, runs, effect_runs, label_runs
ORDER BY n_seeds DESC, mean_score IS NULL, mean_score DESC, network, partition, number;
