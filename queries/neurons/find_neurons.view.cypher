// Neurons by layer, cluster, strength, effect, information and role: the neurons and the strongest weights among them
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => null
// example:  :param min_in_strength => null
// example:  :param min_out_strength => null
// example:  :param min_effect => 1.0
// example:  :param max_effect => null
// example:  :param min_bits => null
// example:  :param max_bits => null
// example:  :param min_relay_bits => null
// example:  :param role => null
// example:  :param target => 'all'
// example:  :param effect_run => null
// example:  :param information_run => null
// example:  :param relay_run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})
OPTIONAL MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(relayed:Run {key: $relay_run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (network)-[:HAS_LAYER]->(layer:Layer)-[:HAS_NEURON]->(neuron:Neuron)
WHERE ($layer IS NULL OR layer.name = $layer)
  AND ($min_in_strength IS NULL OR neuron.in_strength >= $min_in_strength)
  AND ($min_out_strength IS NULL OR neuron.out_strength >= $min_out_strength)
  AND ($role IS NULL OR $role IN neuron.roles)
OPTIONAL MATCH (neuron)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
WITH neuron, cluster, target, ablated, informed, relayed
WHERE $cluster IS NULL OR cluster.number = $cluster
OPTIONAL MATCH (neuron)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN neuron.effect_run ELSE ablated.key END
WITH neuron, target, informed, relayed, effect
WHERE ($min_effect IS NULL OR effect.points >= $min_effect) AND ($max_effect IS NULL OR effect.points <= $max_effect)
OPTIONAL MATCH (neuron)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN neuron.label_run ELSE informed.key END
WITH neuron, target, relayed, information
WHERE ($min_bits IS NULL OR information.bits >= $min_bits) AND ($max_bits IS NULL OR information.bits <= $max_bits)
OPTIONAL MATCH (neuron)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = CASE WHEN $relay_run IS NULL THEN neuron.relay_run ELSE relayed.key END
WITH neuron
WHERE $min_relay_bits IS NULL OR relay.bits >= $min_relay_bits
ORDER BY neuron.layer_number, neuron.number, neuron.key
LIMIT $top
WITH collect(neuron) AS neurons
RETURN neurons, COLLECT {
  UNWIND neurons AS source
  MATCH (source)-[weight:WEIGHT]->(target)
  WHERE weight.strength > 0 AND target IN neurons
  RETURN weight ORDER BY weight.strength DESC, source.layer_number, source.number, target.layer_number, target.number
  LIMIT 300
} AS weights;
