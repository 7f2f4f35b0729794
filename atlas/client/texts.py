"""The questions behind the tables of a network. Values of unfinished runs are never read."""

from __future__ import annotations

from collections.abc import Sequence

NETWORKS = """
MATCH (network:Network)
RETURN network.key AS network, network.architecture AS architecture, network.dataset AS dataset,
       network.accuracy_percent AS accuracy_percent, network.n_layers AS n_layers, network.n_neurons AS n_neurons,
       network.n_weights AS n_weights, network.kept_strength_share AS kept_strength_share,
       network.loaded_at AS loaded_at
ORDER BY network
"""

NEURONS = """
MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(neuron:Neuron)
WHERE $keys IS NULL OR neuron.key IN $keys
RETURN neuron.key AS neuron, neuron.layer AS layer, neuron.layer_number AS layer_number, neuron.number AS number,
       neuron.in_strength AS in_strength, neuron.out_strength AS out_strength,
       neuron.effect_points AS effect_points, neuron.effect_q AS effect_q,
       neuron.most_affected_target AS most_affected_target, neuron.effect_run AS effect_run,
       neuron.label_bits AS label_bits, neuron.label_q AS label_q, neuron.label_run AS label_run,
       neuron.relay_bits AS relay_bits, neuron.relay_q AS relay_q, neuron.relay_alone_bits AS relay_alone_bits,
       neuron.relay_alone_q AS relay_alone_q, neuron.relay_run AS relay_run,
       neuron.gaussian_mismatch AS gaussian_mismatch, neuron.gaussian_mismatch_q AS gaussian_mismatch_q,
       neuron.higher_share AS higher_share, neuron.correlation_run AS correlation_run,
       neuron.mean_activation AS mean_activation, neuron.active_share AS active_share,
       neuron.selectivity AS selectivity, neuron.activation_run AS activation_run,
       reduce(names = head(neuron.roles), role IN tail(neuron.roles) | names + ',' + role) AS roles,
       neuron.roles_run AS roles_run
ORDER BY layer_number, number
"""

LAYERS = """
MATCH (:Network {key: $network})-[:HAS_LAYER]->(layer:Layer)
RETURN layer.name AS layer, layer.number AS number, layer.kind AS kind, layer.activation AS activation,
       layer.n_neurons AS n_neurons, layer.label_bits AS label_bits, layer.label_q AS label_q,
       layer.label_run AS label_run, layer.relay_bits AS relay_bits, layer.relay_q AS relay_q,
       layer.relay_run AS relay_run, layer.complexity AS complexity, layer.complexity_run AS complexity_run,
       layer.gaussian_mismatch AS gaussian_mismatch, layer.gaussian_mismatch_q AS gaussian_mismatch_q,
       layer.higher_share AS higher_share, layer.correlation_run AS correlation_run
ORDER BY number
"""

WEIGHTS = """
MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(a:Neuron)
WHERE $sources IS NULL OR a.key IN $sources
MATCH (a)-[weight:WEIGHT]->(b)
WHERE $targets IS NULL OR b.key IN $targets
RETURN a.key AS source, b.key AS target, weight.value AS value, weight.strength AS strength
ORDER BY a.layer_number, a.number, b.layer_number, b.number
"""

BLOCKS = """
MATCH (:Network {key: $network})-[:HAS_LAYER]->(a:Layer)-[:FEEDS]->(b:Layer)
RETURN a.name AS source, b.name AS target ORDER BY a.number, b.number
"""

PARTITIONS = """
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(run:Run {state: 'finished'})
RETURN partition.name AS partition, partition.method AS method, partition.graph AS graph,
       partition.resolution AS resolution, partition.k AS k, partition.within AS within,
       partition.seed AS seed, partition.n_clusters AS n_clusters, partition.modularity AS modularity,
       partition.null_mean AS null_mean, partition.null_sd AS null_sd, partition.z AS z, partition.p AS p,
       partition.layered_modularity AS layered_modularity, partition.layered_modularity_z AS layered_modularity_z,
       partition.n_cut AS n_cut, partition.n_cut_null_mean AS n_cut_null_mean,
       partition.n_cut_z AS n_cut_z, partition.n_cut_p AS n_cut_p, partition.layer_agreement AS layer_agreement,
       partition.stability_nmi AS stability_nmi, partition.stability_nmi_p AS stability_nmi_p,
       partition.silhouette AS silhouette, partition.low_silhouette AS low_silhouette,
       partition.high_silhouette AS high_silhouette, partition.silhouette_p AS silhouette_p, run.key AS run
ORDER BY partition
"""

CLUSTERS = """
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (partition)<-[:WROTE]-(run:Run {state: 'finished'})
MATCH (partition)-[:HAS_CLUSTER]->(cluster:Cluster)
RETURN cluster.key AS cluster, cluster.number AS number, cluster:Module AS is_module,
       cluster.n_neurons AS n_neurons, cluster.n_layers AS n_layers, cluster.internal_share AS internal_share,
       cluster.internal_share_z AS internal_share_z, cluster.conductance AS conductance,
       cluster.conductance_z AS conductance_z, cluster.importance AS importance,
       cluster.importance_q AS importance_q, cluster.coherence AS coherence, cluster.coherence_q AS coherence_q,
       cluster.module_by AS module_by, cluster.set_apart AS set_apart, cluster.silhouette AS silhouette,
       cluster.effect_points AS effect_points, cluster.effect_q AS effect_q,
       cluster.most_affected_target AS most_affected_target, cluster.effect_run AS effect_run,
       cluster.label_bits AS label_bits, cluster.label_q AS label_q, cluster.label_run AS label_run,
       cluster.relay_bits AS relay_bits, cluster.relay_q AS relay_q, cluster.relay_alone_bits AS relay_alone_bits,
       cluster.relay_alone_q AS relay_alone_q, cluster.relay_run AS relay_run,
       cluster.complexity AS complexity, cluster.complexity_run AS complexity_run, run.key AS run
ORDER BY number
"""

