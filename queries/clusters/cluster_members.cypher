// Members of a cluster
// name:     cluster_members
// question: Who belongs to this cluster, and how firmly?
// needs:    partition
// param:    $network                string         key of the network
// param:    $partition              string = null  name of the partition; null is the newest one
// param:    $cluster                integer        number of the cluster within the partition
// returns:  neuron                  string         key of the neuron
// returns:  layer                   string         name of its layer
// returns:  number                  integer        position within its layer, from 0
// returns:  internal_share          float          share of its strength that stays in the cluster, from 0 to 1
// returns:  membership              float          internal_share less the largest share going to one other cluster
// returns:  participation           float          spread of its strength over clusters, from 0 (one cluster only)
// returns:  agreement_across_seeds  float          agreement of its cluster mates under other seeds, from 0 to 1
// returns:  within_z                float          strength into the cluster, in standard deviations over its neurons
// returns:  role                    string         hub, connector, provincial or bottleneck; null: none of them
// returns:  role_p                  float          share of shuffles, the observed counted, as extreme by that measure
// returns:  partition_run           string         key of the run that made the partition
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster {number: $cluster})<-[membership:IN_CLUSTER]-(member)
RETURN member.key AS neuron, member.layer AS layer, member.number AS number,
       membership.internal_share AS internal_share, membership.membership AS membership,
       membership.participation AS participation, membership.agreement_across_seeds AS agreement_across_seeds,
       membership.within_z AS within_z, membership.role AS role, membership.role_p AS role_p,
       made.key AS partition_run
ORDER BY member.layer_number, number;
