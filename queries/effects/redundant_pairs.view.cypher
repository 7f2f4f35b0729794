// Redundant pairs: the two of each, joined by what they cost together
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
RETURN a, joint, b
ORDER BY joint.interaction DESC, a.layer_number, a.number, b.layer_number, b.number
LIMIT $top;
