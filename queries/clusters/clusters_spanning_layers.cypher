// Clusters that span layers
// name:     clusters_spanning_layers
// question: Which clusters are pathways through the network, not slices of a layer?
// needs:    partition
// param:    $network                  string         key of the network
// param:    $partition                string = null  name of the partition; null is the newest one
// param:    $min_layers               integer = 2    fewest layers to show
// returns:  cluster                   integer        number of the cluster within the partition
// returns:  is_module                 boolean        true if it passed a test
// returns:  n_neurons                 integer        neurons in it
// returns:  n_layers                  integer        layers its neurons lie in
// returns:  first_layer               string         the one nearest the input
// returns:  last_layer                string         the one nearest the output
// returns:  internal_share            float          share of its neurons' strength that stays inside, from 0 to 1
// returns:  internal_share_null_mean  float          mean share of the same neurons when weights are shuffled
// returns:  internal_share_z          float          share in standard deviations of that null above its mean
// returns:  internal_share_p          float          share of shuffles, the observed counted, with at least as much
// returns:  conductance               float          strength that leaves it, of the smaller side's
// returns:  run                       string         key of the run that made the partition
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param min_layers => 2
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
WHERE cluster.n_layers >= $min_layers AND cluster.set_apart IS NULL
CALL (cluster) {
  MATCH (cluster)<-[:IN_CLUSTER]-(neuron)
  WITH DISTINCT neuron.layer AS layer, neuron.layer_number AS layer_number
  ORDER BY layer_number
  RETURN collect(layer) AS layers
}
RETURN cluster.number AS cluster, cluster:Module AS is_module, cluster.n_neurons AS n_neurons,
       cluster.n_layers AS n_layers, layers[0] AS first_layer, layers[-1] AS last_layer,
       cluster.internal_share AS internal_share, cluster.internal_share_null_mean AS internal_share_null_mean,
       cluster.internal_share_z AS internal_share_z, cluster.internal_share_p AS internal_share_p,
       cluster.conductance AS conductance, made.key AS run
ORDER BY internal_share_z IS NULL, internal_share_z DESC, internal_share IS NULL, internal_share DESC, cluster;
