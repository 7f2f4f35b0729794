"""Partition by Leiden's method, as igraph has it: the fastest there is."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import igraph
import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.igraphs import igraph_of
from atlas.errors import BadParameter, UnknownName
from atlas.records import IntArray, Parameter

_OBJECTIVES = {"modularity": "modularity", "cpm": "CPM"}  # as igraph calls them

# On 0.9 M weights one leaves up to 0.2 % of modularity, two 0.03 %; to go on until nothing is better takes two to three
# times as long (see benchmarks/leiden.py).
_ITERATIONS = 2

_generator_of_igraph = threading.Lock()  # it has one for the whole process


@dataclass(frozen=True)
class Leiden:
    """Find clusters with much strength inside and little between.

    Every weight counts by its strength, without direction. On a network of many layers the clusters are mostly bands of
    layers, for most strength is between neighbours: `Layered` allows for that.

    Parameters
    ----------
    objective
        `modularity`: strength inside clusters beyond what the degrees of neurons give by chance. `cpm`, the constant
        Potts model: strength inside clusters beyond `resolution` for every pair of their neurons.
    resolution
        Larger values give more, smaller clusters. For `cpm` it is a strength.

    Raises
    ------
    UnknownName
        The objective is neither.
    BadParameter
        The resolution is not above 0.

    References
    ----------
    Traag, Waltman and van Eck (2019), Sci. Rep. 9, 5233; Reichardt and Bornholdt (2006), Phys. Rev. E 74, 016110;
    Traag, Van Dooren and Nesterov (2011), Phys. Rev. E 84, 016114, eq. 5.
    """

    objective: str = "modularity"
    resolution: float = 1.0

    def __post_init__(self) -> None:
        if self.objective not in _OBJECTIVES:
            raise UnknownName("objective of Leiden's method", self.objective, _OBJECTIVES)
        check_resolution(self.resolution)

    @property
    def name(self) -> str:
        """Name the method."""
        return "leiden" if self.objective == "modularity" else self.objective

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed."""
        return {"resolution": float(self.resolution)}

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        BadParameter
            Strengths are NaN, infinite or negative.
        """
        pairs, strength = igraph_of(graph)
        unit = strength.mean()  # igraph draws by absolute gains: without this, partitions would depend on the unit
        with _seeded(seed):
            found = pairs.community_leiden(
                objective_function=_OBJECTIVES[self.objective],
                weights=(strength / unit).tolist(),
                resolution=self.resolution / (unit if self.objective == "cpm" else 1.0),
                n_iterations=_ITERATIONS,
            )
        return np.array(found.membership, dtype=np.int64)


def check_resolution(resolution: float) -> None:
    """Refuse a resolution at which no method finds clusters.

    Raises
    ------
    BadParameter
        It is not above 0, or infinite.
    """
    if not 0 < resolution < np.inf:
        raise BadParameter(f"The resolution is {resolution}. It must be above 0, and finite. Give 1.0 to begin with.")


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Let igraph draw from a generator of its own, then from Python's again, which is its default."""
    with _generator_of_igraph:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            yield
        finally:
            igraph.set_random_number_generator(random)
