// Most damaging neurons: the neurons, their clusters, and the target they harm
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param fdr => 0.05
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
OPTIONAL MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (neuron:Neuron)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN neuron.effect_run ELSE asked.key END
  AND ($fdr IS NULL OR effect.q <= $fdr)
WITH target, partition, neuron, effect
ORDER BY effect.points IS NULL, effect.points DESC, effect.loss_change IS NULL, effect.loss_change DESC,
         neuron.layer_number, neuron.number
LIMIT $top
OPTIONAL MATCH (neuron)-[membership:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN neuron, effect, target, membership, cluster;
