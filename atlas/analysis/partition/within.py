"""Partition each cluster of another partition: a hierarchy, level by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.isolated import is_joined
from atlas.analysis.partition.method import Method, restricted
from atlas.errors import ShapeError
from atlas.records import BoolArray, IntArray, Parameter


@dataclass(frozen=True, eq=False)
class Within:
    """Divide every cluster of a coarser partition, its parent, by the strengths among its own neurons alone.

    Neurons that nothing joins to others of their parent stay together, as a cluster of their own. No cluster has
    neurons of two parents.

    Parameters
    ----------
    method
        Divides each parent.
    parents
        Cluster of every neuron of the graph in the coarser partition, in any numbering, shape (n_neurons,).
    """

    method: Method
    parents: IntArray

    @property
    def name(self) -> str:
        """Name the method: as the one that divides."""
        return self.method.name

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List the parameters of the method that divides."""
        return self.method.params

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        ShapeError
            The parents are of other neurons than the graph's.
        AnalysisError, InputError
            The method cannot divide a parent, for instance into more clusters than it has neurons.
        """
        if len(self.parents) != graph.n_neurons:
            raise ShapeError(
                f"The coarser partition has {len(self.parents)} labels, the graph {graph.n_neurons} neurons. "
                "Give one label for every neuron of the chosen layers."
            )
        labels = np.empty(graph.n_neurons, dtype=np.int64)
        n_clusters = 0
        for parent in np.unique(self.parents):
            members = self.parents == parent
            found = self._divided(graph, members, seed)
            labels[members] = n_clusters + found
            n_clusters += int(found.max()) + 1
        return labels

    def restrict(self, kept: BoolArray) -> Within:
        """Keep the parents of some neurons, shape (n_neurons,)."""
        return replace(self, method=restricted(self.method, kept), parents=self.parents[kept])

    def _divided(self, graph: NeuronGraph, members: BoolArray, seed: int) -> IntArray:
        """Divide one parent; clusters are numbered from 0, that of neurons joined to none is the last."""
        own = graph.restrict(members)
        joined = is_joined(own)
        if not joined.any():
            return np.zeros(own.n_neurons, dtype=np.int64)
        method = restricted(restricted(self.method, members), joined)
        found = np.unique(method.labels(own.restrict(joined), seed), return_inverse=True)[1]
        labels = np.full(own.n_neurons, found.max() + 1, dtype=np.int64)
        labels[joined] = found
        return labels
