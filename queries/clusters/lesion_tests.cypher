// Lesion tests of clusters, whole and in every layer
// name:     lesion_tests
// question: Which clusters, or which parts of them, are important or coherent beyond random sets of neurons?
// needs:    partition, lesions
// param:    $network               string         key of the network
// param:    $partition             string = null  name of the partition; null is the newest one
// param:    $cluster               integer = null  number of a cluster; null is every one
// param:    $whole                 boolean = null  true: whole clusters; false: their parts in layers; null: both
// param:    $fdr                   float = null   largest q, of importance or coherence, to show; null shows all
// param:    $run                   string = null  key of the run to read; null is the newest by the corrected rule
// returns:  cluster                integer        number of the cluster within the partition
// returns:  layer                  string         layer of its part; null: the whole cluster
// returns:  is_module              boolean        true if the cluster passed a test
// returns:  n_neurons              integer        neurons ablated together
// returns:  reason                 string         why it was not tested: too_small, too_large, no_choice; null: it was
// returns:  importance             float          mean over classes of the accuracy lost, in percentage points
// returns:  importance_null_mean   float          mean of matched random sets, in percentage points
// returns:  importance_z           float          in standard deviations of that null above its mean
// returns:  importance_p           float          share of that null, itself counted, as harmful
// returns:  importance_q           float          false discovery rate within the run
// returns:  importance_effect      float          2 t / (t + mean of that null): 1 like chance
// returns:  coherence              float          largest less smallest change of a class, in multiples of the mean
// returns:  coherence_null_mean    float          mean of matched random sets of which it is defined
// returns:  coherence_z            float          in standard deviations of that null above its mean
// returns:  coherence_p            float          share of that null, itself counted, as coherent
// returns:  coherence_q            float          false discovery rate within the run
// returns:  coherence_effect       float          2 t / (t + mean of that null): 1 like chance
// returns:  matched_on             string         what random sets share beside layers and size
// returns:  rule                   string         corrected, or published: for comparison only
// returns:  run                    string         key of the run that tested it
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => null
// example:  :param whole => null
// example:  :param fdr => null
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition, made
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (network)<-[:ABOUT]-(tested:Run {kind: 'lesion', state: 'finished', partition: partition.name})
WHERE CASE WHEN $run IS NULL THEN tested.rule = 'corrected' ELSE tested.key = $run END
WITH partition, tested
ORDER BY tested.finished_at DESC, tested.key
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)-[test:LESION]->(about:Layer|Target)
WHERE test.run = tested.key AND ($cluster IS NULL OR cluster.number = $cluster)
  AND ($whole IS NULL OR $whole = about:Target)
  AND ($fdr IS NULL OR test.importance_q <= $fdr OR test.coherence_q <= $fdr)
RETURN cluster.number AS cluster, CASE WHEN about:Layer THEN about.name END AS layer, cluster:Module AS is_module,
       test.n_neurons AS n_neurons, test.reason AS reason,
       test.importance AS importance, test.importance_null_mean AS importance_null_mean,
       test.importance_z AS importance_z, test.importance_p AS importance_p, test.importance_q AS importance_q,
       test.importance_effect AS importance_effect, test.coherence AS coherence,
       test.coherence_null_mean AS coherence_null_mean, test.coherence_z AS coherence_z,
       test.coherence_p AS coherence_p, test.coherence_q AS coherence_q, test.coherence_effect AS coherence_effect,
       test.matched_on AS matched_on, test.rule AS rule, tested.key AS run
ORDER BY cluster, coalesce(about.number, -1);
