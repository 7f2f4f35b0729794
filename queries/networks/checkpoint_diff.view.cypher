// What changed between two checkpoints: the neurons that changed most, in the second, their layers and clusters
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
WITH one, other, layer_number, number, sum(squares) AS squares
ORDER BY squares DESC, layer_number, number
LIMIT $top
WITH *, COLLECT {
  MATCH (one)-[:HAS_PARTITION]->(own:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
  WHERE ($partition IS NULL OR own.name = $partition) AND EXISTS { (other)-[:HAS_PARTITION]->({name: own.name}) }
  RETURN own.name ORDER BY made.finished_at DESC, own.name LIMIT 1
}[0] AS partition
MATCH (other)-[:HAS_LAYER]->(layer:Layer {number: layer_number})-[has:HAS_NEURON]->(neuron:Neuron {number: number})
OPTIONAL MATCH (neuron)-[membership:IN_CLUSTER]->(cluster:Cluster {partition: partition})
RETURN layer, has, neuron, membership, cluster
ORDER BY squares DESC, layer_number, neuron.key;
