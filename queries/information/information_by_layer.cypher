// Information from layer to layer
// name:     information_by_layer
// question: Where does information appear, and where does it vanish?
// needs:    information_of_kind
// param:    $network           string            key of the network
// param:    $target            string = 'all'    a class (that class or not), or all (which class)
// param:    $kind              string = 'label'  label: about the class shown; relay: of that, what only it passes on
// param:    $run               string = null     key of the run to read; null is the newest finished one
// returns:  layer              string            name of the layer
// returns:  bits_layer         float             information of all its neurons together, in bits; null: see `reason`
// returns:  low_bits           float             lower end of the 95 % interval of `bits_layer`, in bits
// returns:  high_bits          float             upper end of the 95 % interval, in bits
// returns:  null_bits          float             its mean under shuffled labels, or (relay) hidden states, in bits
// returns:  q                  float             false discovery rate of `bits_layer` within its run
// returns:  best_neuron        string            key of the neuron with most bits
// returns:  bits_best_neuron   float             its information, in bits
// returns:  bits_sum           float             sum over all its neurons, in bits; null if one of them is not known
// returns:  null_bits_sum      float             sum over all its neurons of their means under shuffles, in bits
// returns:  redundancy         float             `bits_sum` less `bits_layer`; too high if the layer has coarser states
// returns:  relay_bits         float             newest relay information of the whole layer about the target, in bits
// returns:  relay_null_bits    float             mean of `relay_bits` under shuffled hidden states, in bits
// returns:  relay_reason       string            why `relay_bits` are null; null: they are known, or not measured
// returns:  complexity         float             newest representational complexity of the layer, about all classes
// returns:  null_complexity    float             mean of `complexity` under shuffled labels
// returns:  complexity_reason  string            why `complexity` is null; null: it is known, or not measured
// returns:  n_neurons          integer           neurons of the layer that were measured
// returns:  n_states           integer           occupied joint states of the layer
// returns:  trials_per_state   float             mean number of trials on one of them
// returns:  reliable           boolean           true with at least as many as the run asks for
// returns:  reason             string            why `bits_layer` is null; null: it is known, or not measured
// returns:  run                string            key of the run that measured the layer, else its neurons
// returns:  relay_run          string            key of the run that measured `relay_bits`
// returns:  complexity_run     string            key of the run that measured `complexity`
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param kind => 'label'
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
MATCH (network)-[:HAS_TARGET]->(every:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (network)-[:HAS_LAYER]->(stage:Layer)
CALL (stage, target, asked) {
  MATCH (stage)-[:HAS_NEURON]->(neuron:Neuron)-[of_neuron:INFORMATION {kind: $kind}]->(target)
  WHERE of_neuron.run = CASE WHEN $run IS NOT NULL THEN asked.key
                             WHEN $kind = 'relay' THEN neuron.relay_run ELSE neuron.label_run END
  WITH neuron, of_neuron
  ORDER BY of_neuron.bits IS NULL, of_neuron.bits DESC, neuron.number
  RETURN collect(CASE WHEN of_neuron.bits IS NOT NULL THEN neuron.key END)[0] AS best_neuron,
         max(of_neuron.bits) AS bits_best_neuron, count(*) AS n_neurons, min(of_neuron.run) AS neurons_run,
         count(of_neuron.bits) AS n_known, sum(of_neuron.bits) AS known_sum,
         count(of_neuron.null_bits) AS n_nulls, sum(of_neuron.null_bits) AS null_sum
}
OPTIONAL MATCH (stage)-[joint:INFORMATION {kind: $kind}]->(target)
WHERE joint.run = CASE WHEN $run IS NOT NULL THEN asked.key
                       WHEN $kind = 'relay' THEN stage.relay_run ELSE stage.label_run END
OPTIONAL MATCH (stage)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = stage.relay_run
OPTIONAL MATCH (stage)-[code:INFORMATION {kind: 'complexity'}]->(every)
WHERE code.run = stage.complexity_run
WITH stage, joint, relay, code, best_neuron, bits_best_neuron, n_neurons, neurons_run,
     CASE WHEN n_known = stage.n_neurons THEN known_sum END AS bits_sum,
     CASE WHEN n_nulls = stage.n_neurons THEN null_sum END AS null_bits_sum
WHERE joint IS NOT NULL OR n_neurons > 0
RETURN stage.name AS layer, joint.bits AS bits_layer, joint.low_bits AS low_bits, joint.high_bits AS high_bits,
       joint.null_bits AS null_bits, joint.q AS q, best_neuron, bits_best_neuron,
       bits_sum, null_bits_sum, bits_sum - joint.bits AS redundancy,
       relay.bits AS relay_bits, relay.null_bits AS relay_null_bits, relay.reason AS relay_reason,
       code.complexity AS complexity, code.null_complexity AS null_complexity, code.reason AS complexity_reason,
       n_neurons, joint.n_states AS n_states, joint.trials_per_state AS trials_per_state,
       joint.reliable AS reliable, joint.reason AS reason, coalesce(joint.run, neurons_run) AS run,
       relay.run AS relay_run, code.run AS complexity_run
ORDER BY stage.number;
