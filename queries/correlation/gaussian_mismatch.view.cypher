// Neurons that break the Gaussian picture: those with the largest mismatch, their layers, effects and the target
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param target => 'all'
// example:  :param fdr => null
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[found:CORRELATION {kind: 'mismatch'}]->(target)
WHERE found.run = CASE WHEN $run IS NULL THEN neuron.correlation_run ELSE asked.key END
  AND ($layer IS NULL OR neuron.layer = $layer) AND ($fdr IS NULL OR found.q <= $fdr)
WITH target, neuron, found
ORDER BY found.mismatch IS NULL, found.mismatch DESC, neuron.layer_number, neuron.number
LIMIT $top
OPTIONAL MATCH (layer:Layer)-[part:HAS_NEURON]->(neuron)
OPTIONAL MATCH (neuron)-[effect:EFFECT]->(target)
WHERE effect.run = neuron.effect_run
RETURN layer, part, neuron, found, effect, target;
