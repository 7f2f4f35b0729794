// What the atlas holds of a network
// name:     network_card
// question: What is in this atlas for my network?
// needs:    nothing
// param:    $network             string   key of the network
// returns:  network              string   key of the network
// returns:  architecture         string   sizes of its layers and their nonlinearities
// returns:  dataset              string   data its accuracy was measured on
// returns:  seed                 integer  seed it was trained with
// returns:  training_step        integer  training step of the checkpoint
// returns:  accuracy_percent     float    share of trials answered correctly, in percent
// returns:  n_layers             integer  layers, the input included
// returns:  n_neurons            integer  neurons, those of the input included
// returns:  n_weights            integer  weights of the trained network
// returns:  kept_strength_share  float    share of the summed strength kept in the graph, from 0 to 1
// returns:  n_partitions         integer  finished partitions
// returns:  n_modules            integer  clusters, of any partition, that passed a test
// returns:  measured_share       float    share of hidden neurons whose effect is measured, from 0 to 1
// returns:  informed_share       float    share of hidden neurons whose label information is measured, from 0 to 1
// returns:  n_runs               integer  finished runs
// example:  :param network => 'digits-mlp'
MATCH (network:Network {key: $network})
CALL (network) {
  MATCH (network)-[:HAS_LAYER]->(layer:Layer)-[:HAS_NEURON]->(neuron:Neuron)
  WHERE EXISTS { (layer)<-[:FEEDS]-() } AND EXISTS { (layer)-[:FEEDS]->() }
  RETURN toFloat(count(neuron)) AS n_hidden,
         count(neuron.effect_run) AS n_measured, count(neuron.label_run) AS n_informed
}
CALL (network) {
  OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition)
  OPTIONAL MATCH (partition)-[:HAS_CLUSTER]->(module:Module)
  RETURN count(DISTINCT partition) AS n_partitions, count(DISTINCT module) AS n_modules
}
RETURN network.key AS network, network.architecture AS architecture, network.dataset AS dataset,
       network.seed AS seed, network.training_step AS training_step, network.accuracy_percent AS accuracy_percent,
       network.n_layers AS n_layers, network.n_neurons AS n_neurons, network.n_weights AS n_weights,
       network.kept_strength_share AS kept_strength_share, n_partitions, n_modules,
       CASE WHEN n_hidden > 0 THEN n_measured / n_hidden END AS measured_share,
       CASE WHEN n_hidden > 0 THEN n_informed / n_hidden END AS informed_share,
       COUNT { (network)<-[:ABOUT]-(:Run {state: 'finished'}) } AS n_runs
ORDER BY network;
