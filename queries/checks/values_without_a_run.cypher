// Values that no run vouches for
// name:     values_without_a_run
// question: Which effects, information and other values name no run of their network?
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
  MATCH (network)-[:HAS_TARGET]->(target:Target)
  MATCH (element)-[value:EFFECT|INFORMATION|CORRELATION|RESPONDS|PREDICTS|LESION|ROLE]->(target)
  RETURN ' on target ' + target.name AS about, type(value) AS type, value.run AS run, count(*) AS n_values,
         min(element.key) AS key
  UNION ALL
  MATCH (network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(element:Neuron)-[value:JOINT_EFFECT]->()
  RETURN '' AS about, type(value) AS type, value.run AS run, count(*) AS n_values, min(element.key) AS key
  UNION ALL
  MATCH (network)-[:HAS_LAYER]->(element:Layer)-[value:MOTIF]->(:Layer)
  RETURN '' AS about, type(value) AS type, value.run AS run, count(*) AS n_values, min(element.key) AS key
  UNION ALL
  MATCH (network)-[:HAS_PARTITION]->(element:Partition)-[value:AGREES|LESION]->(other)
  WHERE NOT other:Target
  RETURN '' AS about, type(value) AS type, value.run AS run, count(*) AS n_values, min(element.key) AS key
  UNION ALL
  MATCH (network)-[:HAS_PARTITION]->(:Partition)-[:HAS_CLUSTER]->(element:Cluster)
  MATCH (element)-[value:JOINT_EFFECT|JOINT_INFORMATION|LINK|LESION|MATCHES]->(other)
  WHERE NOT other:Target
  RETURN '' AS about, type(value) AS type, value.run AS run, count(*) AS n_values, min(element.key) AS key
}
WITH network, about, type, run, n_values, key
WHERE NOT EXISTS { (network)<-[:ABOUT]-(:Run {key: run}) }
RETURN network.key AS network, key,
       toString(n_values) + ' ' + type + about + ' of unknown run ' + coalesce(run, 'null') AS problem,
       'Remove the network and ingest it again.' AS fix
ORDER BY network, key, problem;
