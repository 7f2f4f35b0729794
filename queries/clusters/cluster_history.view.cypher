// History of a cluster through training: the clusters it comes from and becomes, and their matches
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
WITH asked, reduce(all = [], found IN collect(links) | all + found) AS links
WITH links,
     reduce(found = [asked], link IN links |
       CASE WHEN link.before IN found AND NOT link.after IN found THEN found + [link.after] ELSE found END) AS becomes,
     reduce(found = [asked], link IN reverse(links) |
       CASE WHEN link.after IN found AND NOT link.before IN found THEN found + [link.before] ELSE found END)
       AS comes_from
UNWIND comes_from + tail(becomes) AS cluster
WITH cluster, links, comes_from + becomes AS found
OPTIONAL MATCH (cluster)-[match:MATCHES]->(other:Cluster)
WHERE match IN [link IN links | link.match] AND other IN found
RETURN cluster, match, other
ORDER BY cluster.key, other.key
LIMIT 300;
