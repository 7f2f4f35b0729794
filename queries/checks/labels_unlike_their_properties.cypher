// Labels that differ from the properties behind them
// name:     labels_unlike_their_properties
// question: Which neurons bear labels of other roles than theirs, and which clusters are modules by no test?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  network   string         key of the network
// returns:  key       string         key of what is wrong
// returns:  problem   string         what is wrong with it
// returns:  fix       string         what to do
// example:  :param network => null
MATCH (network:Network)
WHERE $network IS NULL OR network.key = $network
CALL (network) {
  MATCH (network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron)
  WITH neuron, coalesce(neuron.roles, []) AS roles,
       [label IN ['Relay', 'Redundant', 'Dead', 'Saturated', 'Specialist', 'Provincial', 'Hub', 'Connector',
                  'Bottleneck'] WHERE label IN labels(neuron) | toLower(label)] AS labelled
  WHERE size(labelled) <> size(roles) OR any(role IN roles WHERE NOT role IN labelled)
  RETURN neuron.key AS key, 'labels differ from its roles' AS problem,
         coalesce('Run `atlas remove --run ' + neuron.roles_run + '` and judge again: ', 'Judge: ')
         + '`atlas roles ' + network.key + '`.' AS fix
  UNION ALL
  MATCH (network)-[:HAS_PARTITION]->(:Partition)-[:HAS_CLUSTER]->(cluster)
  WHERE cluster:Module XOR cluster.module_by IS NOT NULL
  RETURN cluster.key AS key, 'is a module by its label or by module_by, not by both' AS problem,
         'Measure again: `atlas ablate` or `atlas lesion`.' AS fix
}
RETURN network.key AS network, key, problem, fix
ORDER BY network, key, problem;
