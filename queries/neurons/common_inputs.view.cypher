// Common inputs of neurons: the neurons, those that feed all of them, and the 50 strongest weights from each
// example:  :param network => 'digits-mlp'
// example:  :param neurons => ['digits-mlp/fc2/0', 'digits-mlp/fc2/1']
// example:  :param min_strength => 0.0
// example:  :param min_shared => null
// example:  :param top => 20
MATCH (network:Network {key: $network})
UNWIND $neurons AS key
MATCH (neuron:Neuron {key: key})<-[:HAS_NEURON]-(:Layer)<-[:HAS_LAYER]-(network)
WITH collect(DISTINCT neuron) AS neurons
WITH neurons, size(neurons) AS n_neurons
UNWIND neurons AS neuron
MATCH (source)-[weight:WEIGHT]->(neuron)
WHERE weight.strength > 0 AND weight.strength >= $min_strength
WITH source, n_neurons, count(*) AS n_shared, min(weight.strength) AS least_strength,
     avg(weight.strength) AS mean_strength
WHERE n_shared >= coalesce($min_shared, n_neurons)
WITH source, n_shared, least_strength, mean_strength
ORDER BY n_shared DESC, least_strength DESC, mean_strength DESC, source.layer_number, source.number
LIMIT $top
CALL (source) {
  MATCH (source)-[weight:WEIGHT]->(neuron)
  WHERE weight.strength > 0 AND weight.strength >= $min_strength AND neuron.key IN $neurons
  WITH weight, neuron
  ORDER BY weight.strength DESC, neuron.key
  LIMIT 50
  RETURN collect(weight) AS weights, collect(neuron) AS fed
}
RETURN source, weights, fed
ORDER BY n_shared DESC, least_strength DESC, mean_strength DESC, source.layer_number, source.number;
