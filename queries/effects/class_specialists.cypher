// Specialists of one class
// name:     class_specialists
// question: Which neurons, or which clusters, serve one class only?
// needs:    effects
// param:    $network          string         key of the network
// param:    $partition        string = null  name of the partition whose clusters are meant; null: neurons
// param:    $min_selectivity  float = 0.8    smallest share of its harm that falls on one class
// param:    $fdr              float = 0.05   largest q of the effect on that class; 1 is any
// param:    $run              string = null  key of the run to read; null is the newest finished one
// param:    $top              integer = 50   rows to return
// returns:  key               string         key of the neuron or cluster
// returns:  target            string         the class it harms most when it is ablated
// returns:  effect_points     float          accuracy lost on that class, in percentage points
// returns:  rest_points       float          mean accuracy lost on the other classes, in percentage points
// returns:  selectivity       float          share of the points lost, summed over the classes that lose, on this class
// returns:  q                 float          false discovery rate of the effect on that class
// returns:  run               string         key of the run that measured it
// returns:  n_total           integer        specialists found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param min_selectivity => 0.5
// example:  :param fdr => 0.05
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {kind: 'class'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.points IS NOT NULL
  AND effect.run = CASE WHEN $run IS NULL THEN element.effect_run ELSE asked.key END
  AND ($partition IS NULL AND element:Neuron OR element:Cluster AND element.partition = $partition)
WITH element, target, effect
ORDER BY effect.points DESC, size(target.name), target.name
WITH element, collect({target: target.name, effect: effect}) AS profile,
     sum(CASE WHEN effect.points > 0 THEN effect.points ELSE 0 END) AS harm
WITH element, profile, harm, profile[0].effect AS worst, profile[0].target AS target
WHERE harm > 0 AND worst.points >= $min_selectivity * harm AND worst.q <= $fdr
WITH element, worst, target, worst.points / harm AS selectivity,
     CASE WHEN size(profile) > 1
          THEN reduce(lost = 0.0, one IN tail(profile) | lost + one.effect.points) / (size(profile) - 1)
     END AS rest_points
WITH collect({element: element, worst: worst, target: target, selectivity: selectivity, rest_points: rest_points})
     AS found
UNWIND found AS row
WITH row.element AS element, row.worst AS worst, row.target AS target, row.selectivity AS selectivity,
     row.rest_points AS rest_points, size(found) AS n_total
RETURN element.key AS key, target, worst.points AS effect_points, rest_points, selectivity, worst.q AS q,
       worst.run AS run, n_total
ORDER BY selectivity DESC, effect_points DESC, element.layer_number, element.number, key
LIMIT $top;
