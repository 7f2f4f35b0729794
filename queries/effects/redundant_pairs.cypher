// Redundant pairs
// name:     redundant_pairs
// question: Which pairs cost little one by one, and much together?
// needs:    pairs
// param:    $network                   string         key of the network
// param:    $partition                 string = null  name of the partition whose clusters are meant; null: neurons
// param:    $max_single                float = 1.0    most that either costs alone, in percentage points; 100 is any
// param:    $min_joint                 float = 0.0    least that both cost together, in percentage points; -100 is any
// param:    $fdr                       float = null   largest q of the interaction; null shows every stored pair
// param:    $run                       string = null  key of the run to read; null is the newest finished one
// param:    $top                       integer = 50   rows to return
// returns:  first                      string         key of one
// returns:  second                     string         key of the other
// returns:  first_points               float          accuracy lost without the first alone, in percentage points
// returns:  second_points              float          accuracy lost without the second alone, in percentage points
// returns:  joint_points               float          accuracy lost without both, in percentage points
// returns:  interaction                float          beyond the sum of the two: positive if one backs up the other
// returns:  low_interaction            float          lower end of the 95 % interval, in percentage points
// returns:  high_interaction           float          upper end of the 95 % interval, in percentage points
// returns:  redundancy                 float          share of rightly answered trials lost only without both
// returns:  z                          float          interaction in standard deviations of its null, of tossed signs
// returns:  q                          float          false discovery rate over all pairs of the run, stored or not
// returns:  first_given_second_points  float          points beyond those of the second alone; of neurons null
// returns:  first_given_second_q       float          q beside random sets in the first's place; of neurons null
// returns:  second_given_first_points  float          points beyond those of the first alone; of neurons null
// returns:  second_given_first_q       float          q beside random sets in the second's place; of neurons null
// returns:  run                        string         key of the run that measured it
// returns:  n_total                    integer        pairs found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param max_single => 1.0
// example:  :param min_joint => 0.0
// example:  :param fdr => null
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})<-[:ABOUT]-(made:Run {kind: 'pairs', state: 'finished'})
WHERE ($run IS NULL OR made.key = $run)
  AND (made.partition = $partition OR $partition IS NULL AND made.partition IS NULL)
WITH network, made
ORDER BY made.finished_at DESC, made.key
LIMIT 1
CALL (network) {
  MATCH (network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(a:Neuron)
  WHERE $partition IS NULL
  RETURN a
  UNION ALL
  MATCH (network)-[:HAS_PARTITION]->(:Partition {name: $partition})-[:HAS_CLUSTER]->(a:Cluster)
  RETURN a
}
MATCH (a)-[joint:JOINT_EFFECT]->(b)
WHERE joint.run = made.key
  AND joint.first_points <= $max_single AND joint.second_points <= $max_single AND joint.points >= $min_joint
  AND ($fdr IS NULL OR joint.q <= $fdr)
WITH collect({a: a, b: b, joint: joint}) AS found
UNWIND found AS row
WITH row.a AS a, row.b AS b, row.joint AS joint, size(found) AS n_total
RETURN a.key AS first, b.key AS second, joint.first_points AS first_points, joint.second_points AS second_points,
       joint.points AS joint_points, joint.interaction AS interaction,
       joint.low_interaction AS low_interaction, joint.high_interaction AS high_interaction,
       joint.redundancy AS redundancy, joint.z AS z, joint.q AS q,
       joint.first_given_second_points AS first_given_second_points, joint.first_given_second_q AS first_given_second_q,
       joint.second_given_first_points AS second_given_first_points, joint.second_given_first_q AS second_given_first_q,
       joint.run AS run, n_total
ORDER BY interaction DESC, a.layer_number, a.number, b.layer_number, b.number
LIMIT $top;
