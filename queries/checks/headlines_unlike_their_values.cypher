// Headlines that differ from the full values
// name:     headlines_unlike_their_values
// question: Which neurons and clusters show another number than the run they name measured?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  network   string         key of the network
// returns:  key       string         key of what is wrong
// returns:  problem   string         what is wrong with it
// returns:  fix       string         what to do
// example:  :param network => null
MATCH (network:Network)-[:HAS_TARGET]->(target:Target {name: 'all'})
WHERE $network IS NULL OR network.key = $network
MATCH (element:Neuron|Cluster {network: network.key})
WHERE element.effect_run IS NOT NULL OR element.label_run IS NOT NULL OR element.lesion_run IS NOT NULL
OPTIONAL MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.run = element.effect_run
OPTIONAL MATCH (element)-[information:INFORMATION {kind: 'label'}]->(target)
WHERE information.run = element.label_run
OPTIONAL MATCH (element)-[lesion:LESION]->(target)
WHERE lesion.run = element.lesion_run
WITH network, element, [
  CASE WHEN element.lesion_run IS NOT NULL AND lesion IS NULL THEN 'no lesion test of run ' + element.lesion_run END,
  CASE WHEN lesion IS NOT NULL AND
        (coalesce(element.importance <> lesion.importance, element.importance IS NULL XOR lesion.importance IS NULL)
         OR coalesce(element.coherence <> lesion.coherence, element.coherence IS NULL XOR lesion.coherence IS NULL))
       THEN 'importance or coherence differs from run ' + element.lesion_run END,
  CASE WHEN element.effect_run IS NOT NULL AND effect IS NULL THEN 'no effect of run ' + element.effect_run END,
  CASE WHEN element.label_run IS NOT NULL AND information IS NULL THEN 'no information of run ' + element.label_run END,
  CASE WHEN effect IS NOT NULL
        AND coalesce(element.effect_points <> effect.points, element.effect_points IS NULL XOR effect.points IS NULL)
       THEN 'effect_points differs from run ' + element.effect_run END,
  CASE WHEN information IS NOT NULL
        AND coalesce(element.label_bits <> information.bits, element.label_bits IS NULL XOR information.bits IS NULL)
       THEN 'label_bits differs from run ' + element.label_run END
] AS problems
UNWIND [problem IN problems WHERE problem IS NOT NULL] AS problem
RETURN network.key AS network, element.key AS key, problem,
       'Measure again: `atlas ablate`, `atlas inform` or `atlas lesion`.' AS fix
ORDER BY network, key, problem;
