// Most damaging clusters
// name:     most_damaging_clusters
// question: Which clusters hurt most if removed, more than random sets of neurons with the same number per layer?
// needs:    partition, cluster_effects
// param:    $network           string          key of the network
// param:    $partition         string = null   name of the partition; null is the newest one
// param:    $target            string = 'all'  target whose accuracy is meant
// param:    $fdr               float = null    largest q to show; null shows every measured cluster
// param:    $run               string = null   key of the run to read; null is the newest finished one
// param:    $top               integer = 100   rows to return
// returns:  cluster_number     integer         number of the cluster within the partition
// returns:  is_module          boolean         true if it passed a test
// returns:  n_neurons          integer         neurons in the cluster
// returns:  n_ablated          integer         those that were ablated together
// returns:  effect_points      float           accuracy lost on the target when they are ablated, in percentage points
// returns:  low_points         float           lower end of the 95 % interval, in percentage points
// returns:  high_points        float           upper end of the 95 % interval, in percentage points
// returns:  null_mean          float           mean effect of matched random sets, in percentage points
// returns:  z                  float           effect in standard deviations of that null above its mean
// returns:  p                  float           share of matched random sets, itself counted, that are as harmful
// returns:  q                  float           false discovery rate within the run and the kind of target
// returns:  points_per_neuron  float           effect per ablated neuron, in percentage points
// returns:  run                string          key of the run that measured it
// returns:  n_total            integer         clusters found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param target => 'all'
// example:  :param fdr => null
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
MATCH (cluster)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN cluster.effect_run ELSE asked.key END
  AND ($fdr IS NULL OR effect.q <= $fdr)
WITH collect({cluster: cluster, effect: effect}) AS found
UNWIND found AS row
WITH row.cluster AS cluster, row.effect AS effect, size(found) AS n_total
RETURN cluster.number AS cluster_number, cluster:Module AS is_module, cluster.n_neurons AS n_neurons,
       effect.n_ablated AS n_ablated, effect.points AS effect_points,
       effect.low_points AS low_points, effect.high_points AS high_points,
       effect.null_mean AS null_mean, effect.z AS z, effect.p AS p, effect.q AS q,
       CASE WHEN effect.n_ablated > 0 THEN effect.points / effect.n_ablated END AS points_per_neuron,
       effect.run AS run, n_total
ORDER BY effect_points IS NULL, effect_points DESC, cluster_number
LIMIT $top;
