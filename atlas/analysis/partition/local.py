"""Partition every layer by its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.isolated import is_joined
from atlas.analysis.partition.spectral import NCut
from atlas.errors import UnknownName
from atlas.records import IntArray, Parameter

NUMBERS = ("global", "same")


@dataclass(frozen=True)
class Local:
    """Find clusters in every layer by the layer and those joined to it; clusters of different layers are different.

    Of weights, each layer is partitioned together with all layers that blocks join it to, skips included, and its own
    labels are kept. Of activations, it is partitioned alone; there neurons that are like no other of their layer are
    one more cluster of it.

    Parameters
    ----------
    method
        Partitions the graph around each layer; whether it takes out depth is decided for each of these graphs.
    k_by_layer
        How many clusters a layer and its surroundings are divided into. `global`: as many as clusters of `method` on
        the whole graph reach into the layer. `same`: k of `method`. Never more than there are neurons.

    Raises
    ------
    UnknownName
        `k_by_layer` is neither.

    References
    ----------
    Hod et al. (2021), arXiv 2110.08058, code: `local_layerwise`, and the same k for networks on ImageNet.
    """

    method: NCut
    k_by_layer: str = "global"

    def __post_init__(self) -> None:
        if self.k_by_layer not in NUMBERS:
            raise UnknownName("number of clusters by layer", self.k_by_layer, NUMBERS)

    @property
    def name(self) -> str:
        """Name the method."""
        return "local"

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed."""
        return {**self.method.params, "k_by_layer": self.k_by_layer}

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        BadParameter, EmptySelection, AnalysisError
            The method cannot partition the graph.
        """
        graph = replace(graph, beside=None)
        found: list[IntArray] = []
        n_clusters = 0
        for place, k in enumerate(self._numbers(graph, seed)):
            own = self._layer_labels(graph, place, k=k, seed=seed)
            found.append(own + n_clusters)
            n_clusters += len(np.unique(own))
        return np.concatenate(found)

    def _numbers(self, graph: NeuronGraph, seed: int) -> list[int]:
        """Choose the number of clusters for every layer."""
        if self.k_by_layer == "same":
            return [self.method.k] * len(graph.layers)
        parts = np.split(self.method.labels(graph, seed), graph.offsets[1:-1])
        return [len(np.unique(part)) for part in parts]

    def _layer_labels(self, graph: NeuronGraph, place: int, *, k: int, seed: int) -> IntArray:
        """Give the cluster of every neuron of one layer, from 0."""
        around = graph.select([graph.layers[near] for near in _near(graph, place)])
        joined = is_joined(around)
        own = around.layer_numbers == around.layers.index(graph.layers[place])
        labels = np.full(around.n_neurons, -1, dtype=np.int64)
        if np.count_nonzero(joined & own) > 1:
            rest = around.restrict(joined)
            labels[joined] = replace(self.method, k=min(k, rest.n_neurons)).labels(rest, seed)
        return np.unique(labels[own], return_inverse=True)[1]


def _near(graph: NeuronGraph, place: int) -> set[int]:
    """Name a layer, and of weights those that blocks join it to, by their places."""
    if graph.kind == "activations":
        return {place}
    ends = [{block.source, block.target} for block in graph.blocks]
    return {place}.union(*(pair for pair in ends if place in pair))
