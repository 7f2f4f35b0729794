// Ablation profile: the element, and the targets it harms or helps
// example:  :param network => 'digits-mlp'
// example:  :param key => 'digits-mlp/fc2/0'
// example:  :param run => null
MATCH (network:Network {key: $network})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element:Element {key: $key})-[effect:EFFECT]->(target:Target)
WHERE element.network = network.key
  AND effect.run = CASE WHEN $run IS NULL THEN element.effect_run ELSE asked.key END
RETURN element, effect, target
ORDER BY target.kind <> 'all', size(target.name), target.name;
