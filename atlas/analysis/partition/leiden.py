"""Partition a network by Leiden's method."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import igraph
import numpy as np
from scipy import sparse
from sklearn.metrics import adjusted_mutual_info_score

from atlas.analysis.graph import WeightGraph
from atlas.analysis.partition import quality
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import against_null
from atlas.errors import BadParameter, EmptySelection
from atlas.progress import Progress, silent
from atlas.records import IntArray
from atlas.results import PartitionResult


def leiden(
    graph: WeightGraph,
    *,
    resolution: float = 1.0,
    seed: int = 0,
    n_null: int = 20,
    n_seeds: int = 10,
    layers: Sequence[str] | None = None,
    progress: Progress = silent,
) -> PartitionResult:
    """Find clusters with much strength inside and little between, by Leiden's method on modularity.

    Every weight counts by its strength, without direction. The method runs until it finds nothing better.
    A neuron without any strength is a cluster of its own.

    Parameters
    ----------
    graph
        Strengths between neurons.
    resolution
        Larger values give more, smaller clusters.
    seed
        Of the method and of the null; the other seeds tried are the `n_seeds` that follow it.
    n_null
        How often the method is run on shuffled weights (every block's strengths permuted within the block).
    n_seeds
        How many other seeds tell how firmly neurons stay with their cluster mates.
    layers
        Names of the layers to partition; None for all.

    Raises
    ------
    EmptySelection
        There are no weights among the chosen layers.

    References
    ----------
    Traag, Waltman and van Eck (2019), Sci. Rep. 9, 5233. The null is `layer` of Filan et al. (2021), arXiv 2103.03386.
    """
    check_parameters(resolution=resolution, n_null=n_null, n_seeds=n_seeds)
    chosen = graph if layers is None else graph.select(layers)
    if chosen.adjacency.nnz == 0:
        raise EmptySelection(
            f"There are no weights among the layers {', '.join(chosen.layers) or '(none)'}. "
            "A partition needs layers that feed each other. Choose neighbouring layers."
        )
    clustering = _Clustering(resolution, progress, total=1 + n_null + n_seeds)
    labels = clustering.labels(chosen.adjacency, seed)
    null = [clustering.best_modularity(_shuffled(chosen, generator(seed, draw)), seed) for draw in range(n_null)]
    others = [clustering.labels(chosen.adjacency, seed + 1 + extra) for extra in range(n_seeds)]
    score = quality.modularity(chosen.adjacency, labels, resolution=resolution)
    beside = against_null(score, np.array(null))
    return PartitionResult(
        method="leiden",
        layers=chosen.layers,
        sizes=chosen.sizes,
        labels=labels,
        modularity=score,
        null_mean=float(beside.mean),
        null_sd=float(beside.sd),
        z=float(beside.z),
        p=float(beside.p),
        layer_agreement=float(adjusted_mutual_info_score(chosen.layer_numbers, labels)),
        n_cut=quality.n_cut(chosen.adjacency, labels),
        internal_share=quality.internal_share(chosen.adjacency, labels),
        participation=quality.participation(chosen.adjacency, labels),
        agreement_across_seeds=quality.mates_kept(labels, others),
        params={
            "method": "leiden",
            "resolution": resolution,
            "seed": seed,
            "n_null": n_null,
            "n_seeds": n_seeds,
            "layers": ",".join(chosen.layers),
        },
    )


def check_parameters(*, resolution: float, n_null: int, n_seeds: int) -> None:
    """Refuse what `leiden` cannot work with on any graph.

    Raises
    ------
    BadParameter
        The resolution is not above 0, or a number is negative.
    """
    if not resolution > 0:
        raise BadParameter(f"The resolution is {resolution}. It must be above 0. Give 1.0 for plain modularity.")
    check_draws(n_null=n_null, n_seeds=n_seeds)


class _Clustering:
    """Leiden's method at one resolution; a graph with the same pairs as the last one is not built again."""

    def __init__(self, resolution: float, progress: Progress, *, total: int) -> None:
        self._resolution, self._progress, self._total = resolution, progress, total
        self._done = 0
        self._pairs = np.empty((0, 2), dtype=np.int64)
        self._graph = igraph.Graph()

    def labels(self, adjacency: sparse.csr_array, seed: int) -> IntArray:
        """Cluster the neurons; 0 is the largest cluster, equal ones in order of their first neuron."""
        upper = sparse.triu(adjacency, k=1, format="coo")
        pairs = np.column_stack([upper.row, upper.col])
        if not np.array_equal(pairs, self._pairs):
            self._pairs = pairs
            self._graph = igraph.Graph(adjacency.shape[0], zip(upper.row.tolist(), upper.col.tolist(), strict=True))
        with _seeded(seed):
            found = self._graph.community_leiden(
                objective_function="modularity",
                weights=upper.data.tolist(),
                resolution=self._resolution,
                n_iterations=-1,
            )
        self._done += 1
        self._progress("partition", self._done, self._total)
        return numbered_by_size(np.array(found.membership, dtype=np.int64))

    def best_modularity(self, adjacency: sparse.csr_array, seed: int) -> float:
        """Give the modularity of the partition found."""
        return quality.modularity(adjacency, self.labels(adjacency, seed), resolution=self._resolution)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let igraph draw from a generator of its own, then from Python's again, which is its default."""
    igraph.set_random_number_generator(random.Random(seed))
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)


def _shuffled(graph: WeightGraph, draws: np.random.Generator) -> sparse.csr_array:
    """Permute the strengths of every block within the block."""
    blocks = tuple(
        replace(block, strength=draws.permutation(block.strength.ravel()).reshape(block.strength.shape))
        for block in graph.blocks
    )
    return replace(graph, blocks=blocks).adjacency
