"""Partition with a null that knows the layers, so that clusters are no bands of layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.graph.matrix import without_direction
from atlas.analysis.partition.isolated import check_strengths
from atlas.analysis.partition.leiden import check_resolution
from atlas.analysis.partition.moving import Nodes, clusters_of
from atlas.analysis.seeds import generator
from atlas.records import FloatArray, IntArray, Parameter


@dataclass(frozen=True)
class Layered:
    """Find clusters with more strength inside than their neurons' degrees give by chance, for each two layers apart.

    Plain modularity expects strength between any two neurons, also of layers that nothing joins, so that neighbouring
    layers look like clusters. `layered_modularity` expects it only where layers are joined: whole layers score 0.

    Parameters
    ----------
    resolution
        Larger values give more, smaller clusters.

    Raises
    ------
    BadParameter
        The resolution is not above 0.

    References
    ----------
    Barber (2007), Phys. Rev. E 76, 066102, eq. 13, for each two layers.
    """

    resolution: float = 1.0

    def __post_init__(self) -> None:
        check_resolution(self.resolution)

    @property
    def name(self) -> str:
        """Name the method."""
        return "layered"

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed."""
        return {"resolution": float(self.resolution)}

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        BadParameter, EmptySelection
            Strengths are NaN, infinite or negative, or there are none.
        """
        check_strengths(graph)
        return clusters_of(_nodes(graph, self.resolution), generator(seed))


def layered_modularity(graph: NeuronGraph, labels: IntArray, resolution: float = 1.0) -> float:
    r"""Score a partition: strength inside clusters beyond chance, where chance joins only layers that are joined.

    With strengths A and their sum m, degrees k within each two layers b that are joined, and their strength m_b:
    Q = 1/m \sum_b \sum_{i,j \in b} (A_{ij} - resolution k_i^b k_j^b / m_b) [c_i = c_j], i of one, j of the other layer.
    Within one layer both i and j run over it, each counts half, and m_b is twice its strength.

    Parameters
    ----------
    labels
        Cluster of every neuron, from 0, shape (n_neurons,).
    resolution
        Factor of the chance term.

    Returns
    -------
    float
        Below 1; 0 if every cluster is made of whole layers. NaN where there is no strength at all.
    """
    parts, n_clusters = np.split(labels, graph.offsets[1:-1]), 1 + int(labels.max())
    beyond, total = 0.0, 0.0
    for part in _parts(graph):
        source, target = parts[part.source], parts[part.target]
        degrees_out = np.bincount(source, weights=part.strength.sum(axis=1), minlength=n_clusters)
        degrees_in = np.bincount(target, weights=part.strength.sum(axis=0), minlength=n_clusters)
        inside, whole = part.strength[source[:, None] == target].sum(), part.strength.sum()
        beyond += part.share * (inside - resolution * (degrees_out @ degrees_in) / whole)
        total += part.share * whole
    return float(beyond / total) if total > 0 else float("nan")


@dataclass(frozen=True, kw_only=True)
class _Part:
    """Strengths between two layers, or of one layer both ways, of which each counts half."""

    source: int
    target: int
    strength: FloatArray

    @property
    def share(self) -> float:
        return 0.5 if self.source == self.target else 1.0


def _parts(graph: NeuronGraph) -> Iterator[_Part]:
    """Give the strengths of each two layers that are joined."""
    blocks = ((block.source, block.target, block.strength) for block in graph.blocks)
    for (source, target), strength in without_direction(blocks).items():
        if strength.any():
            both = strength + strength.T if source == target else strength
            yield _Part(source=source, target=target, strength=both.astype(np.float64, copy=False))


def _nodes(graph: NeuronGraph, resolution: float) -> Nodes:
    """Say what chance expects between any two neurons: a term for each two layers, from both sides."""
    giving, taking = [], []
    for part in _parts(graph):
        out, into = np.zeros((2, graph.n_neurons))
        out[graph.offsets[part.source] : graph.offsets[part.source + 1]] = part.strength.sum(axis=1)
        into[graph.offsets[part.target] : graph.offsets[part.target + 1]] = part.strength.sum(axis=0)
        scale = resolution * part.share / part.strength.sum()
        giving += [scale * out, scale * into]
        taking += [into, out]
    return Nodes(
        strength=graph.adjacency,
        giving=np.column_stack(giving),
        taking=np.column_stack(taking),
        rounding=1e-12 * float(graph.degree.sum()),
    )
