// Strongest inputs of a neuron: the neuron and the neurons that drive it
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc2/0'
// example:  :param sign => null
// example:  :param top => 10
MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
MATCH path = (source)-[weight:WEIGHT]->(neuron)
WHERE $sign IS NULL OR sign(weight.value) = $sign
RETURN path
ORDER BY weight.strength DESC, source.layer_number, source.number
LIMIT $top;
