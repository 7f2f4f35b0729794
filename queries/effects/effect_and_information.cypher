// Effect and information of clusters together
// name:     effect_and_information
// question: Which clusters are used and informed, used but not informed, informed but not used, or idle?
// needs:    partition, cluster_effects, cluster_information
// param:    $network          string          key of the network
// param:    $partition        string = null   name of the partition; null is the newest one
// param:    $target           string = 'all'  target the effect and the information are about
// param:    $effect_run       string = null   key of the run to read effects of; null is the newest finished one
// param:    $information_run  string = null   key of the run to read information of; null is the newest finished one
// param:    $fdr              float = 0.05    a cluster is used (or informed) if that q is at most this
// returns:  cluster_number    integer         number of the cluster within the partition
// returns:  n_neurons         integer         neurons in the cluster
// returns:  is_module         boolean         true if it passed a test
// returns:  target            string          target the effect and the information are about
// returns:  effect_points     float           accuracy lost on the target when it is ablated, in percentage points
// returns:  effect_low        float           lower end of the 95 % interval, in percentage points
// returns:  effect_high       float           upper end of the 95 % interval, in percentage points
// returns:  effect_null_mean  float           mean effect of matched random sets, in percentage points
// returns:  effect_q          float           false discovery rate of the effect within its run
// returns:  label_bits        float           information about the target, in bits; null where trials are too few
// returns:  null_bits         float           mean information under shuffled labels, in bits
// returns:  information_q     float           false discovery rate of the information within its run
// returns:  quadrant          string          used, informed, both or neither: idle; and which is unknown, its q null
// returns:  rank_gap          integer         rank by bits minus rank by effect, each less its null mean
// returns:  effect_run        string          key of the run that measured the effect
// returns:  information_run   string          key of the run that measured the information
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param target => 'all'
// example:  :param effect_run => null
// example:  :param information_run => null
// example:  :param fdr => 0.05
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
OPTIONAL MATCH (cluster)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $effect_run IS NULL THEN cluster.effect_run ELSE ablated.key END
OPTIONAL MATCH (cluster)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = CASE WHEN $information_run IS NULL THEN cluster.label_run ELSE informed.key END
WITH cluster, target, effect, information,
     effect.points - effect.null_mean AS effect_beyond, information.bits - information.null_bits AS bits_beyond
WITH collect({cluster: cluster, target: target, effect: effect, information: information,
              effect_beyond: effect_beyond, bits_beyond: bits_beyond}) AS found
WITH found, [row IN found WHERE row.effect_beyond IS NOT NULL AND row.bits_beyond IS NOT NULL] AS ranked
UNWIND found AS row
WITH row.cluster AS cluster, row.target AS target, row.effect AS effect, row.information AS information,
     row.effect.q <= $fdr AND row.effect.points > 0 AS is_used, row.information.q <= $fdr AS is_informed,
     CASE WHEN row.effect_beyond IS NOT NULL AND row.bits_beyond IS NOT NULL
          THEN size([other IN ranked WHERE other.bits_beyond > row.bits_beyond])
             - size([other IN ranked WHERE other.effect_beyond > row.effect_beyond]) END AS rank_gap
RETURN cluster.number AS cluster_number, cluster.n_neurons AS n_neurons, cluster:Module AS is_module,
       target.name AS target, effect.points AS effect_points,
       effect.low_points AS effect_low, effect.high_points AS effect_high,
       effect.null_mean AS effect_null_mean, effect.q AS effect_q,
       information.bits AS label_bits, information.null_bits AS null_bits, information.q AS information_q,
       CASE
         WHEN effect.q IS NULL AND information.q IS NULL THEN 'not measured'
         WHEN effect.q IS NULL AND is_informed THEN 'informed, effect unknown'
         WHEN effect.q IS NULL THEN 'not informed, effect unknown'
         WHEN information.q IS NULL AND is_used THEN 'used, bits unknown'
         WHEN information.q IS NULL THEN 'not used, bits unknown'
         WHEN is_used AND is_informed THEN 'used and informed'
         WHEN is_used THEN 'used, not informed'
         WHEN is_informed THEN 'informed, not used'
         ELSE 'idle'
       END AS quadrant,
       rank_gap, effect.run AS effect_run, information.run AS information_run
ORDER BY effect_points IS NULL, effect_points DESC, cluster_number;
