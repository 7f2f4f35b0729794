// Clusters that span layers: the clusters, the layers they lie in and how they are linked
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param min_layers => 2
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
WHERE cluster.n_layers >= $min_layers AND cluster.set_apart IS NULL
OPTIONAL MATCH (cluster)-[link:LINK]->(other:Cluster)
WHERE other.n_layers >= $min_layers AND other.set_apart IS NULL
RETURN cluster, link, other
ORDER BY link.z IS NULL, link.z DESC, cluster.key, other.key
LIMIT 300;
