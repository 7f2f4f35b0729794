// How far closures hold: the layers, how they feed each other, and how far the moments of each are predicted
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param target => 'all'
// example:  :param run => null
MATCH (network:Network {key: $network})<-[:ABOUT]-(made:Run {kind: 'correlate', state: 'finished'})
WHERE $run IS NULL OR made.key = $run
WITH network, made
ORDER BY made.finished_at DESC, made.key
LIMIT 1
MATCH (network)-[:HAS_LAYER]->(layer:Layer)
WHERE $layer IS NULL OR layer.name = $layer
OPTIONAL MATCH (layer)-[feeds:FEEDS]->(:Layer)
WITH made, layer, collect(feeds) AS feeds
MATCH (layer)-[value:CORRELATION {kind: 'closure'}]->(target:Target {name: $target})
WHERE value.run = made.key
RETURN layer, feeds, value, target
ORDER BY layer.number, value.start, value.closure
LIMIT 300;
