"""How good a partition is, and how firmly every neuron sits in its cluster."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from atlas.records import FloatArray, IntArray


def modularity(adjacency: sparse.csr_array, labels: IntArray, *, resolution: float = 1.0) -> float:
    """Score a partition: strength inside clusters beyond chance, from -0.5 to 1.

    Parameters
    ----------
    adjacency
        Symmetric strengths, zero diagonal, shape (n_neurons, n_neurons).
    labels
        Cluster of every neuron, from 0, shape (n_neurons,).
    resolution
        Factor of the chance term; larger values favour smaller clusters.

    Returns
    -------
    float
        NaN where there is no strength at all.

    References
    ----------
    Newman and Girvan (2004), Phys. Rev. E 69, 026113; Reichardt and Bornholdt (2006), Phys. Rev. E 74, 016110.
    """
    volume, inside = _volumes(adjacency, labels)
    total = volume.sum()
    if total == 0:
        return float("nan")
    return float((inside / total - resolution * (volume / total) ** 2).sum())


def n_cut(adjacency: sparse.csr_array, labels: IntArray) -> float:
    """Score a partition by normalised cut: per cluster, the share of its strength that leaves it, summed.

    From 0 to the number of clusters; a cluster without weights inside adds 1, one without any strength adds nothing.

    References
    ----------
    Shi and Malik (2000), IEEE Trans. Pattern Anal. Mach. Intell. 22, 888-905.
    """
    volume, inside = _volumes(adjacency, labels)
    return float(np.divide(volume - inside, volume, out=np.zeros_like(volume), where=volume > 0).sum())


def internal_share(adjacency: sparse.csr_array, labels: IntArray) -> FloatArray:
    """Give the share of every neuron's strength that stays in its cluster; NaN where it has none."""
    to_cluster = _strength_to_clusters(adjacency, labels)
    own = to_cluster[np.arange(len(labels)), labels]
    return _share(np.asarray(own, dtype=np.float64).ravel(), _degree(adjacency))


def participation(adjacency: sparse.csr_array, labels: IntArray) -> FloatArray:
    """Give the spread of every neuron's strength over clusters: 0 when all goes to one, near 1 when even over many.

    NaN where the neuron has no strength.

    References
    ----------
    Guimerà and Amaral (2005), Nature 433, 895-900.
    """
    degree = _degree(adjacency)
    squares = _strength_to_clusters(adjacency, labels).power(2).sum(axis=1)
    return 1.0 - _share(np.asarray(squares, dtype=np.float64).ravel(), degree**2)


def mates_kept(labels: IntArray, others: Sequence[IntArray]) -> FloatArray:
    """Give the share of every neuron's cluster mates that are its mates in other partitions too, on average.

    NaN where a neuron is alone in its cluster, and everywhere without other partitions.
    """
    n_mates = np.bincount(labels)[labels] - 1.0
    kept = np.full((max(len(others), 1), len(labels)), np.nan)
    for row, other in enumerate(others):
        joint = labels * (int(other.max()) + 1) + other
        kept[row] = np.bincount(joint)[joint] - 1.0
    return _share(kept.mean(axis=0), n_mates)


def _volumes(adjacency: sparse.csr_array, labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """Sum strength per cluster: all of it, and what stays inside (every weight counted from both ends)."""
    n_clusters = int(labels.max()) + 1
    pairs = adjacency.tocoo()
    same = labels[pairs.row] == labels[pairs.col]
    kept = labels[pairs.row[same]], pairs.data[same]
    inside = np.bincount(kept[0], weights=kept[1], minlength=n_clusters).astype(np.float64)
    volume = np.bincount(labels, weights=_degree(adjacency), minlength=n_clusters).astype(np.float64)
    return volume, inside


def _strength_to_clusters(adjacency: sparse.csr_array, labels: IntArray) -> sparse.csr_array:
    n_neurons = len(labels)
    membership = sparse.csr_array((np.ones(n_neurons), (np.arange(n_neurons), labels)))
    return sparse.csr_array(adjacency @ membership)


def _degree(adjacency: sparse.csr_array) -> FloatArray:
    return np.asarray(adjacency.sum(axis=1), dtype=np.float64).ravel()


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    share = np.full(part.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
