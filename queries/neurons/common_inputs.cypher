// Common inputs of neurons
// name:     common_inputs
// question: What feeds all of these neurons?
// needs:    nothing
// param:    $network        string          key of the network
// param:    $neurons        list of string  keys of the neurons that are fed
// param:    $min_strength   float = 0.0     least strength of a weight that counts; one of strength 0 feeds nothing
// param:    $min_shared     integer = null  least number of the neurons that are fed; null is all of them
// param:    $top            integer = 20    rows to return
// returns:  source          string          key of the neuron that feeds them
// returns:  layer           string          name of its layer
// returns:  n_shared        integer         number of the neurons it feeds
// returns:  least_strength  float           strength of the weakest of its weights to them
// returns:  mean_strength   float           mean strength of its weights to them
// returns:  mean_value      float           mean of its signed weights to them; null: a sign has no meaning
// returns:  n_total         integer         neurons that feed as many, shown or not
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
     avg(weight.strength) AS mean_strength, avg(weight.value) AS mean_value
WHERE n_shared >= coalesce($min_shared, n_neurons)
WITH collect({source: source, n_shared: n_shared, least_strength: least_strength, mean_strength: mean_strength,
              mean_value: mean_value}) AS found
UNWIND found AS row
WITH row.source AS one, row, size(found) AS n_total
RETURN one.key AS source, one.layer AS layer, row.n_shared AS n_shared, row.least_strength AS least_strength,
       row.mean_strength AS mean_strength, row.mean_value AS mean_value, n_total
ORDER BY n_shared DESC, least_strength DESC, mean_strength DESC, one.layer_number, one.number
LIMIT $top;