RUNS = """
MATCH (r:Run)-[:ABOUT]->(:Network)
WHERE $network IS NULL OR r.network = $network
RETURN r.key AS run, r.network AS network, r.kind AS kind, r.method AS method, r.partition AS partition,
       r.seed AS seed, r.n_null AS n_null, r.data AS data, r.n_trials AS n_trials, r.state AS state,
       r.started_at AS started_at, r.finished_at AS finished_at, r.code_version AS code_version,
       r.command AS command
ORDER BY network, started_at, run
"""

_OF_NEURONS = "MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x:Neuron)"
_OF_CLUSTERS = """
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition {name: $partition})
MATCH (partition)-[:HAS_CLUSTER]->(x:Cluster)"""

_EFFECTS = """
MATCH (x)-[effect:EFFECT]->(t:Target)
WHERE effect.run = coalesce($run, x.effect_run)
MATCH (:Run {key: effect.run, state: 'finished'})
RETURN x.key AS element, t.name AS target, effect.points AS points, effect.low_points AS low_points,
       effect.high_points AS high_points, effect.macro_points AS macro_points, effect.n_trials AS n_trials,
       effect.n_right AS n_right, effect.n_broken AS n_broken, effect.n_repaired AS n_repaired,
       effect.n_near_ties AS n_near_ties, effect.n_confused AS n_confused, effect.confused_with AS confused_with,
       effect.loss_change AS loss_change, effect.low_loss_change AS low_loss_change,
       effect.high_loss_change AS high_loss_change, effect.logit_change AS logit_change,
       effect.low_logit_change AS low_logit_change, effect.high_logit_change AS high_logit_change,
       effect.score_change AS score_change, effect.low_score_change AS low_score_change,
       effect.high_score_change AS high_score_change, effect.n_ablated AS n_ablated,
       effect.null_mean AS null_mean, effect.null_sd AS null_sd, effect.z AS z,
       effect.p AS p, effect.q AS q, effect.method AS method, effect.run AS run
ORDER BY {order}, t.kind <> 'all', size(t.name), t.name
"""

_INFORMATION = """
MATCH (x)-[information:INFORMATION {kind: $kind}]->(t:Target)
WHERE information.run = coalesce($run, CASE $kind WHEN 'label' THEN x.label_run ELSE x.relay_run END)
MATCH (:Run {key: information.run, state: 'finished'})
RETURN x.key AS element, t.name AS target, information.bits AS bits, information.low_bits AS low_bits,
       information.high_bits AS high_bits, information.null_bits AS null_bits,
       information.null_sd_bits AS null_sd_bits, information.z AS z, information.p AS p, information.q AS q,
       information.alone_bits AS alone_bits, information.low_alone_bits AS low_alone_bits,
       information.high_alone_bits AS high_alone_bits, information.alone_null_bits AS alone_null_bits,
       information.alone_q AS alone_q, information.input_bits AS input_bits, information.output_bits AS output_bits,
       information.knock_out_points AS knock_out_points, information.aggregated_bits AS aggregated_bits,
       information.step AS step, information.step_bits AS step_bits, information.step_null_bits AS step_null_bits,
       information.n_states AS n_states, information.trials_per_state AS trials_per_state,
       information.reliable AS reliable, information.reason AS reason, information.kind AS kind,
       information.run AS run
ORDER BY {order}, t.kind <> 'all', size(t.name), t.name
"""

_CORRELATIONS = """
MATCH (network:Network {key: $network})<-[:ABOUT]-(run:Run {kind: 'correlate', state: 'finished'})
WHERE run.key = $run OR $run IS NULL
WITH network, run ORDER BY run.finished_at DESC, run.key LIMIT 1
MATCH (network)-[:HAS_TARGET]->(t:Target)<-[value:CORRELATION {run: run.key, kind: $kind}]-(x)
RETURN x.key AS element, t.name AS target, {columns}, run.key AS run
ORDER BY coalesce(x.layer_number, x.number), x:Layer, x.number, value.order, value.start, value.closure,
         value.n_samples, value.kept, t.kind <> 'all', size(t.name), t.name
"""

_NEURON_ORDER = "x.layer_number, x.number"


def effects(*, of_clusters: bool) -> str:
    """Ask for effects of all neurons, or of the clusters of a partition."""
    return _values(_EFFECTS, of_clusters=of_clusters)


def information(*, of_clusters: bool) -> str:
    """Ask for information of one kind, label or relay, of all neurons, or of the clusters of a partition."""
    return _values(_INFORMATION, of_clusters=of_clusters)


def correlations(columns: Sequence[str]) -> str:
    """Ask for these properties of the correlations of one kind."""
    return _CORRELATIONS.replace("{columns}", ", ".join(f"value.{name} AS {name}" for name in columns))


def _values(text: str, *, of_clusters: bool) -> str:
    order = "x.number" if of_clusters else _NEURON_ORDER
    return (_OF_CLUSTERS if of_clusters else _OF_NEURONS) + text.replace("{order}", order)
