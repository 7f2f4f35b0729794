// Neurons that are dead or saturated
// name:     dead_and_saturated
// question: Which neurons never, or always, fire?
// needs:    indicators
// param:    $network       string         key of the network
// param:    $low           float = 0.0    largest active share of a dead neuron
// param:    $high          float = 1.0    smallest active share of a saturated one; of tanh or sigmoid all have 1
// param:    $run           string = null  key of the run to read; null is the newest finished one
// param:    $top           integer = 100  rows to return
// returns:  neuron         string         key of the neuron
// returns:  layer          string         name of its layer
// returns:  active_share   float          share of the trials in which its activation is not 0
// returns:  in_strength    float          summed strength of its incoming weights
// returns:  out_strength   float          summed strength of its outgoing weights
// returns:  effect_points  float          accuracy over all classes lost when it is ablated, in percentage points
// returns:  effect_run     string         key of the newest run that measured the effect
// returns:  run            string         key of the run that measured the active share
// returns:  n_total        integer        neurons found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param low => 0.0
// example:  :param high => 1.0
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (neuron:Neuron)-[responds:RESPONDS]->(target)
WHERE responds.run = CASE WHEN $run IS NULL THEN neuron.activation_run ELSE asked.key END
  AND (responds.active_share <= $low OR responds.active_share >= $high)
WITH collect({neuron: neuron, responds: responds}) AS found
UNWIND found AS row
WITH row.neuron AS one, row.responds AS responds, size(found) AS n_total
RETURN one.key AS neuron, one.layer AS layer, responds.active_share AS active_share,
       one.in_strength AS in_strength, one.out_strength AS out_strength,
       one.effect_points AS effect_points, one.effect_run AS effect_run, responds.run AS run, n_total
ORDER BY active_share, one.layer_number, one.number
LIMIT $top;
