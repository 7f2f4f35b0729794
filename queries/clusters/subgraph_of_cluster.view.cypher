// A cluster and its border: its neurons, and the strongest weights inside and across the border
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
// example:  :param top_inside => 200
// example:  :param top_border => 50
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster {number: $cluster})
CALL (cluster) {
  MATCH (cluster)<-[:IN_CLUSTER]-(source)-[weight:WEIGHT]->(target)
  OPTIONAL MATCH (target)-[membership:IN_CLUSTER]->(cluster)
  WITH source, weight, target, membership IS NOT NULL AS inside
  ORDER BY inside DESC, weight.strength DESC, source.key, target.key
  LIMIT $top_inside
  WHERE inside
  RETURN source, weight, target, inside
  UNION ALL
  CALL (cluster) {
    MATCH (cluster)<-[:IN_CLUSTER]-(source)-[weight:WEIGHT]->(target)
    OPTIONAL MATCH (target)-[membership:IN_CLUSTER]->(cluster)
    WITH source, weight, target, membership IS NOT NULL AS inside
    ORDER BY inside, weight.strength DESC, source.key, target.key
    LIMIT $top_border
    RETURN source, weight, target, inside
    UNION ALL
    MATCH (cluster)<-[:IN_CLUSTER]-(target)<-[weight:WEIGHT]-(source)
    OPTIONAL MATCH (source)-[membership:IN_CLUSTER]->(cluster)
    WITH source, weight, target, membership IS NOT NULL AS inside
    ORDER BY inside, weight.strength DESC, source.key, target.key
    LIMIT $top_border
    RETURN source, weight, target, inside
  }
  WITH source, weight, target, inside
  WHERE NOT inside
  RETURN source, weight, target, inside
  ORDER BY weight.strength DESC, source.key, target.key
  LIMIT $top_border
}
RETURN source, weight, target, inside
ORDER BY inside DESC, weight.strength DESC, source.key, target.key;
