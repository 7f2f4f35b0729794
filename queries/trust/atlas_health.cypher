// Health of the atlas
// name:     atlas_health
// question: Is anything missing, stale or inconsistent?
// needs:    nothing
// param:    $network  string = null  key of the network; null is every network
// returns:  check     string         what was checked
// returns:  severity  string         ok; warning: work to finish; error: a number cannot be trusted
// returns:  n_found   integer        things found wrong
// returns:  example   string         key of the first of them
// returns:  fix       string         what to do; null when nothing is wrong
// example:  :param network => null
CALL () {
  OPTIONAL MATCH (hidden:Loading|Removing)
  WHERE $network IS NULL OR hidden.key = $network
  RETURN 'unfinished load or removal' AS check, 'warning' AS level, hidden.key AS found,
         'Wait for the process that is at it; if it has ended, the next command cleans up.' AS remedy
  UNION ALL
  OPTIONAL MATCH (run:Run)
  WHERE NOT run.state IN ['finished', 'failed'] AND ($network IS NULL OR run.network = $network)
  RETURN 'unfinished run' AS check, 'warning' AS level, run.key AS found,
         'Wait for the process that is at it; if it has ended, run its `command` again or `atlas remove --run KEY`.'
         AS remedy
  UNION ALL
  OPTIONAL MATCH (run:Run)
  WHERE run.state = 'failed' AND ($network IS NULL OR run.network = $network)
  RETURN 'failed run' AS check, 'warning' AS level, run.key AS found,
         'It left no values. Run its `command` again, or `atlas remove --run KEY`.' AS remedy
  UNION ALL
  OPTIONAL MATCH (network:Network)
  WHERE NOT EXISTS { (network)-[:HAS_TARGET]->(:Target {name: 'all'}) } AND ($network IS NULL OR network.key = $network)
  RETURN 'network without targets' AS check, 'error' AS level, network.key AS found,
         'Remove the network and ingest it again, with its data.' AS remedy
  UNION ALL
  OPTIONAL MATCH (network:Network)
  WHERE ($network IS NULL OR network.key = $network)
    AND NOT network.n_neurons = COUNT { (network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(:Neuron) }
  RETURN 'neurons missing' AS check, 'error' AS level, network.key AS found,
         'Remove the network and ingest it again.' AS remedy
  UNION ALL
  OPTIONAL MATCH (network:Network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron)
  WHERE $network IS NULL OR network.key = $network
  WITH network, sum(COUNT { (neuron)-[:WEIGHT]->() }) AS n_found
  RETURN 'weights missing' AS check, 'error' AS level,
         CASE WHEN network.n_stored_weights <> n_found THEN network.key END AS found,
         'Remove the network and ingest it again.' AS remedy
  UNION ALL
  OPTIONAL MATCH (partition:Partition)
  WHERE ($network IS NULL OR partition.network = $network)
    AND NOT partition.n_clusters = COUNT { (partition)-[:HAS_CLUSTER]->(:Cluster) }
  RETURN 'clusters missing' AS check, 'error' AS level, partition.key AS found,
         'Remove its run with `atlas remove --run KEY` and partition again.' AS remedy
  UNION ALL
  OPTIONAL MATCH (element:Neuron|Layer|Cluster)
  WHERE ($network IS NULL OR element.network = $network) AND (
    element.effect_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.effect_run, state: 'finished'}) }
    OR element.label_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.label_run, state: 'finished'}) }
    OR element.relay_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.relay_run, state: 'finished'}) }
    OR element.complexity_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.complexity_run, state: 'finished'}) }
    OR element.correlation_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.correlation_run, state: 'finished'}) }
    OR element.lesion_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.lesion_run, state: 'finished'}) }
    OR element.roles_run IS NOT NULL AND NOT EXISTS { (:Run {key: element.roles_run, state: 'finished'}) })
  RETURN 'headline without a finished run' AS check, 'error' AS level, element.key AS found,
         'Run what its property `..._run` names again: `atlas ablate`, `inform`, `relay`, `complexity`, `correlate`, '
         + '`lesion` or `roles`.' AS remedy
  UNION ALL
  WITH 'data dictionary' AS check
  OPTIONAL MATCH (schema:Schema)
  WITH check, count(schema) AS n_schemas
  WHERE $network IS NULL
  RETURN check, 'error' AS level,
         CASE WHEN n_schemas <> 1 OR NOT EXISTS { (:Property) } THEN 'Schema' END AS found,
         'Open the atlas once with `atlas networks`, which writes it.' AS remedy
}
WITH check, level, remedy, count(DISTINCT found) AS n_found, min(found) AS example
RETURN check, CASE WHEN n_found = 0 THEN 'ok' ELSE level END AS severity, n_found, example,
       CASE WHEN n_found > 0 THEN remedy END AS fix
ORDER BY CASE WHEN n_found = 0 THEN 3 WHEN level = 'error' THEN 1 ELSE 2 END, check;
