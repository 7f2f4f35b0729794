// Neurons that are dead or saturated: the neurons, their layers, and the target, joined by how often they are active
// example:  :param network => 'digits-mlp'
// example:  :param low => 0.0
// example:  :param high => 1.0
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[responds:RESPONDS]->(target)
WHERE responds.run = CASE WHEN $run IS NULL THEN neuron.activation_run ELSE asked.key END
  AND (responds.active_share <= $low OR responds.active_share >= $high)
WITH neuron, responds, target
ORDER BY responds.active_share, neuron.layer_number, neuron.number
LIMIT $top
MATCH (layer:Layer)-[part:HAS_NEURON]->(neuron)
RETURN layer, part, neuron, responds, target;
