// Known but unused
// name:     knows_but_unused
// question: Which neurons, or which clusters, hold the answer but do not matter?
// needs:    effects, information
// param:    $network          string          key of the network
// param:    $partition        string = null   name of the partition whose clusters are meant; null: neurons
// param:    $target           string = 'all'  target the information and the effect are about
// param:    $min_bits         float = 0.1     least label information, in bits
// param:    $fdr              float = 0.05    largest q of the information; 1 is any
// param:    $max_abs_points   float = 0.5     most accuracy lost, or won, when it is ablated, in percentage points
// param:    $effect_run       string = null   key of the run to read effects of; null is the newest finished one
// param:    $information_run  string = null   key of the run to read information of; null is the newest finished one
// param:    $top              integer = 50    rows to return
// returns:  key               string          key of the neuron or cluster
// returns:  layer             string          name of its layer; null for a cluster
// returns:  n_neurons         integer         neurons it has
// returns:  label_bits        float           information about the target, in bits
// returns:  low_bits          float           lower end of the 95 % interval, in bits
// returns:  high_bits         float           upper end of the 95 % interval, in bits
// returns:  null_bits         float           mean information under shuffled labels, in bits
// returns:  information_q     float           false discovery rate of the information within its run
// returns:  effect_points     float           accuracy lost on the target when it is ablated, in percentage points
// returns:  effect_low        float           lower end of the 95 % interval, in percentage points
// returns:  effect_high       float           upper end of the 95 % interval, in percentage points
// returns:  effect_q          float           false discovery rate of the effect within its run
// returns:  out_strength      float           summed strength of its outgoing weights, of a cluster those that leave it
// returns:  effect_run        string          key of the run that measured the effect
// returns:  information_run   string          key of the run that measured the information
// returns:  n_total           integer         neurons or clusters found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param target => 'all'
// example:  :param min_bits => 0.1
// example:  :param fdr => 0.05
// example:  :param max_abs_points => 0.5
// example:  :param effect_run => null
// example:  :param information_run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
MATCH (element)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN element.label_run ELSE informed.key END
  AND information.bits >= $min_bits AND information.q <= $fdr
  AND ($partition IS NULL AND element:Neuron OR element:Cluster AND element.partition = $partition)
MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN element.effect_run ELSE ablated.key END
  AND abs(effect.points) <= $max_abs_points
WITH collect({element: element, information: information, effect: effect}) AS found
UNWIND found AS row
WITH row.element AS element, row.information AS information, row.effect AS effect, size(found) AS n_total
ORDER BY information.bits DESC, element.layer_number, element.number, element.key
LIMIT $top
CALL (element) {
  OPTIONAL MATCH (element)<-[:IN_CLUSTER]-(member:Neuron)
  WITH collect(member) AS members
  UNWIND members AS neuron
  MATCH (neuron)-[weight:WEIGHT]->(other)
  WHERE NOT other IN members
  RETURN sum(weight.strength) AS leaving
}
RETURN element.key AS key, element.layer AS layer,
       CASE WHEN element:Neuron THEN 1 ELSE element.n_neurons END AS n_neurons,
       information.bits AS label_bits, information.low_bits AS low_bits, information.high_bits AS high_bits,
       information.null_bits AS null_bits, information.q AS information_q, effect.points AS effect_points,
       effect.low_points AS effect_low, effect.high_points AS effect_high, effect.q AS effect_q,
       CASE WHEN element:Neuron THEN element.out_strength ELSE leaving END AS out_strength,
       effect.run AS effect_run, information.run AS information_run, n_total
ORDER BY label_bits DESC, element.layer_number, element.number, key;
