// Neurons by role
// name:     neurons_by_role
// question: Which neurons are relays, redundant, dead, saturated, specialists of a class, hubs or bottlenecks, and why?
// needs:    roles
// param:    $network   string         key of the network
// param:    $role      string = null  relay, redundant, dead, saturated, specialist, hub, ...; null is every role
// param:    $layer     string = null  name of a layer; null is every layer
// param:    $run       string = null  key of the run to read; null is the newest finished one
// param:    $top       integer = 100  rows to return
// returns:  neuron     string         key of the neuron
// returns:  layer      string         name of its layer
// returns:  role       string         its role; a neuron with several has a row for each
// returns:  target     string         the class of a specialist; of other roles all
// returns:  value      float          what the rule compares with the threshold
// returns:  threshold  float          the threshold
// returns:  p          float          p of what the rule judges by
// returns:  q          float          its false discovery rate; null for roles in a partition, judged by p alone
// returns:  rule       string         the rule
// returns:  from_run   string         key of the run whose values were judged
// returns:  run        string         key of the run that judged them
// returns:  n_total    integer        rows found, shown or not
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
WITH collect({neuron: neuron, given: given, target: target}) AS found
UNWIND found AS row
WITH row.neuron AS one, row.given AS given, row.target AS target, size(found) AS n_total
RETURN one.key AS neuron, one.layer AS layer, given.role AS role, target.name AS target,
       given.value AS value, given.threshold AS threshold, given.p AS p, given.q AS q, given.rule AS rule,
       given.from_run AS from_run, given.run AS run, n_total
ORDER BY role, coalesce(q, p), p, one.layer_number, one.number
LIMIT $top;
