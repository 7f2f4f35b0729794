"""Find clusters by moving nodes one by one, where chance expects strengths that plain modularity cannot express."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from atlas.records import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Neurons, or clusters of them, and the strengths between them, given and expected."""

    strength: sparse.csr_array  # its own transpose, zero diagonal, shape (n_nodes, n_nodes)
    giving: FloatArray  # `giving[i] @ taking[j]` is expected between i and j, both of shape (n_nodes, n_terms)
    taking: FloatArray
    rounding: float  # gains up to this are none

    def merged(self, labels: IntArray) -> Nodes:
        """Take clusters, numbered from 0 without a gap, as nodes."""
        member = _members(labels, int(labels.max()) + 1)
        strength = sparse.csr_array(member @ self.strength @ member.T)
        strength.setdiag(0.0)
        strength.eliminate_zeros()
        return replace(self, strength=strength, giving=member @ self.giving, taking=member @ self.taking)

    def among(self, members: IntArray) -> Nodes:
        """Keep some nodes."""
        strength = sparse.csr_array(self.strength[members][:, members])
        return replace(self, strength=strength, giving=self.giving[members], taking=self.taking[members])


def clusters_of(nodes: Nodes, draws: np.random.Generator) -> IntArray:
    """Put nodes in clusters so that strength inside, less what is expected, is large: until nothing is better.

    Leiden's method: nodes move to the cluster that gains most; each cluster is divided again by the same moves within
    it; and its parts are the nodes that move next.

    Returns
    -------
    IntArray
        Cluster of every node, from 0 without a gap, shape (n_nodes,).

    References
    ----------
    Traag, Waltman and van Eck (2019), Sci. Rep. 9, 5233, with parts found greedily.
    """
    labels: IntArray = np.arange(len(nodes.giving))
    while True:
        better = _climbed(nodes, labels, draws)
        if np.array_equal(better, labels):
            return labels
        labels = better


def _climbed(nodes: Nodes, labels: IntArray, draws: np.random.Generator) -> IntArray:
    """Move nodes, then ever larger parts of clusters."""
    labels = _moved(nodes, labels, draws)
    parts = _divided(nodes, labels, draws)
    n_parts = int(parts.max()) + 1
    if n_parts == len(labels):
        return labels
    cluster_of_part = np.empty(n_parts, dtype=np.int64)
    cluster_of_part[parts] = labels
    return _climbed(nodes.merged(parts), cluster_of_part, draws)[parts]


def _divided(nodes: Nodes, labels: IntArray, draws: np.random.Generator) -> IntArray:
    """Divide every cluster by moves within it."""
    parts, n_parts = np.empty_like(labels), 0
    for cluster in range(int(labels.max()) + 1):
        members = np.flatnonzero(labels == cluster)
        found = _moved(nodes.among(members), np.arange(len(members)), draws)
        parts[members] = n_parts + found
        n_parts += int(found.max()) + 1
    return parts


def _moved(nodes: Nodes, labels: IntArray, draws: np.random.Generator) -> IntArray:
    """Move nodes, one by one, to the cluster that gains most, as long as neighbours of those moved may gain."""
    waiting = np.ones(len(labels), dtype=np.bool_)
    while waiting.any():
        labels = _numbered(labels)
        _sweep(nodes, labels, waiting, order=draws.permutation(np.flatnonzero(waiting)).tolist())
    return _numbered(labels)


def _sweep(nodes: Nodes, labels: IntArray, waiting: BoolArray, *, order: list[int]) -> None:
    """Move nodes in the labels given, each once, and say who waits to be looked at again."""
    n_clusters = int(labels.max()) + 2  # the last is empty: to be alone
    taking = (_members(labels, n_clusters) @ nodes.taking).T  # of every cluster, shape (n_terms, n_clusters)
    starts, neighbours, strengths = nodes.strength.indptr, nodes.strength.indices, nodes.strength.data
    for node in order:
        edges = slice(starts[node], starts[node + 1])
        near = neighbours[edges]
        clusters, own = labels[near], labels[node]
        waiting[node] = False
        taking[:, own] -= nodes.taking[node]
        inside = np.bincount(clusters, weights=strengths[edges], minlength=n_clusters)
        gain = inside - nodes.giving[node] @ taking
        best = gain.argmax()
        if gain[best] > gain[own] + nodes.rounding:
            labels[node] = best
            waiting[near[clusters != best]] = True
        taking[:, labels[node]] += nodes.taking[node]


def _numbered(labels: IntArray) -> IntArray:
    """Number clusters from 0 without a gap, in the order they have."""
    return np.unique(labels, return_inverse=True)[1]


def _members(labels: IntArray, n_clusters: int) -> sparse.csr_array:
    """Say who is in which cluster, shape (n_clusters, n_nodes)."""
    where = (labels, np.arange(len(labels)))
    return sparse.csr_array((np.ones(len(labels)), where), shape=(n_clusters, len(labels)))
