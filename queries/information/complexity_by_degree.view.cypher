// Representational complexity: the layers or clusters, and the information of every degree about the class
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element)-[code:INFORMATION {kind: 'complexity'}]->(target)
WHERE code.run = CASE WHEN $run IS NULL THEN element.complexity_run ELSE asked.key END
  AND ($partition IS NULL AND element:Layer OR element:Cluster AND element.partition = $partition)
OPTIONAL MATCH (element)-[part:INFORMATION {kind: 'degree'}]->(target)
WHERE part.run = code.run
RETURN element, code, part, target
ORDER BY element.number, element.key, part.degree
LIMIT 300;
