// Information through training: the checkpoints in their order, their layers, and what these tell about the target
// example:  :param network => 'digits-mlp'
// example:  :param target => 'all'
MATCH (network:Network {key: $network})
CALL (network) {
  MATCH path = (network)-[:NEXT*0..]->(checkpoint:Network)
  RETURN checkpoint, length(path) AS place
  UNION
  MATCH path = (network)<-[:NEXT*0..]-(checkpoint:Network)
  RETURN checkpoint, -length(path) AS place
}
WITH checkpoint, min(place) AS place
MATCH (checkpoint)-[part:HAS_LAYER]->(layer:Layer)
WHERE layer.kind <> 'input'
OPTIONAL MATCH (checkpoint)-[next:NEXT]->(later:Network)
OPTIONAL MATCH (checkpoint)-[:HAS_TARGET]->(target:Target)
WHERE target.name IN [$target, 'all']
OPTIONAL MATCH (layer)-[information:INFORMATION]->(target)
WHERE target.name = $target AND information.kind = 'label' AND information.run = layer.label_run
   OR target.name = $target AND information.kind = 'relay' AND information.run = layer.relay_run
   OR target.name = 'all' AND information.kind = 'complexity' AND information.run = layer.complexity_run
RETURN checkpoint, part, layer, next, information, CASE WHEN information IS NOT NULL THEN target END AS target
ORDER BY place, checkpoint.key, layer.number, information.kind
LIMIT 300;
