// Partitions of a network
// name:     list_partitions
// question: Which partitions do I have, and which is good?
// needs:    partition
// param:    $network         string         key of the network
// param:    $method          string = null  method that made them; null is every method
// returns:  partition        string         name of the partition
// returns:  method           string         method that made it
// returns:  graph            string         what joins neurons: weights, activations or both
// returns:  resolution       float          resolution of its objective; null where the method has none
// returns:  k                integer        number of clusters asked for; null where the method chose
// returns:  within           string         coarser partition whose clusters were divided; null: none
// returns:  seed             integer        seed of the method
// returns:  n_clusters       integer        clusters, those set apart among them
// returns:  n_modules        integer        clusters that passed a test
// returns:  modularity       float          strength inside clusters beyond chance, from -0.5 to 1
// returns:  shuffle          string         how weights are shuffled for the null
// returns:  null_mean        float          mean modularity of the same method on shuffled weights
// returns:  z                float          modularity in standard deviations of that null above its mean
// returns:  p                float          share of that null, itself counted, with at least its modularity
// returns:  layered          float          modularity whose chance term is taken for each two layers alone
// returns:  layered_z        float          the same in standard deviations of its null above its mean
// returns:  n_cut            float          share of each cluster's strength that leaves it, summed
// returns:  n_cut_null_mean  float          mean of it for the same method on shuffled weights
// returns:  n_cut_z          float          n_cut in standard deviations of that null above its mean
// returns:  n_cut_p          float          share of that null, itself counted, with at most its n_cut
// returns:  layer_agreement  float          adjusted mutual information of clusters and layers; 1: they coincide
// returns:  stability        float          normalised mutual information between two seeds, mean of all pairs
// returns:  stability_p      float          share of the null, itself counted, that is as stable
// returns:  run              string         key of the run that made it
// example:  :param network => 'digits-mlp'
// example:  :param method => null
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(run:Run {state: 'finished'})
WHERE $method IS NULL OR partition.method = $method
RETURN partition.name AS partition, partition.method AS method, partition.graph AS graph,
       partition.resolution AS resolution, partition.k AS k, partition.within AS within,
       partition.seed AS seed, partition.n_clusters AS n_clusters,
       COUNT { (partition)-[:HAS_CLUSTER]->(:Module) } AS n_modules,
       partition.modularity AS modularity, partition.shuffle AS shuffle, partition.null_mean AS null_mean,
       partition.z AS z, partition.p AS p, partition.layered_modularity AS layered,
       partition.layered_modularity_z AS layered_z,
       partition.n_cut AS n_cut, partition.n_cut_null_mean AS n_cut_null_mean,
       partition.n_cut_z AS n_cut_z, partition.n_cut_p AS n_cut_p, partition.layer_agreement AS layer_agreement,
       partition.stability_nmi AS stability, partition.stability_nmi_p AS stability_p, run.key AS run
ORDER BY modularity IS NULL, modularity DESC, partition;
