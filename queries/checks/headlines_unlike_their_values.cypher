// Headlines that differ from the full values
// name:     headlines_unlike_their_values
// question: Which neurons, layers and clusters show another number than the run they name measured?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  network   string         key of the network
// returns:  key       string         key of what is wrong
// returns:  problem   string         what is wrong with it
// returns:  fix       string         what to do
// example:  :param network => null
MATCH (network:Network)-[:HAS_TARGET]->(target:Target {name: 'all'})
WHERE $network IS NULL OR network.key = $network
MATCH (element:Neuron|Layer|Cluster {network: network.key})
WHERE element.effect_run IS NOT NULL OR element.label_run IS NOT NULL OR element.relay_run IS NOT NULL
   OR element.complexity_run IS NOT NULL OR element.correlation_run IS NOT NULL OR element.lesion_run IS NOT NULL
   OR element.roles_run IS NOT NULL
OPTIONAL MATCH (element)-[effect:EFFECT]->(target)
WHERE effect.run = element.effect_run
OPTIONAL MATCH (element)-[label:INFORMATION {kind: 'label'}]->(target)
WHERE label.run = element.label_run
OPTIONAL MATCH (element)-[relay:INFORMATION {kind: 'relay'}]->(target)
WHERE relay.run = element.relay_run
OPTIONAL MATCH (element)-[code:INFORMATION {kind: 'complexity'}]->(target)
WHERE code.run = element.complexity_run
OPTIONAL MATCH (element)-[mapped:CORRELATION {kind: 'mismatch'}]->(target)
WHERE mapped.run = element.correlation_run
OPTIONAL MATCH (element)-[lesion:LESION]->(target)
WHERE lesion.run = element.lesion_run
UNWIND [
  {what: 'effect', run: element.effect_run, full: effect,
   shown: [['effect_points', effect.points]]},
  {what: 'label information', run: element.label_run, full: label,
   shown: [['label_bits', label.bits]]},
  {what: 'relay information', run: element.relay_run, full: relay,
   shown: [['relay_bits', relay.bits], ['relay_alone_bits', relay.alone_bits]]},
  {what: 'complexity', run: element.complexity_run, full: code,
   shown: [['complexity', code.complexity]]},
  {what: 'Gaussian mismatch', run: element.correlation_run, full: mapped,
   shown: [['gaussian_mismatch', mapped.mismatch], ['higher_share', mapped.higher_share]]},
  {what: 'lesion test', run: element.lesion_run, full: lesion,
   shown: [['importance', lesion.importance], ['coherence', lesion.coherence]]},
  {what: 'roles', run: element.roles_run, full: element,
   shown: [['roles', COLLECT { MATCH (element)-[given:ROLE]->(:Target) WHERE given.run = element.roles_run
                               RETURN given.role ORDER BY given.role }]]}
] AS family
WITH network, element, family
WHERE family.run IS NOT NULL
UNWIND CASE WHEN family.full IS NULL THEN ['no ' + family.what + ' of run ' + family.run]
            ELSE [pair IN family.shown
                  WHERE coalesce(element[pair[0]] <> pair[1], element[pair[0]] IS NULL XOR pair[1] IS NULL)
                  | pair[0] + ' differs from run ' + family.run] END AS problem
RETURN network.key AS network, element.key AS key, problem,
       'Measure again: `atlas ablate`, `atlas inform`, `atlas relay`, `atlas complexity`, `atlas correlate`, '
       + '`atlas lesion` or `atlas roles`.' AS fix
ORDER BY network, key, problem;
