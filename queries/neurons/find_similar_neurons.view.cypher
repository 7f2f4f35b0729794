// Neurons that are like a neuron: the neuron, those like it, and what of each was compared, of weights the strongest
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc1/0'
// example:  :param by => 'effects'
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_LAYER]->(home:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
CALL (network, home, neuron, asked) {
  WITH home, neuron
  WHERE $by = 'weights'
  CALL (home, neuron) {
    MATCH (home)<-[:FEEDS]-(:Layer)-[:HAS_NEURON]->(partner)
    OPTIONAL MATCH (partner)-[ours:WEIGHT]->(neuron)
    WITH partner, coalesce(ours.value, ours.strength, 0.0) AS our
    MATCH (partner)-[theirs:WEIGHT]->(other)
    WITH other, our, coalesce(theirs.value, theirs.strength) AS their
    RETURN other, sum(our * their) AS product, sum(their * their) AS square
    UNION ALL
    MATCH (home)-[:FEEDS]->(:Layer)-[:HAS_NEURON]->(partner)
    OPTIONAL MATCH (neuron)-[ours:WEIGHT]->(partner)
    WITH partner, coalesce(ours.value, ours.strength, 0.0) AS our
    MATCH (other)-[theirs:WEIGHT]->(partner)
    WITH other, our, coalesce(theirs.value, theirs.strength) AS their
    RETURN other, sum(our * their) AS product, sum(their * their) AS square
    UNION ALL
    MATCH (home)-[:HAS_NEURON]->(other)
    RETURN other, 0.0 AS product, 0.0 AS square
  }
  WITH neuron, home, other, sum(product) AS product, sum(square) AS square
  WHERE other.layer_number = home.number
  WITH neuron, collect({neuron: other, product: product, square: square}) AS found
  WITH neuron, found, head([one IN found WHERE one.neuron = neuron | one.square]) AS own
  UNWIND found AS one
  RETURN one.neuron AS other, one.product AS product, own, one.square AS square, null AS run
  UNION ALL
  WITH network, neuron, asked
  WHERE $by = 'effects'
  MATCH (network)-[:HAS_TARGET]->(target:Target {kind: 'class'})<-[ours:EFFECT]-(neuron)
  WHERE ours.run = CASE WHEN $run IS NULL THEN neuron.effect_run ELSE asked.key END
  MATCH (target)<-[theirs:EFFECT]-(other:Neuron)
  WHERE theirs.run = ours.run AND ours.points IS NOT NULL AND theirs.points IS NOT NULL
  RETURN other, sum(ours.points * theirs.points) AS product, sum(ours.points ^ 2) AS own,
         sum(theirs.points ^ 2) AS square, ours.run AS run
  UNION ALL
  WITH network, neuron, asked
  WHERE $by = 'activations'
  MATCH (network)-[:HAS_TARGET]->(target:Target {kind: 'class'})<-[ours:RESPONDS]-(neuron)
  WHERE ours.run = CASE WHEN $run IS NULL THEN neuron.activation_run ELSE asked.key END
  MATCH (target)<-[theirs:RESPONDS]-(other:Neuron)
  WHERE theirs.run = ours.run AND ours.mean_activation IS NOT NULL AND theirs.mean_activation IS NOT NULL
  WITH other, ours.run AS run, collect([ours.mean_activation, theirs.mean_activation]) AS pairs,
       avg(ours.mean_activation) AS our_mean, avg(theirs.mean_activation) AS their_mean
  // With two classes every correlation is 1 or -1.
  WITH other, run, CASE WHEN size(pairs) > 2 THEN [pair IN pairs | [pair[0] - our_mean, pair[1] - their_mean]]
                        ELSE [] END AS pairs
  RETURN other, reduce(total = 0.0, pair IN pairs | total + pair[0] * pair[1]) AS product,
         reduce(total = 0.0, pair IN pairs | total + pair[0] ^ 2) AS own,
         reduce(total = 0.0, pair IN pairs | total + pair[1] ^ 2) AS square, run
}
WITH neuron, other, run,
     CASE WHEN own > 0 AND square > 0 THEN product / (sqrt(own) * sqrt(square)) END AS similarity
WHERE other <> neuron
WITH neuron, other, run, similarity
ORDER BY similarity IS NULL, similarity DESC, other.layer_number, other.number
LIMIT $top
RETURN neuron, other, COLLECT {
  CALL (neuron, other) {
    MATCH (neuron)<-[ours:WEIGHT]-(partner)-[theirs:WEIGHT]->(other)
    RETURN ours, partner, theirs
    UNION ALL
    MATCH (neuron)-[ours:WEIGHT]->(partner)<-[theirs:WEIGHT]-(other)
    RETURN ours, partner, theirs
  }
  WITH ours, partner, theirs
  WHERE $by = 'weights'
  RETURN [ours, partner, theirs]
  ORDER BY ours.strength * theirs.strength DESC, partner.layer_number, partner.number
  LIMIT 5
} AS weights, COLLECT {
  MATCH (neuron)-[ours:EFFECT|RESPONDS]->(target:Target {kind: 'class'})<-[theirs:EFFECT|RESPONDS]-(other)
  WHERE ours.run = run AND theirs.run = run
  RETURN [ours, target, theirs]
} AS measured
ORDER BY similarity IS NULL, similarity DESC, other.layer_number, other.number;
