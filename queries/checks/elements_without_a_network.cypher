// Elements that belong to no network
// name:     elements_without_a_network
// question: Which layers, neurons and clusters are reached from no network?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  network   string         key of the network
// returns:  key       string         key of what is wrong
// returns:  problem   string         what is wrong with it
// returns:  fix       string         what to do
// example:  :param network => null
MATCH (element:Element)
WHERE ($network IS NULL OR element.network = $network)
  AND NOT EXISTS { (:Loading|Removing {key: element.network}) }
  AND NOT EXISTS { (element)<-[:HAS_LAYER]-(:Network) }
  AND NOT EXISTS { (element)<-[:HAS_NEURON]-(:Layer)<-[:HAS_LAYER]-(:Network) }
  AND NOT EXISTS { (element)<-[:HAS_CLUSTER]-(:Partition)<-[:WROTE]-(:Run)-[:ABOUT]->(:Network) }
RETURN element.network AS network, element.key AS key, 'reached from no network' AS problem,
       'Run `atlas remove ' + coalesce(element.network, 'NETWORK') + '`.' AS fix
ORDER BY network, key;
