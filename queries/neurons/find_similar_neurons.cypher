// Neurons that are like a neuron
// name:     find_similar_neurons
// question: Which neurons do the same job as this one?
// needs:    nothing
// param:    $network          string              key of the network
// param:    $neuron           string              key of the neuron
// param:    $by               string = 'weights'  what is compared: weights, effects or activations
// param:    $partition        string = null       name of the partition of `cluster_number`; null is the newest
// param:    $run              string = null       run of the effects or activations; null is the newest finished one
// param:    $top              integer = 10        rows to return
// returns:  neuron            string              key of the other neuron: of weights in the same layer, else of any
// returns:  layer             string              name of its layer
// returns:  similarity        float               cosine of weights or effects; correlation of mean activations
// returns:  layer_mean        float               mean similarity of the neuron to all others of that layer
// returns:  layer_sd          float               standard deviation of those similarities
// returns:  share_as_similar  float               share of that layer's, itself counted, with at least its similarity
// returns:  cluster_number    integer             number of its cluster in the partition
// returns:  same_cluster      boolean             true if both neurons are in that cluster
// returns:  run               string              key of the run of the effects or activations
// returns:  partition_run     string              key of the run that made the partition
// returns:  n_total           integer             neurons compared, shown or not
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc1/0'
// example:  :param by => 'effects'
// example:  :param partition => null
// example:  :param run => null
// example:  :param top => 10
MATCH (network:Network {key: $network})-[:HAS_LAYER]->(home:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
WITH network, home, neuron, asked,
     head(COLLECT {
       MATCH (network)-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
       WHERE $partition IS NULL OR partition.name = $partition
       RETURN {partition: partition, run: made.key} ORDER BY made.finished_at DESC, partition.name LIMIT 1
     }) AS cut
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
WITH neuron, cut, other, run,
     CASE WHEN own > 0 AND square > 0 THEN product / (sqrt(own) * sqrt(square)) END AS similarity
WHERE other <> neuron
WITH neuron, cut, other.layer AS layer, avg(similarity) AS mean, stDev(similarity) AS sd,
     collect(similarity) AS similarities, collect({neuron: other, similarity: similarity, run: run}) AS others
WITH neuron, cut, sum(size(others)) AS n_total,
     collect({mean: mean, sd: sd, similarities: similarities, others: others}) AS layers
UNWIND layers AS layer
UNWIND layer.others AS row
WITH neuron, cut, n_total, layer, row, row.neuron AS other
ORDER BY row.similarity IS NULL, row.similarity DESC, other.layer_number, other.number
LIMIT $top
WITH neuron, cut, n_total, layer, row, other, cut.partition AS partition
OPTIONAL MATCH (other)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(partition)
RETURN other.key AS neuron, other.layer AS layer, row.similarity AS similarity, layer.mean AS layer_mean,
       CASE WHEN size(layer.similarities) > 1 THEN layer.sd END AS layer_sd,
       CASE WHEN row.similarity IS NOT NULL
            THEN toFloat(size([one IN layer.similarities WHERE one >= row.similarity])) / size(layer.similarities)
       END AS share_as_similar,
       cluster.number AS cluster_number,
       CASE WHEN cluster IS NOT NULL THEN EXISTS { (neuron)-[:IN_CLUSTER]->(cluster) } END AS same_cluster,
       row.run AS run, cut.run AS partition_run, n_total
ORDER BY similarity IS NULL, similarity DESC, other.layer_number, other.number;
