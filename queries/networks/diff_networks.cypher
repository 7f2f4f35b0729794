// Which clusters of two networks match
// name:     diff_networks
// question: Which clusters of two networks match, and which are in one of them only?
// needs:    comparison
// param:    $first             string          key of one network
// param:    $second            string          key of the other
// param:    $first_partition   string = null   partition of the first; null is that of the newest comparison
// param:    $second_partition  string = null   partition of the second; null is that of the newest comparison
// param:    $run               string = null   key of the run to read; null is the newest, either way round
// param:    $min_score         float = 0.0     least score of a match; one below it is weak
// param:    $max_q             float = 0.05    largest q of a match, else like chance; not tested: shuffles are too few
// returns:  first              string          key of the cluster of the first network; null: there is none
// returns:  second             string          key of the cluster of the second; null: there is none
// returns:  status             string          match, weak, like chance, not tested, only in first or only in second
// returns:  first_n_neurons    integer         neurons in the first
// returns:  second_n_neurons   integer         neurons in the second
// returns:  score              float           what they are matched by: jaccard, a similarity, or the mean of several
// returns:  low_score          float           lower end of its 95 % interval
// returns:  high_score         float           upper end of its 95 % interval
// returns:  null_mean          float           mean score of its match when labels are shuffled within layers
// returns:  z                  float           score in standard deviations of that null above its mean
// returns:  p                  float           share of shuffles, the observed counted, with at least its score
// returns:  q                  float           false discovery rate over all clusters that were to be matched
// returns:  jaccard            float           neurons in both by those in either that both group; null: not the same
// returns:  connectivity       float           cosine of what they are joined to, from -1 to 1
// returns:  effect             float           cosine of their effects on every class, from -1 to 1
// returns:  information        float           cosine of their information about every class, from -1 to 1
// returns:  run                string          key of the run that matched them
// example:  :param first => 'mnist-seed0'
// example:  :param second => 'mnist-seed1'
// example:  :param first_partition => null
// example:  :param second_partition => null
// example:  :param run => null
// example:  :param min_score => 0.0
// example:  :param max_q => 0.05
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
CALL (one, other, run, names) {
  MATCH (one)-[:HAS_PARTITION]->(:Partition {name: names[0]})-[:HAS_CLUSTER]->(first:Cluster)
  WHERE first.set_apart IS NULL
  OPTIONAL MATCH (first)-[match:MATCHES]-(second:Cluster)
  WHERE match.run = run.key AND match.one_to_one
  RETURN first, match, second
  UNION ALL
  MATCH (other)-[:HAS_PARTITION]->(:Partition {name: names[1]})-[:HAS_CLUSTER]->(second:Cluster)
  WHERE second.set_apart IS NULL
    AND NOT EXISTS { (second)-[match:MATCHES]-(:Cluster) WHERE match.run = run.key AND match.one_to_one }
  RETURN null AS first, null AS match, second
}
WITH run, first, match, second, [first.number, second.number] AS numbers,
     CASE WHEN second IS NULL THEN 'only in first'
          WHEN first IS NULL THEN 'only in second'
          WHEN match.q IS NULL OR 1.0 / (1 + run.n_null) > $max_q THEN 'not tested'
          WHEN match.q > $max_q THEN 'like chance'
          WHEN match.score < $min_score THEN 'weak'
          ELSE 'match' END AS status
RETURN first.key AS first, second.key AS second, status,
       first.n_neurons AS first_n_neurons, second.n_neurons AS second_n_neurons,
       match.score AS score, match.low_score AS low_score, match.high_score AS high_score,
       match.null_mean AS null_mean, match.z AS z, match.p AS p, match.q AS q, match.jaccard AS jaccard,
       match.connectivity AS connectivity, match.effect AS effect, match.information AS information, run.key AS run
ORDER BY CASE status WHEN 'match' THEN 1 WHEN 'weak' THEN 2 WHEN 'like chance' THEN 3 WHEN 'not tested' THEN 4
                     WHEN 'only in first' THEN 5 ELSE 6 END,
         score DESC, numbers;
