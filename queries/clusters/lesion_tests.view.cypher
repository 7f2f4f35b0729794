// Lesion tests of clusters: the clusters, and the layers their parts lie in or, of whole clusters, the target
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => null
// example:  :param whole => null
// example:  :param fdr => null
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)<-[:ABOUT]-(tested:Run {kind: 'lesion', state: 'finished', partition: partition.name})
WHERE CASE WHEN $run IS NULL THEN tested.rule = 'corrected' ELSE tested.key = $run END
WITH partition, tested
ORDER BY tested.finished_at DESC, tested.key
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)-[test:LESION]->(about:Layer|Target)
WHERE test.run = tested.key AND ($cluster IS NULL OR cluster.number = $cluster)
  AND ($whole IS NULL OR $whole = about:Target)
  AND ($fdr IS NULL OR test.importance_q <= $fdr OR test.coherence_q <= $fdr)
RETURN cluster, test, about
ORDER BY cluster.number, coalesce(about.number, -1)
LIMIT 300;
