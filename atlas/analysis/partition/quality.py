"""How good a partition is, and how firmly every neuron sits in its cluster."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from atlas.analysis.partition.strengths import Strengths
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
    return modularity_of(*_volumes(adjacency, labels), resolution=resolution)


def modularity_of(volume: FloatArray, inside: FloatArray, *, resolution: float = 1.0) -> float:
    """Score a partition, as `modularity`, from the strength of every cluster and what of it stays inside."""
    total = volume.sum()
    if total == 0:
        return float("nan")
    return float((inside / total - resolution * (volume / total) ** 2).sum())


def n_cut(adjacency: sparse.csr_array, labels: IntArray) -> float:
    """Score a partition by normalised cut: per cluster, the share of its strength that leaves it, summed.

    From 0 to the number of clusters; lower is better. A cluster without weights inside adds 1, one without any
    strength adds nothing; NaN where there is no strength at all.

    References
    ----------
    Shi and Malik (2000), IEEE Trans. Pattern Anal. Mach. Intell. 22, 888-905.
    """
    return n_cut_of(*_volumes(adjacency, labels))


def n_cut_of(volume: FloatArray, inside: FloatArray) -> float:
    """Score a partition, as `n_cut`, from the strength of every cluster and what of it stays inside."""
    left = _share(volume - inside, volume)
    return float("nan") if np.isnan(left).all() else float(np.nansum(left))


def overall_internal_share(strengths: Strengths) -> float:
    """Give the share of all strength that stays inside clusters; NaN where there is none."""
    return float(_share(strengths.inside.sum(), strengths.volume.sum()))


def cluster_internal_share(strengths: Strengths) -> FloatArray:
    """Give the share of every cluster's strength that stays inside, shape (n_clusters,); NaN where it has none."""
    return _share(strengths.inside, strengths.volume)


def conductance(strengths: Strengths) -> FloatArray:
    """Give the strength that leaves every cluster, as a share of the smaller of its own and all other strength.

    Shape (n_clusters,), from 0 to 1; lower is better. NaN where one of the two is 0.

    References
    ----------
    Kannan, Vempala and Vetta (2004), J. ACM 51, 497-515.
    """
    volume = strengths.volume
    return _share(volume - strengths.inside, np.minimum(volume, volume.sum() - volume))


def internal_share(strengths: Strengths) -> FloatArray:
    """Give the share of every neuron's strength that stays in its cluster; NaN where it has none."""
    return _share(strengths.own, strengths.degree)


def membership(strengths: Strengths) -> FloatArray:
    """Give the share of every neuron's strength that stays, less the largest that goes to one other cluster.

    From -1 to 1: below 0 another cluster has more of it than its own. NaN where it has no strength.
    """
    elsewhere = strengths.to_cluster.copy()
    elsewhere[np.arange(len(elsewhere)), strengths.labels] = 0.0
    return _share(strengths.own - elsewhere.max(axis=1), strengths.degree)


def participation(strengths: Strengths) -> FloatArray:
    """Give the spread of every neuron's strength over clusters: 0 when all goes to one, near 1 when even over many.

    NaN where the neuron has no strength.

    References
    ----------
    Guimerà and Amaral (2005), Nature 433, 895-900.
    """
    squares = np.einsum("ij,ij->i", strengths.to_cluster, strengths.to_cluster)
    return 1.0 - _share(squares, strengths.degree**2)


def mates_kept(labels: IntArray, others: Sequence[IntArray]) -> FloatArray:
    """Give the share of every neuron's cluster mates that are its mates in other partitions too, on average.

    NaN where a neuron is alone in its cluster, and everywhere without other partitions.
    """
    n_mates = np.bincount(labels)[labels] - 1.0
    kept = np.full((max(len(others), 1), len(labels)), np.nan)
    for row, other in enumerate(others):
        _, joint = np.unique(labels * (int(other.max()) + 1) + other, return_inverse=True)
        kept[row] = np.bincount(joint)[joint] - 1.0
    return _share(kept.mean(axis=0), n_mates)


def _volumes(adjacency: sparse.csr_array, labels: IntArray) -> tuple[FloatArray, FloatArray]:
    """Sum strength per cluster: all of it, and what stays inside (every weight counted from both ends)."""
    n_clusters = int(labels.max()) + 1
    pairs = adjacency.tocoo()
    same = labels[pairs.row] == labels[pairs.col]
    inside = np.bincount(labels[pairs.row[same]], weights=pairs.data[same], minlength=n_clusters)
    volume = np.bincount(labels[pairs.row], weights=pairs.data, minlength=n_clusters)
    return volume.astype(np.float64), inside.astype(np.float64)


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    share = np.full(np.shape(part), np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share
