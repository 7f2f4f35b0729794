"""Partition a graph by its normalised cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.eigenvectors import top_eigenvectors
from atlas.analysis.partition.isolated import check_strengths
from atlas.analysis.partition.laplacian import NormalisedStrengths
from atlas.analysis.seeds import generator
from atlas.analysis.threads import one_thread
from atlas.errors import AnalysisError, BadParameter
from atlas.records import FloatArray, IntArray, Parameter

_BEGIN, _K_MEANS = 1, 2  # streams of random numbers


@dataclass(frozen=True)
class NCut:
    """Find clusters with little strength cut, of each cluster's own: spectral clustering after Shi and Malik.

    The eigenvectors of the smallest eigenvalues of I - D^-1/2 A D^-1/2, rows divided by the square root of the degree,
    are grouped by k-means. Parts that nothing joins are told apart. Where fewer than k places differ, fewer clusters
    come back.

    Parameters
    ----------
    k
        Number of clusters, from 1 to the neurons of the graph.
    deflate
        Take the directions of depth out first, and use k - 1 eigenvectors: without that, deep networks fall into bands
        of layers. None: where weights join more than two layers, and no neurons of the same layer.
    n_init
        How often k-means begins; the best counts.

    Raises
    ------
    BadParameter
        `k` or `n_init` is below 1.

    References
    ----------
    Shi and Malik (2000), IEEE Trans. Pattern Anal. Mach. Intell. 22, 888-905, eq. 6; k and n_init: Filan et al. (2021),
    arXiv 2103.03386.
    """

    k: int
    deflate: bool | None = None
    n_init: int = 25

    def __post_init__(self) -> None:
        for name, number in (("k", self.k), ("n_init", self.n_init)):
            if number < 1:
                raise BadParameter(f"{name} is {number}. It must be 1 or more. Give the number of clusters as k.")

    @property
    def name(self) -> str:
        """Name the method."""
        return "n_cut"

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed."""
        return {"k": self.k, "deflate": self.deflate, "n_init": self.n_init}

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        BadParameter
            There are more clusters than neurons, strengths are NaN or negative, or the seed is.
        EmptySelection
            Nothing joins any two neurons.
        AnalysisError
            A neuron is joined to no other, the eigenvalues are too close to be told apart, or every layer has one
            neuron only, so that there is nothing but depth.
        """
        check_strengths(graph)
        _check_number("k", self.k, graph)
        if self.k == 1:
            return np.zeros(graph.n_neurons, dtype=np.int64)
        with one_thread():  # sums would depend on the number of threads
            rows = self._rows(graph, seed)
            number = int(generator(seed, _K_MEANS).integers(2**31))
            found = KMeans(self.k, n_init=self.n_init, random_state=number).fit(rows)
        return np.asarray(found.labels_, dtype=np.int64)

    def _rows(self, graph: NeuronGraph, seed: int) -> FloatArray:
        """Place the neurons by eigenvectors, shape (n_neurons, n_vectors)."""
        deflate = _is_layered(graph) if self.deflate is None else self.deflate
        n_vectors = self.k
        if deflate:
            n_vectors = min(self.k - 1, graph.n_neurons - int(np.count_nonzero(graph.sizes)))
            _check_width(n_vectors)
        matrix = NormalisedStrengths(graph, deflate=deflate)
        _, vectors = top_eigenvectors(matrix, n_vectors, draws=generator(seed, _BEGIN))
        return vectors * matrix.scale[:, None]


def n_cut_spectrum(graph: NeuronGraph, n: int, *, seed: int = 0) -> FloatArray:
    """Find the n smallest eigenvalues of the normalised Laplacian I - D^-1/2 A D^-1/2, from 0 to 2.

    The n-cut of n clusters is never below their sum; one is 0 for each part that nothing joins to the rest.

    Raises
    ------
    BadParameter, EmptySelection, AnalysisError
        `n` is below 1 or above the neurons, or the graph is none that `NCut` can partition.

    References
    ----------
    Chung (1997), Spectral Graph Theory, section 1.2; Ky Fan (1949), Proc. Natl. Acad. Sci. 35, 652-655.
    """
    check_strengths(graph)
    _check_number("n", n, graph)
    with one_thread():
        values, _ = top_eigenvectors(NormalisedStrengths(graph), n, draws=generator(seed, _BEGIN))
    return 1.0 - values


def _is_layered(graph: NeuronGraph) -> bool:
    """Tell whether weights join more than two layers, and none within itself."""
    within = any(block.source == block.target for block in graph.blocks)
    return graph.kind == "weights" and int(np.count_nonzero(graph.sizes)) > 2 and not within


def _check_number(name: str, number: int, graph: NeuronGraph) -> None:
    if not 1 <= number <= graph.n_neurons:
        raise BadParameter(
            f"{name} is {number}, and there are {graph.n_neurons} neurons that are joined to others. "
            f"There cannot be more clusters than neurons, nor fewer than 1. Give {name} between the two."
        )


def _check_width(n_vectors: int) -> None:
    if n_vectors < 1:
        raise AnalysisError(
            "Every layer has one neuron only. Without the directions of depth there is nothing left to divide by. "
            "Pass deflate=False, or choose wider layers."
        )
