// Orders of statistics from layer to layer
// name:     order_by_layer
// question: Which orders of statistics carry the answer, and in which layer?
// needs:    correlations
// param:    $network                string          key of the network
// param:    $layer                  string = null   name of a layer; null is every one
// param:    $target                 string = 'all'  target of the accuracies; shares are over all classes
// param:    $run                    string = null   key of the run to read; null is the newest finished one
// returns:  layer                   string          name of the layer
// returns:  order                   integer         1 means, 2 covariances, 3 third cumulants, 4 above; null: `kept`
// returns:  variance_share          float           of the layer's variance: what that order explains; all add up to 1
// returns:  low_variance_share      float           lower end of the 95 % interval
// returns:  high_variance_share     float           upper end of the 95 % interval
// returns:  null_variance_share     float           mean in Gaussian trials of the same class moments
// returns:  variance_q              float           false discovery rate against these, two-sided, within the run
// returns:  separation_share        float           of the differences between class means: what that order explains
// returns:  low_separation_share    float           lower end of the 95 % interval
// returns:  high_separation_share   float           upper end of the 95 % interval
// returns:  null_separation_share   float           mean in Gaussian trials of the same class moments
// returns:  separation_q            float           false discovery rate against these, two-sided, within the run
// returns:  kept                    string          what a surrogate keeps of the activations; null: see `order`
// returns:  accuracy_percent        float           trials of the target answered rightly with it, in percent
// returns:  low_accuracy_percent    float           lower end of the 95 % interval, in percent
// returns:  high_accuracy_percent   float           upper end of the 95 % interval, in percent
// returns:  null_accuracy_percent   float           mean if the same answers did not depend on the class, in percent
// returns:  gained_points           float           accuracy less that with the same kept one layer before, in points
// returns:  low_gained_points       float           lower end of the 95 % interval, in percentage points
// returns:  high_gained_points      float           upper end of the 95 % interval, in percentage points
// returns:  reason                  string          why all shares are null: constant; null: they are not
// returns:  run                     string          key of the run that measured it
// example:  :param network => 'digits-mlp'
// example:  :param layer => null
// example:  :param target => 'all'
// example:  :param run => null
MATCH (network:Network {key: $network})<-[:ABOUT]-(made:Run {kind: 'correlate', state: 'finished'})
WHERE $run IS NULL OR made.key = $run
WITH network, made
ORDER BY made.finished_at DESC, made.key
LIMIT 1
MATCH (network)-[:HAS_LAYER]->(stage:Layer)
WHERE $layer IS NULL OR stage.name = $layer
MATCH (stage)-[value:CORRELATION]->(target:Target)
WHERE value.run = made.key
  AND (value.kind = 'order' AND target.name = 'all' OR value.kind = 'surrogate' AND target.name = $target)
RETURN stage.name AS layer, value.order AS order,
       value.variance_share AS variance_share, value.low_variance_share AS low_variance_share,
       value.high_variance_share AS high_variance_share, value.null_variance_share AS null_variance_share,
       value.variance_q AS variance_q,
       value.separation_share AS separation_share, value.low_separation_share AS low_separation_share,
       value.high_separation_share AS high_separation_share, value.null_separation_share AS null_separation_share,
       value.separation_q AS separation_q,
       value.kept AS kept, value.accuracy_percent AS accuracy_percent,
       value.low_accuracy_percent AS low_accuracy_percent, value.high_accuracy_percent AS high_accuracy_percent,
       value.null_accuracy_percent AS null_accuracy_percent, value.gained_points AS gained_points,
       value.low_gained_points AS low_gained_points, value.high_gained_points AS high_gained_points,
       value.reason AS reason, value.run AS run
ORDER BY stage.number, order,
         CASE kept WHEN 'means' THEN 1 WHEN 'covariances' THEN 2 WHEN 'gaussian' THEN 3 ELSE 4 END;
