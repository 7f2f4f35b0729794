// Everything about a neuron: the neuron, its layer and clusters, and the targets, joined by what was measured
// example:  :param network => 'digits-mlp'
// example:  :param neuron => 'digits-mlp/fc2/0'
// example:  :param effect_run => null
// example:  :param information_run => null
// example:  :param relay_run => null
// example:  :param activation_run => null
MATCH (network:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron:Neuron {key: $neuron})
OPTIONAL MATCH (network)<-[:ABOUT]-(ablated:Run {key: $effect_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(informed:Run {key: $information_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(relayed:Run {key: $relay_run, state: 'finished'})
OPTIONAL MATCH (network)<-[:ABOUT]-(active:Run {key: $activation_run, state: 'finished'})
WITH neuron, {
       effect: CASE WHEN $effect_run IS NULL THEN neuron.effect_run ELSE ablated.key END,
       label: CASE WHEN $information_run IS NULL THEN neuron.label_run ELSE informed.key END,
       relay: CASE WHEN $relay_run IS NULL THEN neuron.relay_run ELSE relayed.key END,
       activation: CASE WHEN $activation_run IS NULL THEN neuron.activation_run ELSE active.key END
     } AS runs
MATCH (neuron)-[known:HAS_NEURON|IN_CLUSTER|ANSWERS|EFFECT|INFORMATION|RESPONDS|ROLE]-(about)
WHERE known:HAS_NEURON OR known:ANSWERS
   OR known:IN_CLUSTER AND EXISTS { (about)<-[:HAS_CLUSTER]-(:Partition)<-[:HAS_PARTITION]-(:Network) }
   OR known:EFFECT AND known.run = runs.effect
   OR known:INFORMATION AND known.kind IN ['label', 'relay'] AND known.run = runs[known.kind]
   OR known:RESPONDS AND known.run = runs.activation
   OR known:ROLE AND known.run = neuron.roles_run
RETURN neuron, known, about
ORDER BY type(known), known.kind, known.role, size(about.key), about.key;
