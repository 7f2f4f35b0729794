"""Write a partition and its clusters under a run."""

from __future__ import annotations

from typing import Any

import numpy as np

from atlas.errors import KeyTaken, ShapeError
from atlas.keys import check_segment, cluster_key, neuron_key, partition_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, RunRecord
from atlas.results import PartitionResult
from atlas.schema import NODES
from atlas.store.annotate import ROWS_AT_ONCE, or_null
from atlas.store.clean import remove_dead_run
from atlas.store.connection import Row, Store
from atlas.store.read import layers
from atlas.store.runs import claim, finish

_CLUSTERS_AT_ONCE = 5_000
_MAKER = """MATCH (:Partition {key: $key})<-[:WROTE]-(run:Run)
RETURN run.key AS key, run.state AS state, run.owner AS owner"""
_PARTITION = """MATCH (run:Run {key: $run}) CREATE (run)-[:WROTE]->(p:Partition) SET p = $properties"""
_CLUSTERS = """MATCH (p:Partition {key: $partition}) UNWIND $rows AS row
CREATE (p)-[:HAS_CLUSTER]->(c:Cluster:Element) SET c = row, c.partition = p.name, c.network = p.network"""
_MEMBERS = """UNWIND $rows AS row MATCH (x:Neuron {key: row.neuron}) MATCH (c:Cluster {key: row.cluster})
CREATE (x)-[r:IN_CLUSTER]->(c) SET r = row.properties"""
_STRENGTH = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x:Neuron)
RETURN x.in_strength + x.out_strength AS strength ORDER BY x.layer_number, x.number"""
_STRENGTH_AMONG = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x:Neuron)
WHERE l.name IN $layers
OPTIONAL MATCH (x)-[w:WEIGHT]-(y:Neuron) WHERE y.layer IN $layers
RETURN x.layer_number AS layer_number, x.number AS number, sum(w.strength) AS strength ORDER BY layer_number, number"""


def annotate_partition(
    store: Store, run: RunRecord, result: PartitionResult, *, name: str, progress: Progress = silent
) -> bool:
    """Write a partition with its clusters; it is seen when all of it stands.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    BadKey, ShapeError
        The name cannot be a key or is a layer's; the result does not fit the network's layers.
    KeyTaken
        Another run made a partition of this name.
    """
    _check_fit(store, run, result, name)
    _make_way(store, run, name)
    if not claim(store, run):
        return False
    key = partition_key(run.network, name)
    store.write((_PARTITION, {"run": run.key, "properties": _properties(run, result, name)}))
    clusters = _clusters(store, run.network, name, result)
    for first in range(0, len(clusters), _CLUSTERS_AT_ONCE):
        store.write((_CLUSTERS, {"partition": key, "rows": clusters[first : first + _CLUSTERS_AT_ONCE]}))
    members = _members(run.network, name, result)
    for first in range(0, len(members), ROWS_AT_ONCE):
        store.write((_MEMBERS, {"rows": members[first : first + ROWS_AT_ONCE]}))
        progress("write partition", min(first + ROWS_AT_ONCE, len(members)), len(members))
    finish(store, run)
    return True


def _check_fit(store: Store, run: RunRecord, result: PartitionResult, name: str) -> None:
    check_segment(name, what="partition")
    there = {row["name"]: row["n_neurons"] for row in layers(store, run.network)}
    if name in there:
        raise KeyTaken(f"A layer of {run.network!r} is called {name!r}. Choose another name for the partition.")
    given = dict(zip(result.layers, result.sizes, strict=True))
    if any(there.get(layer) != size for layer, size in given.items()) or len(result.labels) != sum(given.values()):
        raise ShapeError(f"The partition is of layers {given}, the network {run.network!r} has {there}.")


def _make_way(store: Store, run: RunRecord, name: str) -> None:
    """Refuse a name that another run has taken; what an ended process left under it is removed."""
    for maker in store.rows(_MAKER, key=partition_key(run.network, name)):
        if maker["key"] == run.key:
            continue
        if maker["state"] == "finished":
            raise KeyTaken(
                f"The partition {name!r} of {run.network!r} was made by the run {maker['key']!r} otherwise. "
                f"Choose another name, or remove it: atlas remove --run {maker['key']}."
            )
        remove_dead_run(store, maker)


