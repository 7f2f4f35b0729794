// Small wiring patterns
// name:     motif_counts
// question: Which small wiring patterns are unusual?
// needs:    motifs
// param:    $network      string         key of the network
// param:    $motif        string = null  pattern to show: bifan, coherent_diamond, …; null is every one
// param:    $run          string = null  key of the run to read; null is the newest finished one
// returns:  motif         string         the pattern
// returns:  first_layer   string         layer it begins in
// returns:  last_layer    string         layer it ends in
// returns:  count         float          how often it occurs among the strongest weights into each neuron
// returns:  null_mean     float          mean count in wirings by chance, each neuron with as many weights as before
// returns:  null_sd       float          standard deviation of that null
// returns:  z             float          count in standard deviations of that null above its mean
// returns:  p             float          share of that null, itself counted, as far out on its side; two-sided
// returns:  q             float          false discovery rate within the run, over what varies by chance
// returns:  n_strongest   integer        weights into each neuron that were looked at
// returns:  run           string         key of the run that counted it
// example:  :param network => 'digits-mlp'
// example:  :param motif => null
// example:  :param run => null
MATCH (network:Network {key: $network})<-[:ABOUT]-(made:Run {kind: 'motifs', state: 'finished'})
WHERE $run IS NULL OR made.key = $run
WITH network, made
ORDER BY made.finished_at DESC, made.key
LIMIT 1
MATCH (network)-[:HAS_LAYER]->(first:Layer)-[pattern:MOTIF]->(last:Layer)
WHERE pattern.run = made.key AND ($motif IS NULL OR pattern.motif = $motif)
RETURN pattern.motif AS motif, first.name AS first_layer, last.name AS last_layer, pattern.count AS count,
       pattern.null_mean AS null_mean, pattern.null_sd AS null_sd, pattern.z AS z, pattern.p AS p, pattern.q AS q,
       made.n_strongest AS n_strongest, made.key AS run
ORDER BY p IS NULL, p, z IS NULL, abs(z) DESC, first.number, last.number, motif;
