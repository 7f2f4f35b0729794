// History of a cluster through training
// name:     cluster_history
// question: When was this cluster born, when did it split, merge or die?
// needs:    partition, checkpoint_matches
// param:    $network          string          key of the checkpoint the cluster is of
// param:    $partition        string = null   name of the partition in every checkpoint; null is the newest one
// param:    $cluster          integer         number of the cluster within the partition
// param:    $min_share        float = 0.5     least share of either cluster's neurons in the other that links them
// param:    $max_p            float = 0.05    largest p, of one pair, that links two that are not the same neurons
// returns:  step              integer         training step of the checkpoint
// returns:  network           string          key of the checkpoint
// returns:  cluster           string          key of a cluster it comes from or becomes; null: that of `previous` died
// returns:  n_neurons         integer         neurons in it
// returns:  event             string          start, birth, continues, split, merge, split and merge, death, set apart
// returns:  jaccard_previous  float           neurons in both by those in either that both group; of `previous`[0]
// returns:  previous          list of string  keys of the clusters it comes from, the most alike first
// returns:  effect_points     float           accuracy lost over all classes when it is ablated, in percentage points
// returns:  label_bits        float           information about the class, in bits
// returns:  run               string          run that compared it with the checkpoint before; null: `not compared`
// returns:  effect_run        string          key of the run that measured `effect_points`, the newest
// returns:  label_run         string          key of the run that measured `label_bits`, the newest
// example:  :param network => 'digits-mlp'
// example:  :param partition => 'leiden-1.0-seed0'
// example:  :param cluster => 0
// example:  :param min_share => 0.5
// example:  :param max_p => 0.05
MATCH (network:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(made:Run {state: 'finished'})
WHERE $partition IS NULL OR partition.name = $partition
WITH network, partition
ORDER BY made.finished_at DESC, partition.name
LIMIT 1
MATCH (partition)-[:HAS_CLUSTER]->(asked:Cluster {number: $cluster})
CALL (network) {
  MATCH path = (network)-[:NEXT*0..]->(checkpoint:Network)
  RETURN checkpoint, length(path) AS place
  UNION
  MATCH path = (network)<-[:NEXT*0..]-(checkpoint:Network)
  RETURN checkpoint, -length(path) AS place
}
OPTIONAL MATCH (earlier:Network)-[:NEXT]->(checkpoint)
WITH partition.name AS name, asked, checkpoint, place, earlier
WITH *, COLLECT {
  UNWIND [earlier, checkpoint] AS about
  MATCH (about)<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished', first: name, second: name})
  WHERE run.other IN [earlier.key, checkpoint.key] AND run.same_neurons
    AND run.n_null > 0 AND 1.0 / (1 + run.n_null) <= $max_p
  RETURN run.key ORDER BY run.finished_at DESC, run.key LIMIT 1
}[0] AS run
WITH *, COLLECT {
  MATCH (earlier)-[:HAS_PARTITION]->(:Partition {name: name})-[:HAS_CLUSTER]->(before:Cluster)
  MATCH (before)-[match:MATCHES]-(after:Cluster)
  WHERE match.run = run
    AND (match.overlap_p <= $max_p OR before.n_neurons = match.n_shared = after.n_neurons)
    AND (match.first_share >= $min_share OR match.second_share >= $min_share)
  WITH before, collect({cluster: after, match: match}) AS successors
  UNWIND successors AS successor
  RETURN {before: before, match: successor.match, after: successor.cluster, n_after: size(successors)}
} AS links
ORDER BY place
WITH asked, collect({network: checkpoint, earlier: earlier, run: run, links: links}) AS stages
WITH asked, stages, reduce(all = [], stage IN stages | all + stage.links) AS links
WITH stages,
     reduce(found = [asked], link IN links |
       CASE WHEN link.before IN found AND NOT link.after IN found THEN found + [link.after] ELSE found END) AS becomes,
     reduce(found = [asked], link IN reverse(links) |
       CASE WHEN link.after IN found AND NOT link.before IN found THEN found + [link.before] ELSE found END)
       AS comes_from
UNWIND range(0, size(stages) - 1) AS place
WITH place, stages[place] AS stage, becomes, comes_from + tail(becomes) AS found
CALL (stage, becomes, found) {
  UNWIND [one IN found WHERE one.network = stage.network.key] AS cluster
  WITH stage, cluster, COLLECT {
    UNWIND [link IN stage.links WHERE link.after = cluster] AS link
    RETURN link ORDER BY link.match.jaccard DESC, link.before.number
  } AS before
  RETURN cluster, before[0].match.jaccard AS jaccard_previous, [link IN before | link.before.key] AS previous,
         CASE WHEN cluster.set_apart IS NOT NULL THEN 'set apart'
              WHEN stage.earlier IS NULL THEN 'start'
              WHEN stage.run IS NULL THEN 'not compared'
              WHEN size(before) = 0 THEN 'birth'
              WHEN size(before) > 1 AND any(link IN before WHERE link.n_after > 1) THEN 'split and merge'
              WHEN size(before) > 1 THEN 'merge'
              WHEN before[0].n_after > 1 THEN 'split'
              ELSE 'continues' END AS event
  UNION ALL
  UNWIND [one IN becomes WHERE one.network = stage.earlier.key AND one.set_apart IS NULL] AS gone
  WITH stage, gone
  WHERE stage.run IS NOT NULL AND none(link IN stage.links WHERE link.before = gone)
  RETURN null AS cluster, null AS jaccard_previous, [gone.key] AS previous, 'death' AS event
}
WITH *, cluster.number AS number
RETURN stage.network.training_step AS step, stage.network.key AS network, cluster.key AS cluster,
       cluster.n_neurons AS n_neurons, event, jaccard_previous, previous,
       cluster.effect_points AS effect_points, cluster.label_bits AS label_bits, stage.run AS run,
       cluster.effect_run AS effect_run, cluster.label_run AS label_run
ORDER BY place, number IS NULL, number, previous[0];
