// Indicators that predict effects: the network and its layers, and how well each indicator ranks neurons by effect
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param target => 'all'
// example:  :param fdr => null
// example:  :param run => null
MATCH (network:Network {key: $network})<-[:ABOUT]-(run:Run {kind: 'indicators', state: 'finished'})
WHERE $run IS NULL OR run.key = $run
WITH network, run
ORDER BY run.finished_at DESC, run.key
LIMIT 1
CALL (network) {
  WITH network WHERE $layer IS NULL
  RETURN network AS scope
  UNION
  MATCH (network)-[:HAS_LAYER]->(layer:Layer)
  WHERE $layer IS NULL OR layer.name = $layer
  RETURN layer AS scope
}
MATCH (scope)-[predicts:PREDICTS {run: run.key}]->(target:Target)
WHERE ($target IS NULL OR target.name = $target) AND ($fdr IS NULL OR predicts.q <= $fdr)
RETURN scope, predicts, target
ORDER BY target.name <> 'all', size(target.name), target.name, scope:Layer, scope.number,
         predicts.rho IS NULL, abs(predicts.rho) DESC, predicts.indicator
LIMIT 300;
