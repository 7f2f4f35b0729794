// Strength from cluster to cluster: the clusters and the links between them, strongest beyond chance first
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(source:Cluster)-[link:LINK]->(target:Cluster)
RETURN source, link, target
ORDER BY link.z IS NULL, link.z DESC, source.key, target.key
LIMIT 300;
