// Strongest outputs of a neuron: the neuron and the neurons it drives
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc1/0'
// example:  :param sign => null
// example:  :param top => 10
MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
MATCH path = (neuron)-[weight:WEIGHT]->(target)
WHERE $sign IS NULL OR sign(weight.value) = $sign
RETURN path
ORDER BY weight.strength DESC, target.layer_number, target.number
LIMIT $top;
