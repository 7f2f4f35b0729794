// What a cluster is, does and knows
// name:     cluster_card
// question: Describe this cluster.
// needs:    partition
// param:    $network              string          key of the network
// param:    $partition            string = null   name of the partition; null is the newest one
// param:    $cluster              integer         number of the cluster within the partition
// param:    $target               string = 'all'  target the effect and the information are about
// param:    $effect_run           string = null   key of the run to read effects of; null is the newest finished
// param:    $information_run      string = null   key of the run to read information of; null is the newest finished
// returns:  cluster               string          key of the cluster
// returns:  is_module             boolean         true if it passed a test
// returns:  n_neurons             integer         neurons in it
// returns:  n_layers              integer         layers its neurons lie in
// returns:  first_layer           string          the one nearest the input
// returns:  last_layer            string          the one nearest the output
// returns:  internal_share        float           share of its neurons' strength that stays inside, from 0 to 1
// returns:  internal_share_z      float           share in standard deviations above its mean when weights are shuffled
// returns:  conductance           float           strength that leaves it, of the smaller of its own and all other's
// returns:  conductance_z         float           conductance in standard deviations above its mean when shuffled
// returns:  within                string          cluster of the coarser partition it was found in; null: none
// returns:  set_apart             string          why its neurons were not grouped; null: they were
// returns:  most_affected_target  string          class that loses most accuracy when it is ablated, by that run
// returns:  effect_points         float           accuracy lost on the target when it is ablated, in percentage points
// returns:  effect_low            float           lower end of the 95 % interval, in percentage points
// returns:  effect_high           float           upper end of the 95 % interval, in percentage points
// returns:  effect_null_mean      float           mean effect of matched random sets, in percentage points
// returns:  effect_z              float           effect in standard deviations of that null above its mean
// returns:  effect_q              float           false discovery rate of the effect within its run
// returns:  importance            float           mean over classes of the accuracy lost, in percentage points
// returns:  importance_q          float           false discovery rate of the importance within its run
// returns:  coherence             float           largest less smallest change of a class, in multiples of the mean
// returns:  coherence_q           float           false discovery rate of the coherence within its run
// returns:  module_by             string          tests it passed: effect, importance, coherence
// returns:  module_level          float           largest false discovery rate that passes
// returns:  label_bits            float           information about the target, in bits; null where trials are too few
// returns:  null_bits             float           mean information under shuffled labels, in bits
// returns:  information_q         float           false discovery rate of the information within its run
// returns:  relay_bits            float           relayed by it and by nothing else in its layers, in bits, newest run
// returns:  relay_null_bits       float           mean of it under shuffled hidden states, in bits
// returns:  relay_q               float           false discovery rate of it within its run
// returns:  complexity            float           representational complexity, about all classes, newest run
// returns:  null_complexity       float           mean of it under shuffled labels
// returns:  partition_run         string          key of the run that made the partition
// returns:  effect_run            string          key of the run that measured the effect
// returns:  lesion_run            string          key of the newest run of lesion tests of it, by the corrected rule
// returns:  information_run       string          key of the run that measured the information
// returns:  relay_run             string          key of the run that measured what it relays
// returns:  complexity_run        string          key of the run that measured its complexity
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
// example:  :param target => 'all'
// example:  :param effect_run => null
// example:  :param information_run => null
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster {number: $cluster})
OPTIONAL MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
CALL (cluster) {
  MATCH (cluster)<-[:IN_CLUSTER]-(neuron)
  WITH neuron.layer AS layer, neuron.layer_number AS layer_number, count(*) AS n_neurons
  ORDER BY layer_number
  RETURN collect(layer) AS layers
}
OPTIONAL MATCH (cluster)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN cluster.effect_run ELSE ablated.key END
OPTIONAL MATCH (cluster)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN cluster.label_run ELSE informed.key END
OPTIONAL MATCH (cluster)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = cluster.relay_run
OPTIONAL MATCH (cluster)-[code:INFORMATION {kind: 'complexity'}]->(:Target {kind: 'all'})
WHERE code.run = cluster.complexity_run
CALL (cluster, effect) {
  OPTIONAL MATCH (cluster)-[one:EFFECT]->(class:Target {kind: 'class'})
  WHERE one.run = effect.run AND one.points > 0
  RETURN class.name AS most_affected_target
  ORDER BY one.points IS NULL, one.points DESC, size(class.name), class.name
  LIMIT 1
}
RETURN cluster.key AS cluster, cluster:Module AS is_module, cluster.n_neurons AS n_neurons,
       cluster.n_layers AS n_layers, layers[0] AS first_layer, layers[-1] AS last_layer,
       cluster.internal_share AS internal_share, cluster.internal_share_z AS internal_share_z,
       cluster.conductance AS conductance, cluster.conductance_z AS conductance_z,
       COLLECT { MATCH (cluster)-[:WITHIN]->(coarse) RETURN coarse.key }[0] AS within,
       cluster.set_apart AS set_apart, most_affected_target,
       effect.points AS effect_points, effect.low_points AS effect_low, effect.high_points AS effect_high,
       effect.null_mean AS effect_null_mean, effect.z AS effect_z, effect.q AS effect_q,
       cluster.importance AS importance, cluster.importance_q AS importance_q,
       cluster.coherence AS coherence, cluster.coherence_q AS coherence_q,
       cluster.module_by AS module_by, cluster.module_level AS module_level,
       information.bits AS label_bits, information.null_bits AS null_bits, information.q AS information_q,
       relay.bits AS relay_bits, relay.null_bits AS relay_null_bits, relay.q AS relay_q,
       code.complexity AS complexity, code.null_complexity AS null_complexity,
       made.key AS partition_run, effect.run AS effect_run, cluster.lesion_run AS lesion_run,
       information.run AS information_run, relay.run AS relay_run, code.run AS complexity_run
ORDER BY cluster;
