// Neurons by layer, cluster, strength, effect, information and role
// name:     find_neurons
// question: Which neurons lie in this layer or cluster, are wired this strongly, matter, know or relay this much?
// needs:    nothing
// param:    $network           string          key of the network
// param:    $layer             string = null   name of a layer; null is every layer
// param:    $partition         string = null   name of the partition that `cluster_number` is of; null leaves it empty
// param:    $cluster           integer = null  number of a cluster of the partition; null is every cluster
// param:    $min_in_strength   float = null    smallest summed strength of incoming weights; null is any
// param:    $min_out_strength  float = null    smallest summed strength of outgoing weights; null is any
// param:    $min_effect        float = null    smallest effect, in percentage points; null is any, measured or not
// param:    $max_effect        float = null    largest effect, in percentage points; null is any, measured or not
// param:    $min_bits          float = null    smallest label information, in bits; null is any, measured or not
// param:    $max_bits          float = null    largest label information, in bits; null is any, measured or not
// param:    $min_relay_bits    float = null    smallest relay information, in bits; null is any, measured or not
// param:    $role              string = null   a role `atlas roles` gave it, as relay or dead; null is any or none
// param:    $target            string = 'all'  target the effect and the information are about
// param:    $effect_run        string = null   key of the run to read effects of; null is the newest finished one
// param:    $information_run   string = null   key of the run to read information of; null is the newest finished one
// param:    $relay_run         string = null   key of the run to read relays of; null is the newest finished one
// param:    $top               integer = 100   rows to return
// returns:  neuron             string          key of the neuron
// returns:  layer              string          name of its layer
// returns:  number             integer         position within its layer, from 0
// returns:  cluster_number     integer         number of its cluster in the partition
// returns:  in_strength        float           summed strength of its incoming weights
// returns:  out_strength       float           summed strength of its outgoing weights
// returns:  effect_points      float           accuracy lost on the target when it is ablated, in percentage points
// returns:  effect_q           float           false discovery rate of the effect within its run
// returns:  label_bits         float           information about the target, in bits
// returns:  information_q      float           false discovery rate of the information within its run
// returns:  relay_bits         float           of that, what it and nothing else of its layer passes on, in bits
// returns:  relay_q            float           false discovery rate of the relay information within its run
// returns:  roles              list of string  its roles by the newest finished `atlas roles`; null: not judged
// returns:  effect_run         string          key of the run that measured the effect
// returns:  information_run    string          key of the run that measured the information
// returns:  relay_run          string          key of the run that measured the relay information
// returns:  roles_run          string          key of the run that judged the roles
// returns:  n_total            integer         neurons found, shown or not
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
WITH neuron, cluster, target, informed, relayed, effect
WHERE ($min_effect IS NULL OR effect.points >= $min_effect) AND ($max_effect IS NULL OR effect.points <= $max_effect)
OPTIONAL MATCH (neuron)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN neuron.label_run ELSE informed.key END
WITH neuron, cluster, target, relayed, effect, information
WHERE ($min_bits IS NULL OR information.bits >= $min_bits) AND ($max_bits IS NULL OR information.bits <= $max_bits)
OPTIONAL MATCH (neuron)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = CASE WHEN $relay_run IS NULL THEN neuron.relay_run ELSE relayed.key END
WITH neuron, cluster, effect, information, relay
WHERE $min_relay_bits IS NULL OR relay.bits >= $min_relay_bits
WITH collect({neuron: neuron, cluster: cluster, effect: effect, information: information, relay: relay}) AS found
UNWIND found AS row
WITH row.neuron AS one, row.cluster AS cluster, row.effect AS effect, row.information AS information,
     row.relay AS relay, size(found) AS n_total
RETURN one.key AS neuron, one.layer AS layer, one.number AS number, cluster.number AS cluster_number,
       one.in_strength AS in_strength, one.out_strength AS out_strength,
       effect.points AS effect_points, effect.q AS effect_q,
       information.bits AS label_bits, information.q AS information_q,
       relay.bits AS relay_bits, relay.q AS relay_q, one.roles AS roles,
       effect.run AS effect_run, information.run AS information_run, relay.run AS relay_run,
       one.roles_run AS roles_run, n_total
ORDER BY one.layer_number, number, neuron
LIMIT $top;
