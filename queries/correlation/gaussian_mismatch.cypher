// Neurons that break the Gaussian picture
// name:     gaussian_mismatch
// question: Which neurons are not what Gaussian pre-activations would make them, and do they matter?
// needs:    correlations
// param:    $network        string          key of the network
// param:    $layer          string = null   name of a layer; null is every one
// param:    $target         string = 'all'  a class, or all classes put together
// param:    $fdr            float = null    largest q to show; null shows every measured neuron
// param:    $run            string = null   key of the run to read; null is the newest finished one
// param:    $top            integer = 20    rows to return
// returns:  neuron          string          key of the neuron
// returns:  layer           string          name of its layer
// returns:  mismatch        float           its mean and variance from what Gaussians would make them, in its sds
// returns:  low_mismatch    float           lower end of the 95 % interval
// returns:  high_mismatch   float           upper end of the 95 % interval
// returns:  null_mismatch   float           mean in Gaussian trials of the same class moments
// returns:  z               float           mismatch in standard deviations of that null above its mean
// returns:  p               float           share of that null, itself counted, with at least its mismatch
// returns:  q               float           false discovery rate over the neurons of the run and kind of target
// returns:  mean_error      float           distance of the Gaussian from the measured mean alone, in its sds
// returns:  variance_error  float           Gaussian by measured variance, less 1
// returns:  higher_share    float           of the differences between all its class means: by orders above the second
// returns:  effect_points   float           accuracy lost on the target when ablated, by the newest run, in points
// returns:  effect_q        float           false discovery rate of `effect_points` within its run
// returns:  label_bits      float           newest information about the target, in bits
// returns:  label_q         float           false discovery rate of `label_bits` within its run
// returns:  relay_bits      float           newest information about the target that only it passes on, in bits
// returns:  reason          string          why `mismatch` is null: constant; null: it is known
// returns:  run             string          key of the run that measured it
// returns:  effect_run      string          key of the run that measured `effect_points`
// returns:  label_run       string          key of the run that measured `label_bits`
// returns:  relay_run       string          key of the run that measured `relay_bits`
// returns:  n_total         integer         neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param target => 'all'
// example:  :param fdr => null
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
MATCH (network)-[:HAS_TARGET]->(every:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[found:CORRELATION {kind: 'mismatch'}]->(target)
WHERE found.run = CASE WHEN $run IS NULL THEN neuron.correlation_run ELSE asked.key END
  AND ($layer IS NULL OR neuron.layer = $layer) AND ($fdr IS NULL OR found.q <= $fdr)
WITH target, every, neuron, found
ORDER BY found.mismatch IS NULL, found.mismatch DESC, neuron.layer_number, neuron.number
WITH target, every, collect({neuron: neuron, found: found}) AS all_found
UNWIND range(0, size(all_found) - 1) AS position
WITH target, every, all_found, position
ORDER BY position
LIMIT $top
WITH target, every, all_found[position].neuron AS neuron, all_found[position].found AS found, position,
     size(all_found) AS n_total
OPTIONAL MATCH (neuron)-[overall:CORRELATION {kind: 'mismatch'}]->(every)
WHERE overall.run = found.run
OPTIONAL MATCH (neuron)-[effect:EFFECT]->(target)
WHERE effect.run = neuron.effect_run
OPTIONAL MATCH (neuron)-[label:INFORMATION {kind: 'label'}]->(target)
WHERE label.run = neuron.label_run
OPTIONAL MATCH (neuron)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = neuron.relay_run
RETURN neuron.key AS neuron, neuron.layer AS layer, found.mismatch AS mismatch, found.low_mismatch AS low_mismatch,
       found.high_mismatch AS high_mismatch, found.null_mismatch AS null_mismatch, found.z AS z, found.p AS p,
       found.q AS q, found.mean_error AS mean_error, found.variance_error AS variance_error,
       overall.higher_share AS higher_share, effect.points AS effect_points, effect.q AS effect_q,
       label.bits AS label_bits, label.q AS label_q, relay.bits AS relay_bits, found.reason AS reason,
       found.run AS run, effect.run AS effect_run, label.run AS label_run, relay.run AS relay_run, n_total
ORDER BY position;
