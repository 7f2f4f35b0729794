// Strength from layer to layer: the layers and the blocks between them
// example:  :param network => 'digits-mlp'
MATCH path = (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:FEEDS]->(:Layer)
RETURN path
LIMIT 300;
