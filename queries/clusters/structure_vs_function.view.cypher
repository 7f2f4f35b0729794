// Do clusters by weights equal clusters by function? The partitions of either kind, joined by the comparison
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(a:Partition)-[agrees:AGREES]->(b:Partition)
MATCH (made:Run {key: agrees.run, state: 'finished'})
WHERE coalesce(agrees.layer = $layer, agrees.layer IS NULL AND $layer IS NULL)
WITH a, b, agrees, made,
     [p IN [a, b] WHERE p.graph = 'weights' AND NOT p.method IN ['activation', 'ablation', 'imported']] AS structural,
     [p IN [a, b] WHERE p.graph <> 'weights' OR p.method IN ['activation', 'ablation']] AS functional
WHERE size(structural) = 1 AND size(functional) = 1
WITH structural[0] AS structural, functional[0] AS functional, agrees, made
ORDER BY made.finished_at DESC, made.key
WITH structural, functional, head(collect(agrees)) AS agrees
RETURN structural, agrees, functional
ORDER BY agrees.z IS NULL, agrees.z DESC, structural.name, functional.name
LIMIT 300;
