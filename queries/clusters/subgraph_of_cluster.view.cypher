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
MATCH (partition)-[:HAS_CLUSTER]->(:Cluster {number: $cluster})<-[:IN_CLUSTER]-(member)
WITH collect(member) AS members
CALL (members) {
  UNWIND members AS source
  MATCH (source)-[weight:WEIGHT]->(target)
  WHERE target IN members
  RETURN source, weight, target, true AS inside
  ORDER BY weight.strength DESC, source.key, target.key
  LIMIT $top_inside
  UNION ALL
  CALL (members) {
    UNWIND members AS source
    MATCH (source)-[weight:WEIGHT]->(target)
    WHERE NOT target IN members
    RETURN source, weight, target, false AS inside
    ORDER BY weight.strength DESC, source.key, target.key
    LIMIT $top_border
    UNION ALL
    UNWIND members AS target
    MATCH (target)<-[weight:WEIGHT]-(source)
    WHERE NOT source IN members
    RETURN source, weight, target, false AS inside
    ORDER BY weight.strength DESC, source.key, target.key
    LIMIT $top_border
  }
  RETURN source, weight, target, inside
  ORDER BY weight.strength DESC, source.key, target.key
  LIMIT $top_border
}
RETURN source, weight, target, inside
ORDER BY inside DESC, weight.strength DESC, source.key, target.key;
