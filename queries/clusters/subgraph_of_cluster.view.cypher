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
  RETURN source, weight, target, EXISTS { (target)-[:IN_CLUSTER]->(cluster) } AS inside
  UNION ALL
  MATCH (cluster)<-[:IN_CLUSTER]-(target)<-[weight:WEIGHT]-(source)
  WHERE NOT EXISTS { (source)-[:IN_CLUSTER]->(cluster) }
  RETURN source, weight, target, false AS inside
}
WITH source, weight, target, inside
ORDER BY weight.strength DESC, source.key, target.key
WITH inside, collect({source: source, weight: weight, target: target}) AS found
UNWIND found[..CASE WHEN inside THEN $top_inside ELSE $top_border END] AS row
RETURN row.source AS source, row.weight AS weight, row.target AS target, inside
ORDER BY inside DESC, row.weight.strength DESC, row.source.key, row.target.key;
