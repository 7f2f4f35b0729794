// Strongest outputs of a neuron
// name:     strongest_outputs
// question: What does this neuron drive?
// needs:    nothing
// param:    $network          string          key of the network
// param:    $neuron           string          key of the neuron
// param:    $sign             integer = null  1: positive weights only, -1: negative ones only; null is both
// param:    $partition        string = null   name of the partition that `cluster_number` is of; null leaves it empty
// param:    $top              integer = 10    rows to return
// returns:  target            string          key of the neuron the weight leads to
// returns:  layer             string          name of its layer
// returns:  cluster_number    integer         number of its cluster in the partition
// returns:  value             float           signed weight
// returns:  strength          float           magnitude of the weight
// returns:  share_of_out      float           its share of the strength of all kept outgoing weights, 0 to 1
// returns:  cumulative_share  float           share of this row and all rows above it, from 0 to 1
// returns:  n_total           integer         weights found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc1/0'
// example:  :param sign => null
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron)-[weight:WEIGHT]->(target)
WHERE $sign IS NULL OR sign(weight.value) = $sign
WITH neuron, partition, target, weight
ORDER BY weight.strength DESC, target.layer_number, target.number
WITH neuron, partition, collect({target: target, weight: weight}) AS found, collect(weight.strength) AS strengths
UNWIND range(0, size(found) - 1) AS position
WITH neuron, partition, found, strengths, position
ORDER BY position
LIMIT $top
WITH neuron, partition, found[position].target AS target, found[position].weight AS weight, position,
     size(found) AS n_total,
     reduce(total = 0.0, strength IN strengths[..position + 1] | total + strength) AS cumulative_strength
OPTIONAL MATCH (target)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN target.key AS target, target.layer AS layer, cluster.number AS cluster_number,
       weight.value AS value, weight.strength AS strength,
       CASE WHEN neuron.out_strength > 0 THEN weight.strength / neuron.out_strength END AS share_of_out,
       CASE WHEN neuron.out_strength > 0 THEN cumulative_strength / neuron.out_strength END AS cumulative_share,
       n_total
ORDER BY position;
