// Do clusters by weights equal clusters by function?
// name:     structure_vs_function
// question: Do the clusters of the weights equal those of activations, or of ablation effects?
// needs:    agreement
// param:    $network     string         key of the network
// param:    $layer       string = null  layer whose neurons are compared; null: all that both cover
// returns:  structural   string         partition by weights
// returns:  functional   string         partition by activations, or by effects of ablation
// returns:  kind         string         what the functional one stands on: activations, both, activation or ablation
// returns:  n_neurons    integer        neurons compared
// returns:  ami          float          adjusted mutual information: 0 by chance, 1 if they are the same
// returns:  ari          float          adjusted Rand index: 0 by chance, 1 if they are the same
// returns:  low_ari      float          lower end of its 95 % interval
// returns:  high_ari     float          upper end of its 95 % interval
// returns:  null_mean    float          mean ari when the labels of one are shuffled within layers
// returns:  z            float          ari in standard deviations of that null above its mean
// returns:  p            float          share of shuffles, the observed one counted, with at least its ari
// returns:  q            float          false discovery rate (Benjamini-Hochberg) over the rows of this answer
// returns:  run          string         key of the run that compared them, the newest of each two partitions
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(a:Partition)-[agrees:AGREES]->(b:Partition)
MATCH (made:Run {key: agrees.run, state: 'finished'})
WHERE coalesce(agrees.layer = $layer, agrees.layer IS NULL AND $layer IS NULL)
WITH a, b, agrees, made,
     [p IN [a, b] WHERE p.graph = 'weights' AND NOT p.method IN ['activation', 'ablation', 'imported']] AS structural,
     [p IN [a, b] WHERE p.graph <> 'weights' OR p.method IN ['activation', 'ablation']] AS functional
WHERE size(structural) = 1 AND size(functional) = 1
WITH structural[0] AS structural, functional[0] AS functional, agrees, made
ORDER BY made.finished_at DESC, made.key
WITH structural, functional, head(collect(agrees)) AS agrees
ORDER BY agrees.p, structural.name, functional.name
WITH collect({structural: structural, functional: functional, agrees: agrees}) AS found, count(agrees.p) AS n_tested
UNWIND range(0, size(found) - 1) AS i
WITH found[i].structural AS structural, found[i].functional AS functional, found[i].agrees AS agrees,
     reduce(q = 1.0, j IN range(i, n_tested - 1) |
       CASE WHEN found[j].agrees.p * n_tested / (j + 1) < q THEN found[j].agrees.p * n_tested / (j + 1) ELSE q END) AS q
RETURN structural.name AS structural, functional.name AS functional,
       CASE WHEN functional.method IN ['activation', 'ablation'] THEN functional.method ELSE functional.graph END
         AS kind,
       agrees.n_neurons AS n_neurons, agrees.ami AS ami, agrees.ari AS ari, agrees.low_ari AS low_ari,
       agrees.high_ari AS high_ari, agrees.null_mean AS null_mean, agrees.z AS z, agrees.p AS p,
       CASE WHEN agrees.p IS NOT NULL THEN q END AS q, agrees.run AS run
ORDER BY z IS NULL, z DESC, structural, functional;
