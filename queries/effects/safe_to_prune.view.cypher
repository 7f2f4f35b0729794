// What can be removed: the neurons or clusters, and what each costs alone
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param max_points => 0.5
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN element.effect_run ELSE asked.key END
  AND effect.high_points <= $max_points
  AND ($partition IS NULL AND element:Neuron OR element:Cluster AND element.partition = $partition)
  AND (element:Neuron OR EXISTS { (element)<-[:IN_CLUSTER]-() })
RETURN element, effect, target
ORDER BY effect.high_points, effect.points, element.layer_number, element.number, element.key
LIMIT $top;
