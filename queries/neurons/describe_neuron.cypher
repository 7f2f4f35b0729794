// Everything about a neuron
// name:     describe_neuron
// question: Tell me everything about this neuron.
// needs:    nothing
// param:    $network          string         key of the network
// param:    $neuron           string         key of the neuron
// param:    $effect_run       string = null  key of the run to read effects of; null is the newest finished one
// param:    $information_run  string = null  key of the run to read information of; null is the newest finished one
// param:    $relay_run        string = null  key of the run to read relays of; null is the newest finished one
// param:    $activation_run   string = null  key of the run to read activations of; null is the newest finished one
// param:    $correlation_run  string = null  key of the run to read correlations of; null is the newest finished one
// returns:  property          string         name of the property
// returns:  about             string         the target or partition it is about; null for the neuron alone
// returns:  value             float          its value, if it is a number
// returns:  text              string         its value, if it is not a number
// returns:  unit              string         unit of the value; empty for pure numbers and text
// returns:  low               float          lower end of the 95 % interval
// returns:  high              float          upper end of the 95 % interval
// returns:  q                 float          false discovery rate within the run
// returns:  run               string         key of the run that wrote it; null: ingestion
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc2/0'
// example:  :param effect_run => null
// example:  :param information_run => null
// example:  :param relay_run => null
// example:  :param activation_run => null
// example:  :param correlation_run => null
MATCH (network:Network {key: $network})-[:HAS_LAYER]->(layer:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
CALL (network, layer, neuron) {
  UNWIND [
    {property: 'layer', text: layer.name, unit: ''},
    {property: 'layer_kind', text: layer.kind, unit: ''},
    {property: 'number', value: neuron.number, unit: ''},
    {property: 'in_strength', value: neuron.in_strength, unit: ''},
    {property: 'out_strength', value: neuron.out_strength, unit: ''},
    {property: 'n_inputs', value: COUNT { (neuron)<-[:WEIGHT]-() }, unit: 'weights'},
    {property: 'n_outputs', value: COUNT { (neuron)-[:WEIGHT]->() }, unit: 'weights'}
  ] AS row
  RETURN 1 AS part, row
  UNION ALL
  MATCH (neuron)-[:ANSWERS]->(target:Target)
  RETURN 2 AS part, {property: 'answers', about: target.name, text: target.name, unit: ''} AS row
  UNION ALL
  MATCH (neuron)-[membership:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition:Partition)
  WHERE EXISTS { (network)-[:HAS_PARTITION]->(partition) }
  UNWIND [
    {property: 'cluster_number', value: cluster.number},
    {property: 'internal_share', value: membership.internal_share},
    {property: 'participation', value: membership.participation},
    {property: 'agreement_across_seeds', value: membership.agreement_across_seeds}
  ] AS entry
  WITH partition, entry
  WHERE entry.value IS NOT NULL
  RETURN 3 AS part, {property: entry.property, about: partition.name, value: entry.value, unit: '',
                     run: partition.run} AS row
  UNION ALL
  OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $effect_run, state: 'finished'})
  MATCH (neuron)-[effect:EFFECT]->(target:Target)
  WHERE effect.run = CASE WHEN $effect_run IS NULL THEN neuron.effect_run ELSE asked.key END
  UNWIND [
    {property: 'effect_points', value: effect.points, unit: 'percentage points',
     low: effect.low_points, high: effect.high_points, q: effect.q},
    {property: 'loss_change', value: effect.loss_change, unit: '',
     low: effect.low_loss_change, high: effect.high_loss_change, q: CASE WHEN effect.points IS NULL THEN effect.q END}
  ] AS entry
  WITH effect, target, entry
  WHERE entry.value IS NOT NULL
  RETURN 4 AS part, {property: entry.property, about: target.name, value: entry.value, unit: entry.unit,
                     low: entry.low, high: entry.high, q: entry.q, run: effect.run} AS row
  UNION ALL
  OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $information_run, state: 'finished'})
  MATCH (neuron)-[information:INFORMATION {kind: 'label'}]->(target:Target)
  WHERE information.run = CASE WHEN $information_run IS NULL THEN neuron.label_run ELSE asked.key END
  RETURN 5 AS part, {property: 'label_bits', about: target.name, value: information.bits, unit: 'bits',
                     low: information.low_bits, high: information.high_bits, q: information.q,
                     run: information.run} AS row
  UNION ALL
  OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $relay_run, state: 'finished'})
  MATCH (neuron)-[relay:INFORMATION {kind: 'relay'}]->(target:Target)
  WHERE relay.run = CASE WHEN $relay_run IS NULL THEN neuron.relay_run ELSE asked.key END
  UNWIND [
    {property: 'relay_bits', value: relay.bits, low: relay.low_bits, high: relay.high_bits, q: relay.q},
    {property: 'relay_alone_bits', value: relay.alone_bits, low: relay.low_alone_bits, high: relay.high_alone_bits,
     q: relay.alone_q}
  ] AS entry
  WITH relay, target, entry
  WHERE entry.value IS NOT NULL
  RETURN 6 AS part, {property: entry.property, about: target.name, value: entry.value, unit: 'bits',
                     low: entry.low, high: entry.high, q: entry.q, run: relay.run} AS row
  UNION ALL
  OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $activation_run, state: 'finished'})
  MATCH (neuron)-[responds:RESPONDS]->(target:Target)
  WHERE responds.run = CASE WHEN $activation_run IS NULL THEN neuron.activation_run ELSE asked.key END
  UNWIND [
    {property: 'mean_activation', value: responds.mean_activation},
    {property: 'sd_activation', value: responds.sd_activation},
    {property: 'max_activation', value: responds.max_activation},
    {property: 'active_share', value: responds.active_share},
    {property: 'selectivity', value: responds.selectivity},
    {property: 'point_biserial', value: responds.point_biserial},
    {property: 'activation_proxy', value: responds.activation_proxy},
    {property: 'weight_change_p', value: responds.weight_change_p}
  ] AS entry
  WITH responds, target, entry
  WHERE entry.value IS NOT NULL
  RETURN 7 AS part, {property: entry.property, about: target.name, value: entry.value, unit: '',
                     run: responds.run} AS row
  UNION ALL
  OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $correlation_run, state: 'finished'})
  MATCH (neuron)-[mapped:CORRELATION {kind: 'mismatch'}]->(target:Target)
  WHERE mapped.run = CASE WHEN $correlation_run IS NULL THEN neuron.correlation_run ELSE asked.key END
  UNWIND [
    {property: 'gaussian_mismatch', value: mapped.mismatch, low: mapped.low_mismatch, high: mapped.high_mismatch,
     q: mapped.q},
    {property: 'higher_share', value: mapped.higher_share}
  ] AS entry
  WITH mapped, target, entry
  WHERE entry.value IS NOT NULL
  RETURN 8 AS part, {property: entry.property, about: target.name, value: entry.value, unit: '',
                     low: entry.low, high: entry.high, q: entry.q, run: mapped.run} AS row
  UNION ALL
  WITH neuron WHERE neuron.roles_run IS NOT NULL
  OPTIONAL MATCH (neuron)-[given:ROLE]->(target:Target)
  WHERE given.run = neuron.roles_run
  RETURN 9 AS part, {property: 'role', about: target.name, text: coalesce(given.role, 'none'), unit: '', q: given.q,
                     run: neuron.roles_run} AS row
}
RETURN row.property AS property, row.about AS about, toFloat(row.value) AS value, row.text AS text, row.unit AS unit,
       row.low AS low, row.high AS high, row.q AS q, row.run AS run
ORDER BY part, property, about IS NULL, about <> 'all', size(about), about, text;
