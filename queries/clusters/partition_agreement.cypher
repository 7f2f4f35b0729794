// How far two partitions agree
// name:     partition_agreement
// question: Do two ways of cutting agree?
// needs:    agreement
// param:    $network           string         key of the network
// param:    $first_partition   string = null  name of one partition; null is every one
// param:    $second_partition  string = null  name of the other; null is every one
// param:    $run               string = null  key of the run to read; null is the newest one of each two partitions
// returns:  first      string         name of one partition
// returns:  second     string         name of the other
// returns:  layer      string         layer whose neurons are compared; null: all that both cover
// returns:  n_neurons  integer        neurons compared
// returns:  ami        float          adjusted mutual information: 0 by chance, 1 if they are the same
// returns:  low_ami    float          lower end of its 95 % interval
// returns:  high_ami   float          upper end of its 95 % interval
// returns:  nmi        float          normalised mutual information, from 0 to 1; above 0 by chance
// returns:  ari        float          adjusted Rand index: 0 by chance, 1 if they are the same
// returns:  low_ari    float          lower end of its 95 % interval
// returns:  high_ari   float          upper end of its 95 % interval
// returns:  null_mean  float          mean ari when the labels of one are shuffled within layers
// returns:  z          float          ari in standard deviations of that null above its mean
// returns:  p          float          share of shuffles, the observed one counted, with at least its ari
// returns:  run        string         key of the run that compared them
// example:  :param network => 'digits-mlp'
// example:  :param first_partition => null
// example:  :param second_partition => null
// example:  :param run => null
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(a:Partition)-[agrees:AGREES]->(b:Partition)
MATCH (made:Run {key: agrees.run, state: 'finished'})
WHERE ($first_partition IS NULL OR $first_partition IN [a.name, b.name])
  AND ($second_partition IS NULL OR $second_partition IN [a.name, b.name])
  AND ($run IS NULL OR made.key = $run)
WITH a, b, agrees, made, CASE WHEN a.name < b.name THEN [a.name, b.name] ELSE [b.name, a.name] END AS both
ORDER BY made.finished_at DESC, made.key
WITH both, head(collect(made.key)) AS newest, collect({a: a, b: b, agrees: agrees}) AS found
UNWIND [row IN found WHERE row.agrees.run = newest] AS row
WITH row.a AS a, row.b AS b, row.agrees AS agrees
OPTIONAL MATCH (one:Layer {key: a.network + '/' + agrees.layer})
RETURN a.name AS first, b.name AS second, agrees.layer AS layer, agrees.n_neurons AS n_neurons,
       agrees.ami AS ami, agrees.low_ami AS low_ami, agrees.high_ami AS high_ami, agrees.nmi AS nmi,
       agrees.ari AS ari, agrees.low_ari AS low_ari, agrees.high_ari AS high_ari,
       agrees.null_mean AS null_mean, agrees.z AS z, agrees.p AS p, agrees.run AS run
ORDER BY first, second, coalesce(one.number, -1);
