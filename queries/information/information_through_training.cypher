// Information through training
// name:     information_through_training
// question: How do label information, relay information and complexity of each layer change while a network is trained?
// needs:    nothing
// param:    $network             string          key of any checkpoint of the training run, or of a single network
// param:    $target              string = 'all'  target the information is about; complexity is about all
// returns:  network              string          key of the checkpoint
// returns:  training_step        integer         its training step
// returns:  accuracy_percent     float           share of trials it answers correctly, in percent
// returns:  layer                string          name of the layer
// returns:  label_bits           float           newest information of the whole layer, in bits; null: not known
// returns:  low_label_bits       float           lower end of the 95 % interval, in bits
// returns:  high_label_bits      float           upper end of the 95 % interval, in bits
// returns:  null_label_bits      float           mean under shuffled labels, in bits
// returns:  label_reason         string          why `label_bits` are null; null: they are known, or not measured
// returns:  relay_bits           float           newest relay information of the whole layer, in bits; null: not known
// returns:  low_relay_bits       float           lower end of the 95 % interval, in bits
// returns:  high_relay_bits      float           upper end of the 95 % interval, in bits
// returns:  null_relay_bits      float           mean under shuffled hidden states, in bits
// returns:  relay_reason         string          why `relay_bits` are null; null: they are known, or not measured
// returns:  complexity           float           newest complexity of its code, by shared exclusions; null: not known
// returns:  low_complexity       float           lower end of the 95 % interval
// returns:  high_complexity      float           upper end of the 95 % interval
// returns:  null_complexity      float           mean under shuffled labels
// returns:  min_complexity       float           the same by the redundancy I_min, not raised by irrelevant neurons
// returns:  complexity_reason    string          why `complexity` is null; null: it is known, or not measured
// returns:  label_run            string          key of the run that measured `label_bits`
// returns:  relay_run            string          key of the run that measured `relay_bits`
// returns:  complexity_run       string          key of the run that measured `complexity`
// returns:  label_states         string          how a neuron has states in `label_run`; compare equal ones only
// returns:  n_label_trials       integer         trials of `label_run`
// returns:  relay_states         string          how a neuron has states in `relay_run`; compare equal ones only
// returns:  n_relay_trials       integer         trials of `relay_run`
// returns:  complexity_states    string          how a neuron has states in `complexity_run`; compare equal ones only
// returns:  n_complexity_trials  integer         trials of `complexity_run`
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
MATCH (network:Network {key: $network})
CALL (network) {
  MATCH path = (network)-[:NEXT*0..]->(checkpoint:Network)
  RETURN checkpoint, length(path) AS place
  UNION
  MATCH path = (network)<-[:NEXT*0..]-(checkpoint:Network)
  RETURN checkpoint, -length(path) AS place
}
WITH checkpoint, min(place) AS place
MATCH (checkpoint)-[:HAS_LAYER]->(stage:Layer)
WHERE stage.kind <> 'input'
OPTIONAL MATCH (checkpoint)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (checkpoint)-[:HAS_TARGET]->(every:Target {name: 'all'})
OPTIONAL MATCH (stage)-[label:INFORMATION {kind: 'label'}]->(target)
WHERE label.run = stage.label_run
OPTIONAL MATCH (stage)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = stage.relay_run
OPTIONAL MATCH (stage)-[code:INFORMATION {kind: 'complexity'}]->(every)
WHERE code.run = stage.complexity_run
OPTIONAL MATCH (telling:Run {key: label.run})
OPTIONAL MATCH (relaying:Run {key: relay.run})
OPTIONAL MATCH (coding:Run {key: code.run})
RETURN checkpoint.key AS network, checkpoint.training_step AS training_step,
       checkpoint.accuracy_percent AS accuracy_percent, stage.name AS layer,
       label.bits AS label_bits, label.low_bits AS low_label_bits, label.high_bits AS high_label_bits,
       label.null_bits AS null_label_bits, label.reason AS label_reason,
       relay.bits AS relay_bits, relay.low_bits AS low_relay_bits, relay.high_bits AS high_relay_bits,
       relay.null_bits AS null_relay_bits, relay.reason AS relay_reason,
       code.complexity AS complexity, code.low_complexity AS low_complexity, code.high_complexity AS high_complexity,
       code.null_complexity AS null_complexity, code.min_complexity AS min_complexity, code.reason AS complexity_reason,
       label.run AS label_run, relay.run AS relay_run, code.run AS complexity_run,
       coalesce(telling.layer_discretisation, telling.discretisation) + ' ' +
         toString(coalesce(telling.layer_states, telling.states)) AS label_states,
       telling.n_trials AS n_label_trials,
       relaying.discretisation + ' ' + toString(relaying.states) AS relay_states,
       relaying.n_trials AS n_relay_trials,
       coding.discretisation + ' ' + toString(coding.states) AS complexity_states,
       coding.n_trials AS n_complexity_trials
ORDER BY place, network, stage.number;
