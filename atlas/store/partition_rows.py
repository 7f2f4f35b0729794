"""Partitions, clusters, links and members as rows to be written; what is undefined is left out."""

from __future__ import annotations

from typing import Any

import numpy as np

from atlas.keys import cluster_key, neuron_key, partition_key
from atlas.records import FloatArray, RunRecord
from atlas.results import PartitionResult, Scored
from atlas.schema import NODES
from atlas.store.annotate import or_null
from atlas.store.connection import Row


def properties(run: RunRecord, result: PartitionResult, name: str) -> dict[str, Any]:
    """Describe a partition: its parameters, and its scores with their null."""
    known = next(kind.properties for kind in NODES if kind.label == "Partition")
    own = {property_.name: result.params.get(property_.name) for property_ in known}
    measured = {
        column: or_null(float(values))
        for score, scored in vars(result.scores).items()
        for column, values in _beside("" if score == "modularity" else f"{score}_", score, scored).items()
    }
    return (
        own
        | measured
        | _silhouettes(result)
        | {
            "key": partition_key(run.network, name),
            "network": run.network,
            "name": name,
            "method": result.method,
            "graph": result.graph,
            "n_clusters": result.n_clusters,
            "run": run.key,
        }
    )


def _beside(prefix: str, name: str, scored: Scored) -> dict[str, FloatArray]:
    """Name a score and what stands beside it, each with a prefix."""
    return {name if field == "value" else f"{prefix}{field}": values for field, values in vars(scored).items()}


def _silhouettes(result: PartitionResult) -> dict[str, float | None]:
    """Give the silhouette of populations, beside its null."""
    if result.populations is None:
        return {}
    overall = {name: or_null(float(value)) for name, value in vars(result.populations.overall).items()}
    null = ("null_mean", "null_sd", "z", "p")
    return {f"silhouette_{name}" if name in null else name: value for name, value in overall.items()}


def clusters(network: str, name: str, result: PartitionResult) -> list[Row]:
    """Describe every cluster; what is undefined is left out."""
    frame = result.clusters_frame().drop(columns=["cluster", "set_apart"])
    described = zip(frame.to_dict("records"), result.set_apart, _populations(result), strict=True)
    return [
        {"key": cluster_key(network, name, number), "number": number, "set_apart": why}
        | {str(column): or_null(value) for column, value in row.items()}
        | populations
        for number, (row, why, populations) in enumerate(described)
    ]


def coarser(run: RunRecord, name: str, result: PartitionResult) -> list[Row]:
    """Say of every cluster in which cluster of the coarser partition it was found."""
    coarser = str(result.params.get("within"))
    return [
        {"cluster": cluster_key(run.network, name, number), "coarse": cluster_key(run.network, coarser, of)}
        for number, of in enumerate(result.within or ())
        if of is not None
    ]


def links(run: RunRecord, name: str, result: PartitionResult) -> list[Row]:
    """Describe the links between clusters that have weights between them."""
    links = result.links
    if links is None:
        return []
    columns = {
        "strength": links.strength.value,
        "expected": links.strength.null_mean,
        "expected_sd": links.strength.null_sd,
        "z": links.strength.z,
        "p": links.strength.p,
        "q": links.q,
    }
    counts = {"n_weights": links.n_weights, "n_possible": links.n_possible}
    return [
        {
            "first": cluster_key(run.network, name, int(a)),
            "second": cluster_key(run.network, name, int(b)),
            "properties": {"run": run.key}
            | {column: int(values[a, b]) for column, values in counts.items()}
            | {column: or_null(float(values[a, b])) for column, values in columns.items()},
        }
        for a, b in zip(*np.nonzero(links.n_possible), strict=True)
    ]


def _populations(result: PartitionResult) -> list[Row]:
    """Say how well the neurons of every population go together; empty where clusters are no populations.

    Neurons of one cluster have a silhouette all or none.
    """
    found = result.populations
    if found is None:
        return [{} for _ in range(result.n_clusters)]
    sums = np.bincount(result.labels, weights=found.neuron_silhouettes)
    return [{"silhouette": or_null(float(mean))} for mean in sums / np.bincount(result.labels)]


def members(network: str, name: str, result: PartitionResult) -> list[Row]:
    """Describe how firmly every neuron sits in its cluster."""
    keys = [
        neuron_key(network, layer, number)
        for layer, size in zip(result.layers, result.sizes, strict=True)
        for number in range(size)
    ]
    columns = {measure: np.asarray(values).tolist() for measure, values in vars(result.neurons).items()}
    return [
        {
            "neuron": key,
            "cluster": cluster_key(network, name, int(label)),
            "properties": {measure: or_null(column[place]) for measure, column in columns.items()},
        }
        for place, (key, label) in enumerate(zip(keys, result.labels, strict=True))
    ]
