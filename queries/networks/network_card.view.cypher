// What the atlas holds of a network: its layers, its partitions and the runs about it
// example:  :param network => 'digits-mlp'
MATCH (network:Network {key: $network})
OPTIONAL MATCH layers = (network)-[:HAS_LAYER]->(:Layer)-[:FEEDS*0..1]->(:Layer)
OPTIONAL MATCH partitions = (network)-[:HAS_PARTITION]->(:Partition)<-[:WROTE]-(:Run)
RETURN network, layers, partitions
LIMIT 300;
