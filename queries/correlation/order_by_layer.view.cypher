// Orders of statistics from layer to layer: the layers, how they feed each other, and what orders explain
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
MATCH (layer)-[value:CORRELATION]->(target:Target)
WHERE value.run = made.key
  AND (value.kind = 'order' AND target.name = 'all' OR value.kind = 'surrogate' AND target.name = $target)
RETURN layer, feeds, value, target
ORDER BY layer.number, value.order, value.kept
LIMIT 300;
