"""Partitions made by hand, to be written to a graph: only what a test asserts need be stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from atlas.records import FloatArray
from atlas.results import ClusterScores, Links, NeuronScores, PartitionResult, PartitionScores, Scored

NONE = float("nan")


def scored(value: Any, null_mean: Any = NONE, null_sd: Any = NONE, z: Any = NONE, p: Any = NONE) -> Scored:
    """Put numbers beside their null; a single one stands beside each of several."""
    shape = np.shape(value)
    rest = [np.broadcast_to(np.asarray(one, dtype=float), shape) for one in (null_mean, null_sd, z, p)]
    return Scored(value=np.asarray(value, dtype=float), null_mean=rest[0], null_sd=rest[1], z=rest[2], p=rest[3])


def partition_by_hand(
    layers: Mapping[str, int],
    labels: Sequence[int],
    *,
    method: str = "leiden",
    scores: Mapping[str, Scored] | None = None,
    clusters: Mapping[str, Scored] | None = None,
    neurons: Mapping[str, Any] | None = None,
    links: Links | None = None,
    **rest: Any,
) -> PartitionResult:
    """Make a partition; what is not stated is undefined."""
    n_neurons, n_clusters = len(labels), max(labels) + 1
    unknown: dict[str, FloatArray] = {"neuron": np.full(n_neurons, NONE), "cluster": np.full(n_clusters, NONE)}
    of_neurons = {name: unknown["neuron"] for name in NeuronScores.__annotations__ if name != "role"}
    return PartitionResult(
        method=method,
        graph=rest.pop("graph", "weights"),
        layers=tuple(layers),
        sizes=tuple(layers.values()),
        labels=np.array(labels),
        set_apart=rest.pop("set_apart", (None,) * n_clusters),
        scores=PartitionScores(**{name: scored(NONE) for name in PartitionScores.__annotations__} | dict(scores or {})),
        clusters=ClusterScores(
            **{name: scored(unknown["cluster"]) for name in ClusterScores.__annotations__} | dict(clusters or {})
        ),
        neurons=NeuronScores(**of_neurons | {"role": (None,) * n_neurons} | dict(neurons or {})),
        links=links,
        params=rest.pop("params", {"resolution": 1.0, "seed": 0}),
        **rest,
    )
