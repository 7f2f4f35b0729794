// Hubs, connectors and bottlenecks: the neurons, and the clusters they are in
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
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)<-[membership:IN_CLUSTER]-(neuron)
WHERE membership.role IS NOT NULL
  AND ($role IS NULL OR membership.role = $role) AND ($layer IS NULL OR neuron.layer = $layer)
RETURN cluster, membership, neuron
ORDER BY membership.role_p IS NULL, membership.role_p, neuron.in_strength + neuron.out_strength DESC,
         neuron.layer_number, neuron.number
LIMIT $top;
