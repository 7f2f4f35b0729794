// Neurons that relay information
// name:     relay_neurons
// question: Which neurons carry information from input to output?
// needs:    neuron_relays
// param:    $network          string          key of the network
// param:    $target           string = 'all'  a class (that class or not), or all (which class)
// param:    $min_relay        float = null    least relay information, in bits; null shows every measured neuron
// param:    $fdr              float = null    largest q (`alone_q` if bits are null); bits <= 0 can pass; null: all
// param:    $partition        string = null   name of the partition that `cluster_number` is of; null leaves it empty
// param:    $run              string = null   key of the run to read; null is the newest finished one
// param:    $top              integer = 20    rows to return
// returns:  neuron            string          key of the neuron
// returns:  layer             string          name of its layer
// returns:  cluster_number    integer         number of its cluster in the partition
// returns:  relay_bits        float           passed on by it and nothing else of its layer, bits; null: see `reason`
// returns:  low_bits          float           lower end of the 95 % interval, in bits
// returns:  high_bits         float           upper end of the 95 % interval, in bits
// returns:  null_bits         float           mean of `relay_bits` under shuffled hidden states, in bits
// returns:  q                 float           false discovery rate of `relay_bits` above its null, which can be below 0
// returns:  alone_bits        float           passed on by it if the rest of its layer is left out, in bits
// returns:  low_alone_bits    float           lower end of the 95 % interval, in bits
// returns:  high_alone_bits   float           upper end of the 95 % interval, in bits
// returns:  alone_null_bits   float           mean of `alone_bits` under shuffled hidden states, in bits
// returns:  alone_q           float           false discovery rate of `alone_bits` within its run
// returns:  input_bits        float           information of its state about the class shown, in bits
// returns:  output_bits       float           information of its state about the class answered, in bits
// returns:  knock_out_points  float           balanced accuracy of the target lost without it, in percentage points
// returns:  effect_points     float           accuracy lost on the target when ablated, by the newest run, in points
// returns:  step              integer         when the search removed or added it, from 1
// returns:  step_bits         float           relay information of the set after it, in bits; null: not reliable
// returns:  step_null_bits    float           mean of the same search on shuffled hidden states, in bits
// returns:  trials_per_state  float           mean number of trials on an occupied state of its whole layer
// returns:  reliable          boolean         true with at least as many as the run asks for
// returns:  reason            string          why `relay_bits` are null; null: they are not
// returns:  run               string          key of the run that measured it
// returns:  effect_run        string          key of the run that measured `effect_points`
// returns:  n_total           integer         neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param min_relay => null
// example:  :param fdr => 0.05
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron:Neuron)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = CASE WHEN $run IS NULL THEN neuron.relay_run ELSE asked.key END
  AND ($min_relay IS NULL OR coalesce(relay.bits, relay.alone_bits) >= $min_relay)
  AND ($fdr IS NULL OR CASE WHEN relay.bits IS NULL THEN relay.alone_q ELSE relay.q END <= $fdr)
WITH target, partition, neuron, relay
ORDER BY relay.bits IS NULL, relay.bits DESC, relay.alone_bits IS NULL, relay.alone_bits DESC,
         neuron.layer_number, neuron.number
WITH target, partition, collect({neuron: neuron, relay: relay}) AS found
UNWIND range(0, size(found) - 1) AS position
WITH target, partition, found, position
ORDER BY position
LIMIT $top
WITH target, partition, found[position].neuron AS neuron, found[position].relay AS relay, position,
     size(found) AS n_total
OPTIONAL MATCH (neuron)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
OPTIONAL MATCH (neuron)-[effect:EFFECT]->(target)
WHERE effect.run = neuron.effect_run
RETURN neuron.key AS neuron, neuron.layer AS layer, cluster.number AS cluster_number, relay.bits AS relay_bits,
       relay.low_bits AS low_bits, relay.high_bits AS high_bits, relay.null_bits AS null_bits, relay.q AS q,
       relay.alone_bits AS alone_bits, relay.low_alone_bits AS low_alone_bits,
       relay.high_alone_bits AS high_alone_bits, relay.alone_null_bits AS alone_null_bits, relay.alone_q AS alone_q,
       relay.input_bits AS input_bits, relay.output_bits AS output_bits, relay.knock_out_points AS knock_out_points,
       effect.points AS effect_points, relay.step AS step, relay.step_bits AS step_bits,
       relay.step_null_bits AS step_null_bits, relay.trials_per_state AS trials_per_state,
       relay.reliable AS reliable, relay.reason AS reason, relay.run AS run, effect.run AS effect_run, n_total
ORDER BY position;
