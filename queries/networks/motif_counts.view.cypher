// Small wiring patterns: the layers and the patterns that begin in one and end in another, the most unusual first
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
RETURN first, pattern, last
ORDER BY pattern.p IS NULL, pattern.p, pattern.z IS NULL, abs(pattern.z) DESC, first.number, last.number, pattern.motif
LIMIT 300;
