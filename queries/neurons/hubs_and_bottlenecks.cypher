// Hubs, connectors and bottlenecks
// name:     hubs_and_bottlenecks
// question: Which neurons would a network scientist pick?
// needs:    partition
// param:    $network       string         key of the network
// param:    $partition     string = null  name of the partition; null is the newest one
// param:    $layer         string = null  name of a layer; null is every layer
// param:    $role          string = null  hub, connector, provincial or bottleneck; null is every role
// param:    $top           integer = 100  rows to return
// returns:  neuron         string         key of the neuron
// returns:  layer          string         name of its layer
// returns:  in_strength    float          summed strength of its incoming weights
// returns:  out_strength   float          summed strength of its outgoing weights
// returns:  participation  float          spread of its strength over clusters, from 0 (one cluster only)
// returns:  within_z       float          its strength into its cluster, in standard deviations over the cluster's
// returns:  path_share     float          share of all paths from input to output, by strength, that run through it
// returns:  role           string         hub, connector, provincial (a hub that stays at home) or bottleneck
// returns:  role_p         float          share of shuffled weights, the observed counted, as extreme by what gives it
// returns:  partition_run  string         key of the run that made the partition and gave the roles
// returns:  n_total        integer        neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param layer => null
// example:  :param role => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(:Cluster)<-[membership:IN_CLUSTER]-(neuron)
WHERE membership.role IS NOT NULL
  AND ($role IS NULL OR membership.role = $role) AND ($layer IS NULL OR neuron.layer = $layer)
WITH made, collect({neuron: neuron, membership: membership}) AS found
UNWIND found AS row
WITH made, row.neuron AS one, row.membership AS membership, size(found) AS n_total
RETURN one.key AS neuron, one.layer AS layer, one.in_strength AS in_strength, one.out_strength AS out_strength,
       membership.participation AS participation, membership.within_z AS within_z,
       membership.path_share AS path_share, membership.role AS role, membership.role_p AS role_p,
       made.key AS partition_run, n_total
ORDER BY role_p IS NULL, role_p, in_strength + out_strength DESC, one.layer_number, one.number
LIMIT $top;
