// Strength from layer to layer
// name:     layer_matrix
// question: How strong is each layer-to-layer block?
// needs:    nothing
// param:    $network        string   key of the network
// returns:  from_layer      string   layer the weights come from
// returns:  to_layer        string   layer the weights lead to
// returns:  n_weights       integer  kept weights of the block
// returns:  strength        float    their summed strength
// returns:  strength_share  float    its share of the strength of all blocks, from 0 to 1
// returns:  mean_value      float    mean signed weight
// returns:  positive_share  float    share of weights above zero, from 0 to 1
// example:  :param network => 'digits-mlp'
MATCH (:Network {key: $network})-[:HAS_LAYER]->(source:Layer)-[block:FEEDS]->(target:Layer)
WITH collect({source: source, block: block, target: target}) AS blocks, sum(block.strength) AS total
UNWIND blocks AS row
WITH row.source AS source, row.target AS target, row.block AS block, total
RETURN source.name AS from_layer, target.name AS to_layer, block.n_weights AS n_weights, block.strength AS strength,
       CASE WHEN total > 0 THEN block.strength / total END AS strength_share,
       block.mean_value AS mean_value, block.positive_share AS positive_share
ORDER BY source.number, target.number;
