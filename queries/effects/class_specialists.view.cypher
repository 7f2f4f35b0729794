// Specialists of one class: the neurons or clusters, and the class each serves
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param min_selectivity => 0.5
// example:  :param fdr => 0.05
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {kind: 'class'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.points IS NOT NULL
  AND effect.run = CASE WHEN $run IS NULL THEN element.effect_run ELSE asked.key END
  AND ($partition IS NULL AND element:Neuron OR element:Cluster AND element.partition = $partition)
WITH element, target, effect
ORDER BY effect.points DESC, size(target.name), target.name
WITH element, head(collect({effect: effect, target: target})) AS worst,
     sum(CASE WHEN effect.points > 0 THEN effect.points ELSE 0 END) AS harm
WITH element, harm, worst.effect AS effect, worst.target AS target
WHERE harm > 0 AND effect.points >= $min_selectivity * harm AND effect.q <= $fdr
RETURN element, effect, target
ORDER BY effect.points / harm DESC, effect.points DESC, element.layer_number, element.number, element.key
LIMIT $top;
