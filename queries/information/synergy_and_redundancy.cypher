// What two clusters tell together
// name:     synergy_and_redundancy
// question: Which clusters know more together, and which know the same?
// needs:    partition, synergy
// param:    $network            string          key of the network
// param:    $partition          string = null   name of the partition; null is the newest one
// param:    $target             string = 'all'  a class (that class or not), or all (which class)
// param:    $definition         string = 'sx'   sx: shared exclusions; min: I_min; mmi: minimal mutual information
// param:    $fdr                float = null    largest q of the synergy by shared exclusions; null shows every pair
// param:    $run                string = null   key of the run to read; null is the newest finished one
// param:    $top                integer = 50    rows to return
// returns:  first_cluster       integer         number of one cluster within the partition
// returns:  second_cluster      integer         number of the other
// returns:  joint_bits          float           information of both about the target, in bits; null: see `reason`
// returns:  first_bits          float           information of the first, in bits
// returns:  second_bits         float           information of the second, in bits
// returns:  mutual_bits         float           information of the two about each other, in bits
// returns:  redundancy_bits     float           told by either of both, by that definition, in bits
// returns:  unique_first_bits   float           told only by the first, in bits
// returns:  unique_second_bits  float           told only by the second, in bits
// returns:  synergy_bits        float           told only by both together, in bits
// returns:  synergy_null_mean   float           mean synergy of independent codes, in bits; this, z, p, q: of sx only
// returns:  z                   float           synergy in standard deviations of that null above its mean
// returns:  p                   float           share of that null, itself counted, as extreme; two-sided
// returns:  q                   float           false discovery rate over all pairs of the run, by kind of target
// returns:  n_states            integer         occupied joint states of both
// returns:  trials_per_state    float           mean number of trials on one of them
// returns:  reliable            boolean         true with at least as many as the run asks for
// returns:  reason              string          why bits are null; null: they are not
// returns:  run                 string          key of the run that measured it
// returns:  n_total             integer         pairs found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param target => 'all'
// example:  :param definition => 'sx'
// example:  :param fdr => null
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)<-[:ABOUT]-(measured:Run {kind: 'synergy', state: 'finished', partition: partition.name})
WHERE $run IS NULL OR measured.key = $run
WITH partition, measured
ORDER BY measured.finished_at DESC, measured.key
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(first:Cluster)-[joint:JOINT_INFORMATION]->(second:Cluster)
WHERE joint.run = measured.key AND joint.target_name = $target AND ($fdr IS NULL OR joint.q <= $fdr)
WITH collect({first: first, second: second, joint: joint}) AS found
UNWIND found AS row
WITH row.first AS first, row.second AS second, row.joint AS joint, size(found) AS n_total, $definition = 'sx' AS is_sx
RETURN first.number AS first_cluster, second.number AS second_cluster, joint.joint_bits AS joint_bits,
       joint.first_bits AS first_bits, joint.second_bits AS second_bits, joint.mutual_bits AS mutual_bits,
       joint['redundancy_' + $definition + '_bits'] AS redundancy_bits,
       joint['unique_first_' + $definition + '_bits'] AS unique_first_bits,
       joint['unique_second_' + $definition + '_bits'] AS unique_second_bits,
       joint['synergy_' + $definition + '_bits'] AS synergy_bits,
       CASE WHEN is_sx THEN joint.synergy_null_mean END AS synergy_null_mean,
       CASE WHEN is_sx THEN joint.z END AS z, CASE WHEN is_sx THEN joint.p END AS p,
       CASE WHEN is_sx THEN joint.q END AS q,
       joint.n_states AS n_states, joint.trials_per_state AS trials_per_state, joint.reliable AS reliable,
       joint.reason AS reason, joint.run AS run, n_total
ORDER BY synergy_bits IS NULL, synergy_bits DESC, first_cluster, second_cluster
LIMIT $top;
