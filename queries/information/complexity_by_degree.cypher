// Representational complexity, by degree of synergy
// name:     complexity_by_degree
// question: How many neurons are needed together to tell the class, in each layer or cluster?
// needs:    complexity
// param:    $network             string         key of the network
// param:    $partition           string = null  name of the partition whose clusters are meant; null: layers
// param:    $run                 string = null  key of the run to read; null is the newest finished one
// returns:  key                  string         key of the layer or cluster
// returns:  degree               integer        neurons needed at least to tell these bits; null where it is not known
// returns:  bits                 float          information of that degree, in bits; the degrees add up to `total_bits`
// returns:  informative_bits     float          the part of it that points to the class, in bits
// returns:  misinformative_bits  float          the part of it that points away from the class, in bits
// returns:  total_bits           float          information of all its neurons together about the class, in bits
// returns:  null_bits            float          mean of `total_bits` under shuffled labels, in bits
// returns:  complexity           float          mean degree, by shared exclusions; null where trials are too few
// returns:  low_complexity       float          lower end of the 95 % interval
// returns:  high_complexity      float          upper end of the 95 % interval
// returns:  null_complexity      float          mean of `complexity` under shuffled labels: what bias alone looks like
// returns:  noise_complexity     float          mean of `complexity` when one neuron's states are shuffled over trials
// returns:  bias_complexity      float          estimate of its bias to first order; not taken off
// returns:  min_complexity       float          the same by the redundancy I_min, which irrelevant neurons do not raise
// returns:  mmi_complexity       float          the same by minimal mutual information
// returns:  estimator            string         how it was found: exact, clock, subsample or coarse
// returns:  n_sources            integer        neurons that were taken as sources
// returns:  n_states             integer        occupied joint states of them
// returns:  trials_per_state     float          mean number of trials on one of them
// returns:  reliable             boolean        true with at least as many as the run asks for
// returns:  reason               string         why it is null; null: it is not
// returns:  note                 string         what a reader should know of the number; null: nothing
// returns:  run                  string         key of the run that measured it
// example:  :param network => 'digits-mlp'
// example:  :param partition => null
// example:  :param run => null
MATCH (network:Network {key: $network})-[:HAS_TARGET]->(target:Target {name: 'all'})
OPTIONAL MATCH (network)<-[:ABOUT]-(asked:Run {key: $run, state: 'finished'})
MATCH (element)-[code:INFORMATION {kind: 'complexity'}]->(target)
WHERE code.run = CASE WHEN $run IS NULL THEN element.complexity_run ELSE asked.key END
  AND ($partition IS NULL AND element:Layer OR element:Cluster AND element.partition = $partition)
OPTIONAL MATCH (element)-[part:INFORMATION {kind: 'degree'}]->(target)
WHERE part.run = code.run
RETURN element.key AS key, part.degree AS degree, part.bits AS bits, part.informative_bits AS informative_bits,
       part.misinformative_bits AS misinformative_bits, code.bits AS total_bits, code.null_bits AS null_bits,
       code.complexity AS complexity, code.low_complexity AS low_complexity, code.high_complexity AS high_complexity,
       code.null_complexity AS null_complexity, code.noise_complexity AS noise_complexity,
       code.bias_complexity AS bias_complexity, code.min_complexity AS min_complexity,
       code.mmi_complexity AS mmi_complexity, code.estimator AS estimator, code.n_sources AS n_sources,
       code.n_states AS n_states, code.trials_per_state AS trials_per_state, code.reliable AS reliable,
       code.reason AS reason, code.note AS note, code.run AS run
ORDER BY element.number, key, degree;