def _properties(run: RunRecord, result: PartitionResult, name: str) -> dict[str, Any]:
    known = next(kind.properties for kind in NODES if kind.label == "Partition")
    own = {property_.name: result.params.get(property_.name) for property_ in known}
    measures = ("n_clusters", "modularity", "n_cut", "null_mean", "null_sd", "z", "p", "layer_agreement")
    return (
        own
        | {measure: or_null(getattr(result, measure)) for measure in measures}
        | _silhouettes(result)
        | {
            "key": partition_key(run.network, name),
            "network": run.network,
            "name": name,
            "method": result.method,
            "run": run.key,
        }
    )


def _silhouettes(result: PartitionResult) -> dict[str, float | None]:
    """Give the silhouette of populations, beside its null."""
    if result.populations is None:
        return {}
    overall = {name: or_null(float(value)) for name, value in vars(result.populations.overall).items()}
    null = ("null_mean", "null_sd", "z", "p")
    return {f"silhouette_{name}" if name in null else name: value for name, value in overall.items()}


def _clusters(store: Store, network: str, name: str, result: PartitionResult) -> list[Row]:
    """Describe every cluster; its internal share is the mean of its neurons' shares, weighted by their strengths."""
    layer = np.repeat(np.arange(len(result.sizes)), result.sizes)
    strength = _strengths(store, network, result)
    shares = _weighted(result.internal_share, strength, result.labels, result.n_clusters)
    occupied = np.unique(np.column_stack([result.labels, layer]), axis=0)[:, 0]
    n_layers = np.bincount(occupied, minlength=result.n_clusters)
    n_neurons = np.bincount(result.labels, minlength=result.n_clusters)
    populations = _populations(result)
    return [
        {
            "key": cluster_key(network, name, number),
            "number": number,
            "n_neurons": int(n_neurons[number]),
            "n_layers": int(n_layers[number]),
            "internal_share": or_null(float(shares[number])),
        }
        | populations[number]
        for number in range(result.n_clusters)
    ]


def _populations(result: PartitionResult) -> list[Row]:
    """Say of every cluster why it was set apart, or how well its neurons go together; empty where it is no population.

    Neurons of one cluster have a silhouette all or none.
    """
    found = result.populations
    if found is None:
        return [{} for _ in range(result.n_clusters)]
    sums = np.bincount(result.labels, weights=found.neuron_silhouettes)
    means = sums / np.bincount(result.labels)
    return [
        {"silhouette": or_null(float(mean)), "set_apart": why} for mean, why in zip(means, found.set_apart, strict=True)
    ]


def _strengths(store: Store, network: str, result: PartitionResult) -> FloatArray:
    """Read the strength of every neuron within the chosen layers."""
    whole = [row["name"] for row in layers(store, network)] == list(result.layers)
    text = _STRENGTH if whole else _STRENGTH_AMONG
    return np.array(store.columns(text, network=network, layers=list(result.layers))["strength"])


def _weighted(share: FloatArray, strength: FloatArray, labels: IntArray, n_clusters: int) -> FloatArray:
    """Average over the neurons of each cluster; NaN where they have no strength."""
    inside = np.bincount(labels, weights=np.nan_to_num(share) * strength, minlength=n_clusters)
    total = np.bincount(labels, weights=strength, minlength=n_clusters)
    shares: FloatArray = np.divide(inside, total, out=np.full(n_clusters, np.nan), where=total > 0)
    return shares


def _members(network: str, name: str, result: PartitionResult) -> list[Row]:
    keys = [
        neuron_key(network, layer, number)
        for layer, size in zip(result.layers, result.sizes, strict=True)
        for number in range(size)
    ]
    measures = ("internal_share", "participation", "agreement_across_seeds")
    columns = {measure: getattr(result, measure).tolist() for measure in measures}
    return [
        {
            "neuron": key,
            "cluster": cluster_key(network, name, int(label)),
            "properties": {measure: or_null(column[place]) for measure, column in columns.items()},
        }
        for place, (key, label) in enumerate(zip(keys, result.labels, strict=True))
    ]
