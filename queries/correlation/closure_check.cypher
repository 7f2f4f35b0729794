// How far closures hold
// name:     closure_check
// question: How far can means and covariances of layers, and the loss, be predicted from those of a layer before?
// needs:    correlations
// param:    $network                string          key of the network
// param:    $layer                  string = null   name of the layer that is predicted; null is every one
// param:    $target                 string = 'all'  a class, or the mean over classes by their trials
// param:    $run                    string = null   key of the run to read; null is the newest finished one
// returns:  layer                   string          name of the layer that is predicted
// returns:  start                   string          layer whose measured moments it is predicted from; null: a formula
// returns:  closure                 string          gauss, third or mixture; null: the formulas beside Gaussian samples
// returns:  n_samples               integer         samples the formulas stand beside; null: a closure
// returns:  mean_error              float           distance of the means, by the root of the trace of the covariance
// returns:  low_mean_error          float           lower end of the 95 % interval
// returns:  high_mean_error         float           upper end of the 95 % interval
// returns:  null_mean_error         float           mean in Gaussian trials of the same class moments at the start
// returns:  mean_error_p            float           share of these, itself counted, with at least its error
// returns:  covariance_error        float           Frobenius norm of the covariances' difference, by that of measured
// returns:  low_covariance_error    float           lower end of the 95 % interval
// returns:  high_covariance_error   float           upper end of the 95 % interval
// returns:  null_covariance_error   float           mean in Gaussian trials of the same class moments at the start
// returns:  covariance_error_p      float           share of these, itself counted, with at least its error
// returns:  trace_ratio             float           predicted by measured variance, summed over the layer
// returns:  divergence_bits         float           bits from predicted to measured; null: predicted is singular
// returns:  n_dimensions            float           directions with variance that it stands on
// returns:  r_squared               float           share of the scatter of covariances that is predicted
// returns:  loss                    float           squared distance to the class's output, measured; of the output
// returns:  low_loss                float           lower end of the 95 % interval
// returns:  high_loss               float           upper end of the 95 % interval
// returns:  predicted_loss          float           the same from the predicted moments alone; also see the errors
// returns:  low_predicted_loss      float           lower end of the 95 % interval
// returns:  high_predicted_loss     float           upper end of the 95 % interval
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
  AND (value.kind = 'closure' AND target.name = $target OR value.kind = 'formula' AND target.name = 'all')
OPTIONAL MATCH (network)-[:HAS_LAYER]->(begun:Layer {name: value.start})
RETURN stage.name AS layer, value.start AS start, value.closure AS closure, value.n_samples AS n_samples,
       value.mean_error AS mean_error, value.low_mean_error AS low_mean_error,
       value.high_mean_error AS high_mean_error, value.null_mean_error AS null_mean_error,
       value.mean_error_p AS mean_error_p, value.covariance_error AS covariance_error,
       value.low_covariance_error AS low_covariance_error, value.high_covariance_error AS high_covariance_error,
       value.null_covariance_error AS null_covariance_error, value.covariance_error_p AS covariance_error_p,
       value.trace_ratio AS trace_ratio, value.divergence_bits AS divergence_bits,
       value.n_dimensions AS n_dimensions, value.r_squared AS r_squared,
       value.loss AS loss, value.low_loss AS low_loss, value.high_loss AS high_loss,
       value.predicted_loss AS predicted_loss, value.low_predicted_loss AS low_predicted_loss,
       value.high_predicted_loss AS high_predicted_loss, value.run AS run
ORDER BY stage.number, begun.number, closure, n_samples;
