// What changed between two checkpoints
// name:     checkpoint_diff
// question: Which neurons changed most between two checkpoints of a training run?
// needs:    nothing
// param:    $first             string         key of one checkpoint
// param:    $second            string         key of another checkpoint of the same training run
// param:    $partition         string = null  name of a partition of both; null is the newest that both have
// param:    $top               integer = 50   rows to return
// returns:  neuron             string         key of the neuron in the second checkpoint
// returns:  layer              string         name of its layer
// returns:  weight_change      float          Euclidean norm of the change of its incoming weights; one not kept is 0
// returns:  relative_change    float          the same in multiples of the norm of those in the first; null: that is 0
// returns:  partition          string         name of the partition its clusters are of; null: they share none
// returns:  first_cluster      integer        number of its cluster in the first
// returns:  second_cluster     integer        number of its cluster in the second; clusters are numbered anew
// returns:  effect_change      float          second less first effect, in percentage points; null: measured otherwise
// returns:  bits_change        float          second less first information, in bits; null: not both, or not alike
// returns:  first_effect_run   string         key of the newest run that measured the effect in the first
// returns:  second_effect_run  string         key of the newest run that measured it in the second
// returns:  first_label_run    string         key of the newest run that measured the information in the first
// returns:  second_label_run   string         key of the newest run that measured it in the second
// returns:  n_total            integer        neurons that something leads to, shown or not
// example:  :param first => 'digits-mlp-step0'
// example:  :param second => 'digits-mlp-step100'
// example:  :param partition => null
// example:  :param top => 20
MATCH (one:Network {key: $first})
MATCH (other:Network {key: $second})
CALL (one, other) {
  // every neuron that something leads to, whether its weights are kept or not
  MATCH (one)-[:HAS_LAYER]->(layer:Layer)-[:HAS_NEURON]->(neuron:Neuron)
  WHERE EXISTS { (layer)<-[:FEEDS]-() }
  RETURN neuron.layer_number AS layer_number, neuron.number AS number, 0.0 AS squares
  UNION ALL
  MATCH (one)-[:HAS_LAYER]->(layer:Layer)
  WITH one, other, layer.number AS place
  CALL (one, other, place) {
    // the weights of a layer, listed for each neuron they lead to in the order of their sources
    MATCH (one)-[:HAS_LAYER]->(:Layer {number: place})-[:HAS_NEURON]->(source:Neuron)
    WITH source, source.number AS number
    ORDER BY number
    MATCH (source)-[weight:WEIGHT]->(target)
    WITH target, collect(number) AS sources, collect(weight.value) AS values
    RETURN true AS is_first, target, sources, values
    UNION ALL
    MATCH (other)-[:HAS_LAYER]->(:Layer {number: place})-[:HAS_NEURON]->(source:Neuron)
    WITH source, source.number AS number
    ORDER BY number
    MATCH (source)-[weight:WEIGHT]->(target)
    WITH target, collect(number) AS sources, collect(weight.value) AS values
    RETURN false AS is_first, target, sources, values
  }
  // where weights have no sign, their strength
  WITH place, is_first, target, sources,
       CASE WHEN size(values) = size(sources) THEN values ELSE COLLECT {
         MATCH (target)<-[weight:WEIGHT]-(source:Neuron {layer_number: place})
         RETURN coalesce(weight.value, weight.strength) ORDER BY source.number
       } END AS values
  WITH place, target.layer_number AS layer_number, target.number AS number,
       collect({is_first: is_first, sources: sources, values: values}) AS sides
  CALL (sides) {
    WITH sides, sides[0].values AS some, sides[1].values AS others
    WHERE sides[0].sources = sides[1].sources
    RETURN reduce(total = 0.0, i IN range(0, size(some) - 1) | total + (others[i] - some[i]) ^ 2) AS squares
    UNION ALL
    // not the same sources
    WITH sides
    WHERE NOT coalesce(sides[0].sources = sides[1].sources, false)
    UNWIND sides AS side
    UNWIND range(0, size(side.sources) - 1) AS i
    WITH side.sources[i] AS source, sum(CASE WHEN side.is_first THEN -side.values[i] ELSE side.values[i] END) AS change
    WITH sum(change ^ 2) AS squares, count(*) AS n_sources
    WHERE n_sources > 0
    RETURN squares
  }
  RETURN layer_number, number, squares
}
WITH one, other, layer_number, number, sqrt(sum(squares)) AS weight_change
ORDER BY weight_change DESC, layer_number, number
WITH one, other, collect({layer_number: layer_number, number: number, weight_change: weight_change}) AS found
UNWIND range(0, size(found) - 1) AS place
WITH one, other, found[place] AS row, place, size(found) AS n_total
ORDER BY place
LIMIT $top
WITH *, COLLECT {
  MATCH (one)-[:HAS_PARTITION]->(own:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
  WHERE ($partition IS NULL OR own.name = $partition) AND EXISTS { (other)-[:HAS_PARTITION]->({name: own.name}) }
  RETURN own.name ORDER BY made.finished_at DESC, own.name LIMIT 1
}[0] AS partition
MATCH (one)-[:HAS_LAYER]->(layer:Layer {number: row.layer_number})
MATCH (before:Neuron {key: layer.key + '/' + toString(row.number)})
MATCH (after:Neuron {key: other.key + '/' + layer.name + '/' + toString(row.number)})
OPTIONAL MATCH (before)-[:IN_CLUSTER]->(first:Cluster {partition: partition})
OPTIONAL MATCH (after)-[:IN_CLUSTER]->(second:Cluster {partition: partition})
CALL (before) {
  MATCH (before)<-[weight:WEIGHT]-()
  RETURN sqrt(sum(coalesce(weight.value, weight.strength) ^ 2)) AS norm_before
}
// values of other methods, estimators or trials are not subtracted
OPTIONAL MATCH (ablated:Run {key: before.effect_run})
OPTIONAL MATCH (ablated_after:Run {key: after.effect_run})
WHERE ablated.method = ablated_after.method
  AND coalesce(ablated.data_sha256, '') = coalesce(ablated_after.data_sha256, '')
OPTIONAL MATCH (informed:Run {key: before.label_run})
OPTIONAL MATCH (informed_after:Run {key: after.label_run})
WHERE coalesce(informed.discretisation, '') = coalesce(informed_after.discretisation, '')
  AND coalesce(informed.states, 0) = coalesce(informed_after.states, 0)
  AND coalesce(informed.estimator, '') = coalesce(informed_after.estimator, '')
  AND coalesce(informed.data_sha256, '') = coalesce(informed_after.data_sha256, '')
RETURN after.key AS neuron, after.layer AS layer, row.weight_change AS weight_change,
       CASE WHEN norm_before > 0 THEN row.weight_change / norm_before END AS relative_change, partition,
       first.number AS first_cluster, second.number AS second_cluster,
       CASE WHEN ablated_after IS NOT NULL THEN after.effect_points - before.effect_points END AS effect_change,
       CASE WHEN informed_after IS NOT NULL THEN after.label_bits - before.label_bits END AS bits_change,
       before.effect_run AS first_effect_run, after.effect_run AS second_effect_run,
       before.label_run AS first_label_run, after.label_run AS second_label_run, n_total
ORDER BY place;
