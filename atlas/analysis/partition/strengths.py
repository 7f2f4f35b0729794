"""Strengths from neurons to clusters: what nearly every score of a partition is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.records import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Strengths:
    """Strengths between the neurons and the clusters of a partition; what joins a neuron to itself is left out."""

    labels: IntArray  # cluster of every neuron, from 0, shape (n_neurons,)
    to_cluster: FloatArray  # from neuron (row) to cluster (column) and back, shape (n_neurons, n_clusters)
    between: FloatArray  # from cluster (row) to cluster (column), in the direction of blocks

    @classmethod
    def of(cls, graph: NeuronGraph, labels: IntArray) -> Strengths:
        """Sum the strengths of a graph, block by block: the matrix of all pairs is never laid out."""
        n_clusters = int(labels.max()) + 1
        parts = np.split(labels, graph.offsets[1:-1])
        total = np.zeros((graph.n_neurons, n_clusters))
        rows = [slice(*bounds) for bounds in zip(graph.offsets[:-1], graph.offsets[1:], strict=True)]
        members = [_members(part, n_clusters) for part in parts]
        for block in graph.blocks:
            total[rows[block.source]] += (members[block.target] @ without_self(block).T).T
        between = _members(labels, n_clusters) @ total
        for block in graph.blocks:
            total[rows[block.target]] += (members[block.source] @ without_self(block)).T
        return cls(labels=labels, to_cluster=total, between=between)

    @cached_property
    def degree(self) -> FloatArray:
        """Sum the strengths of every neuron, shape (n_neurons,)."""
        return np.asarray(self.to_cluster.sum(axis=1), dtype=np.float64)

    @cached_property
    def own(self) -> FloatArray:
        """Give the strength of every neuron to the others of its cluster, shape (n_neurons,)."""
        return self.to_cluster[np.arange(len(self.labels)), self.labels]

    @cached_property
    def volume(self) -> FloatArray:
        """Sum the degrees of every cluster's neurons, shape (n_clusters,)."""
        return self._by_cluster(self.degree)

    @cached_property
    def inside(self) -> FloatArray:
        """Sum what stays in every cluster, each strength counted from both ends, shape (n_clusters,)."""
        return self._by_cluster(self.own)

    def _by_cluster(self, values: FloatArray) -> FloatArray:
        return np.bincount(self.labels, weights=values, minlength=self.to_cluster.shape[1]).astype(np.float64)


def without_self(block: GraphBlock) -> FloatArray:
    """Give the strengths of a block, 0 from every neuron to itself."""
    if block.source != block.target or not block.strength.diagonal().any():
        return block.strength
    return block.strength * (1 - np.eye(len(block.strength)))


def _members(labels: IntArray, n_clusters: int) -> sparse.csr_array:
    """Say who is in which cluster, shape (n_clusters, n_neurons)."""
    where = (labels, np.arange(len(labels)))
    return sparse.csr_array((np.ones(len(labels)), where), shape=(n_clusters, len(labels)))
