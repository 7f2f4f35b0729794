// Strength from cluster to cluster, beyond chance
// name:     cluster_matrix
// question: Which clusters talk to which, beyond chance?
// needs:    partition
// param:    $network     string         key of the network
// param:    $partition   string = null  name of the partition; null is the newest one
// param:    $fdr         float = null   largest q to show; null: every link. With n shuffles p is 2 / (n + 1) at least
// returns:  from_cluster integer        number of the cluster the weights come from
// returns:  to_cluster   integer        number of the cluster they lead to
// returns:  n_weights    integer        weights between them
// returns:  strength     float          their summed strength
// returns:  density      float          share of the pairs of neurons that could be joined and are, from 0 to 1
// returns:  expected     float          mean strength between the same neurons when weights are shuffled
// returns:  expected_sd  float          standard deviation of that null
// returns:  z            float          strength in standard deviations of that null above its mean
// returns:  p            float          share of shuffles, the observed counted, as far out; two-sided
// returns:  q            float          false discovery rate over all links of the partition
// returns:  shuffle      string         how weights are shuffled: layer, nonzero, row or degree
// returns:  run          string         key of the run that measured it
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param fdr => null
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(source:Cluster)
MATCH (source)-[link:LINK]->(target:Cluster)
WHERE $fdr IS NULL OR link.q <= $fdr
RETURN source.number AS from_cluster, target.number AS to_cluster, link.n_weights AS n_weights,
       link.strength AS strength, toFloat(link.n_weights) / link.n_possible AS density,
       link.expected AS expected, link.expected_sd AS expected_sd, link.z AS z, link.p AS p, link.q AS q,
       partition.shuffle AS shuffle, link.run AS run
ORDER BY from_cluster, to_cluster;
