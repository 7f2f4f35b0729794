// Known but unused: the neurons or clusters and the target, joined by the information and the effect
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param target => 'all'
// example:  :param min_bits => 0.1
// example:  :param fdr => 0.05
// example:  :param max_abs_points => 0.5
// example:  :param effect_run => null
// example:  :param information_run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
MATCH (element)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN element.label_run ELSE informed.key END
  AND information.bits >= $min_bits AND information.q <= $fdr
  AND ($partition IS NULL AND element:Neuron OR element:Cluster AND element.partition = $partition)
MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN element.effect_run ELSE ablated.key END
  AND abs(effect.points) <= $max_abs_points
RETURN element, information, effect, target
ORDER BY information.bits DESC, element.layer_number, element.number, element.key
LIMIT $top;
