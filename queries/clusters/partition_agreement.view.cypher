// How far two partitions agree: the partitions, joined by every comparison
// example:  :param network => 'digits-mlp'
// example:  :param first_partition => null
// example:  :param second_partition => null
// example:  :param run => null
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(a:Partition)-[agrees:AGREES]->(b:Partition)
MATCH (made:Run {key: agrees.run, state: 'finished'})
WHERE ($first_partition IS NULL OR $first_partition IN [a.name, b.name])
  AND ($second_partition IS NULL OR $second_partition IN [a.name, b.name])
  AND ($run IS NULL OR made.key = $run)
WITH a, b, agrees, made, CASE WHEN a.name < b.name THEN [a.name, b.name] ELSE [b.name, a.name] END AS both
ORDER BY made.finished_at DESC, made.key
WITH both, head(collect(made.key)) AS newest, collect({a: a, b: b, agrees: agrees}) AS found
UNWIND [row IN found WHERE row.agrees.run = newest] AS row
RETURN row.a AS first, row.agrees AS agrees, row.b AS second
ORDER BY row.a.name, row.b.name, agrees.layer IS NOT NULL, agrees.layer
LIMIT 300;
