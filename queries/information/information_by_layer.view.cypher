// Information from layer to layer: the layers, how they feed each other, and what they tell about the target
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
// example:  :param kind => 'label'
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: $target})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (network)-[:HAS_LAYER]->(layer:Layer)
OPTIONAL MATCH (layer)-[feeds:FEEDS]->(:Layer)
WITH target, asked, layer, collect(feeds) AS feeds
OPTIONAL MATCH (layer)-[information:INFORMATION {kind: $kind}]->(target)
WHERE information.run = CASE WHEN $run IS NOT NULL THEN asked.key
                             WHEN $kind = 'relay' THEN layer.relay_run ELSE layer.label_run END
RETURN layer, feeds, information, target
ORDER BY layer.number
LIMIT 300;
