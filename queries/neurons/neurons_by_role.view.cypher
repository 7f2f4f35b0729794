// Neurons by role: the neurons, and the targets they have roles for
// example:  :param network => 'digits-mlp'
// example:  :param role => null
// example:  :param layer => null
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target)
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[given:ROLE]->(target)
WHERE given.run = CASE WHEN $run IS NULL THEN neuron.roles_run ELSE asked.key END
  AND ($role IS NULL OR given.role = $role) AND ($layer IS NULL OR neuron.layer = $layer)
RETURN neuron, given, target
ORDER BY given.role, coalesce(given.q, given.p), given.p, neuron.layer_number, neuron.number
LIMIT $top;
