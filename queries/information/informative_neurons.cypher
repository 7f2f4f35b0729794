// Most informative neurons
// name:     informative_neurons
// question: Which neurons know about this class?
// needs:    information_of_kind
// param:    $network          string            key of the network
// param:    $target           string = 'all'    a class (that class or not), or all (which class)
// param:    $kind             string = 'label'  label: about the class shown; relay: of that, what only it passes on
// param:    $fdr              float = null      largest q to show; null shows every measured neuron
// param:    $partition        string = null     name of the partition that `cluster_number` is of; null leaves it empty
// param:    $run              string = null     key of the run to read; null is the newest finished one
// param:    $top              integer = 20      rows to return
// returns:  neuron            string            key of the neuron
// returns:  layer             string            name of its layer
// returns:  cluster_number    integer           number of its cluster in the partition
// returns:  bits              float             information of that kind about the target, in bits; null: see `reason`
// returns:  low_bits          float             lower end of the 95 % interval, in bits
// returns:  high_bits         float             upper end of the 95 % interval, in bits
// returns:  null_bits         float             mean under shuffled labels, or (relay) hidden states, in bits
// returns:  z                 float             information in standard deviations of that null above its mean
// returns:  p                 float             share of shuffles, itself counted, with at least its information
// returns:  q                 float             false discovery rate within the run and the kind of target
// returns:  n_states          integer           occupied states of the neuron; of relay those of its whole layer
// returns:  trials_per_state  float             mean number of trials on one of them
// returns:  reliable          boolean           true with at least as many as the run asks for
// returns:  reason            string            why bits are null; null: they are not
// returns:  run               string            key of the run that measured it
// returns:  n_total           integer           neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param kind => 'label'
// example:  :param fdr => 0.05
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron:Neuron)-[information:INFORMATION {kind: $kind}]->(target)
WHERE information.run = CASE WHEN $run IS NOT NULL THEN asked.key
                             WHEN $kind = 'relay' THEN neuron.relay_run ELSE neuron.label_run END
  AND ($fdr IS NULL OR information.q <= $fdr)
WITH partition, neuron, information
ORDER BY information.bits IS NULL, information.bits DESC, neuron.layer_number, neuron.number
WITH partition, collect({neuron: neuron, information: information}) AS found
UNWIND range(0, size(found) - 1) AS position
WITH partition, found, position
ORDER BY position
LIMIT $top
WITH partition, found[position].neuron AS neuron, found[position].information AS information, position,
     size(found) AS n_total
OPTIONAL MATCH (neuron)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN neuron.key AS neuron, neuron.layer AS layer, cluster.number AS cluster_number,
       information.bits AS bits, information.low_bits AS low_bits, information.high_bits AS high_bits,
       information.null_bits AS null_bits, information.z AS z, information.p AS p, information.q AS q,
       information.n_states AS n_states, information.trials_per_state AS trials_per_state,
       information.reliable AS reliable, information.reason AS reason, information.run AS run, n_total
ORDER BY position;
