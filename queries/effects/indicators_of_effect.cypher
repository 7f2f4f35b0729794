// Indicators that predict effects
// name:     indicators_of_effect
// question: What can be known of neurons without ablating them, and does it tell which of them matter?
// needs:    indicators
// param:    $network    string         key of the network
// param:    $layer      string = null  name of a layer; null is every layer, and all of them together
// param:    $target     string = null  all, or a class; null is every target
// param:    $fdr        float = null   largest q to show; null shows every indicator
// param:    $run        string = null  key of the run to read; null is the newest finished one
// returns:  layer       string         name of the layer; null: all layers that were measured
// returns:  indicator   string         mean_activation, selectivity, out_strength, …
// returns:  target      string         target the effect is on: all, or for the activation proxy a class
// returns:  rho         float          Spearman correlation of the indicator with the effect
// returns:  low_rho     float          lower end of the 95 % interval
// returns:  high_rho    float          upper end of the 95 % interval
// returns:  null_rho    float          mean when effects are shuffled within layers
// returns:  p           float          share of shuffles, the observed one counted, as far from null_rho
// returns:  q           float          false discovery rate within the run and the kind of target
// returns:  n_neurons   integer        neurons it stands on
// returns:  effect_run  string         key of the run whose effects these are
// returns:  run         string         key of the run that tested it
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
RETURN CASE WHEN scope:Layer THEN scope.name END AS layer, predicts.indicator AS indicator, target.name AS target,
       predicts.rho AS rho, predicts.low_rho AS low_rho, predicts.high_rho AS high_rho,
       predicts.null_rho AS null_rho, predicts.p AS p, predicts.q AS q, predicts.n_neurons AS n_neurons,
       predicts.effect_run AS effect_run, predicts.run AS run
ORDER BY target <> 'all', size(target), target, scope:Layer, scope.number, rho IS NULL, abs(rho) DESC, indicator;
