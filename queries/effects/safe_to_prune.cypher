// What can be removed
// name:     safe_to_prune
// question: Which neurons, or which clusters, cost at most so much accuracy when each is removed alone?
// needs:    effects
// param:    $network           string         key of the network
// param:    $partition         string = null  name of the partition whose clusters are meant; null: neurons
// param:    $max_points        float = 0.5    most accuracy to lose, in points: the upper end of the interval
// param:    $run               string = null  key of the run to read; null is the newest finished one
// param:    $top               integer = 100  rows to return
// returns:  key                string         key of the neuron or cluster
// returns:  n_neurons          integer        neurons that would go with it
// returns:  effect_points      float          accuracy lost when it alone is ablated, in percentage points
// returns:  high_points        float          upper end of the 95 % interval, in percentage points
// returns:  strength_share     float          share of the strength of all weights that its neurons take part in
// returns:  cumulative_points  float          sum of the effects so far: removed together they may cost more, or less
// returns:  cumulative_size    integer        neurons so far
// returns:  run                string         key of the run that measured it
// returns:  n_total            integer        neurons or clusters found, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param max_points => 0.5
// example:  :param run => null
// example:  :param top => 20
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
CALL (network) {
  MATCH (network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron:Neuron)
  RETURN sum(neuron.in_strength) AS strength
}
MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.run = CASE WHEN $run IS NULL THEN element.effect_run ELSE asked.key END
  AND effect.high_points <= $max_points
  AND ($partition IS NULL AND element:Neuron OR element:Cluster AND element.partition = $partition)
CALL (element) {
  WITH element WHERE element:Neuron
  OPTIONAL MATCH (element)-[weight:WEIGHT]->(element)
  WITH element, sum(weight.strength) AS inside
  RETURN element.in_strength + element.out_strength - inside AS own, 1 AS n_neurons
  UNION
  MATCH (neuron:Neuron)-[:IN_CLUSTER]->(element)
  WITH collect(neuron) AS members
  UNWIND members AS neuron
  CALL (neuron, members) {
    OPTIONAL MATCH (neuron)-[weight:WEIGHT]->(other)
    WITH neuron, members, sum(CASE WHEN other IN members THEN weight.strength ELSE 0.0 END) AS inside
    RETURN neuron.in_strength + neuron.out_strength - inside AS touched
  }
  RETURN sum(touched) AS own, count(*) AS n_neurons
}
WITH strength, element, effect, own, n_neurons
WHERE n_neurons > 0
ORDER BY effect.high_points, effect.points, element.layer_number, element.number, element.key
WITH strength, collect({element: element, effect: effect, own: own, n_neurons: n_neurons}) AS found
UNWIND range(0, size(found) - 1) AS place
WITH strength, found, place, found[place] AS row
RETURN row.element.key AS key, row.n_neurons AS n_neurons, row.effect.points AS effect_points,
       row.effect.high_points AS high_points,
       CASE WHEN strength > 0 THEN row.own / strength END AS strength_share,
       reduce(lost = 0.0, one IN found[..place + 1] | lost + one.effect.points) AS cumulative_points,
       reduce(size = 0, one IN found[..place + 1] | size + one.n_neurons) AS cumulative_size,
       row.effect.run AS run, size(found) AS n_total
ORDER BY place
LIMIT $top;
