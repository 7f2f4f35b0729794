// Ablation profile
// name:     ablation_profile
// question: What does removing this neuron or cluster do to every class?
// needs:    effects
// param:    $network          string         key of the network
// param:    $key              string         key of a neuron or of a cluster
// param:    $run              string = null  key of the run to read; null is the newest finished one
// returns:  target            string         `all`, then every class
// returns:  effect_points     float          accuracy lost on the target when it is ablated, in percentage points
// returns:  low_points        float          lower end of the 95 % interval, in percentage points
// returns:  high_points       float          upper end of the 95 % interval, in percentage points
// returns:  n_trials          integer        trials of the target
// returns:  n_broken          integer        trials answered rightly intact, and wrongly without it
// returns:  n_repaired        integer        trials answered wrongly intact, and rightly without it
// returns:  confused_with     string         class most often answered instead; null if none
// returns:  n_confused        integer        broken trials answered so
// returns:  loss_change       float          mean change of the loss: nats; squared error where there are no classes
// returns:  low_loss_change   float          lower end of the 95 % interval
// returns:  high_loss_change  float          upper end of the 95 % interval
// returns:  logit_change      float          mean change of the true class's output
// returns:  score_change      float          mean change of the score function of the run; null without one
// returns:  p                 float          neurons: exact McNemar test; clusters: share of random sets as harmful
// returns:  q                 float          false discovery rate within the run and the kind of target
// returns:  run               string         key of the run that measured it
// example:  :param network => 'digits-mlp'
// example:  :param key => 'digits-mlp/fc2/0'
// example:  :param run => null
MATCH (network:Network {key: $network})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element:Element {key: $key})-[effect:EFFECT]->(about:Target)
WHERE element.network = network.key
  AND effect.run = CASE WHEN $run IS NULL THEN element.effect_run ELSE asked.key END
RETURN about.name AS target, effect.points AS effect_points,
       effect.low_points AS low_points, effect.high_points AS high_points, effect.n_trials AS n_trials,
       effect.n_broken AS n_broken, effect.n_repaired AS n_repaired,
       effect.confused_with AS confused_with, effect.n_confused AS n_confused,
       effect.loss_change AS loss_change, effect.low_loss_change AS low_loss_change,
       effect.high_loss_change AS high_loss_change, effect.logit_change AS logit_change,
       effect.score_change AS score_change, effect.p AS p, effect.q AS q, effect.run AS run
ORDER BY about.kind <> 'all', size(target), target;
