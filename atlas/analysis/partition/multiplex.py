"""Partition weights and activations together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import igraph
import leidenalg
import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.igraphs import igraph_of
from atlas.analysis.partition.leiden import check_resolution
from atlas.errors import BadParameter, EmptySelection
from atlas.records import IntArray, Parameter


@dataclass(frozen=True)
class Multiplex:
    """Find clusters that are both wired together and active together, by leidenalg, until nothing is better.

    What is made large is the modularity of the graph of weights plus `weight_of_activations` times that of the graph of
    activations beside it, over the same clusters. Modularity is a share of each graph's own total strength: neither the
    unit of strengths nor the number of pairs lets one kind outweigh the other. A neuron that only one of the graphs
    joins to others goes by that one.

    Parameters
    ----------
    weight_of_activations
        0: weights only.
    resolution
        Of both; larger values give more, smaller clusters.

    Raises
    ------
    BadParameter
        The weight is negative or infinite, or the resolution is not above 0.

    References
    ----------
    Mucha et al. (2010), Science 328, 876-878; Traag, Waltman and van Eck (2019), Sci. Rep. 9, 5233.
    """

    weight_of_activations: float = 1.0
    resolution: float = 1.0

    def __post_init__(self) -> None:
        check_resolution(self.resolution)
        if not 0 <= self.weight_of_activations < np.inf:
            raise BadParameter(
                f"The weight of activations is {self.weight_of_activations}. It cannot be negative or infinite. "
                "Give 1.0 for as much as weights have."
            )

    @property
    def name(self) -> str:
        """Name the method."""
        return "multiplex"

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters but the seed."""
        return {
            "weight_of_activations": float(self.weight_of_activations),
            "resolution": float(self.resolution),
        }

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:
        """Give the cluster of every neuron, shape (n_neurons,).

        Raises
        ------
        EmptySelection
            There is no graph of activations beside that of weights, or one of them has no strengths.
        BadParameter
            Strengths are NaN, infinite or negative.
        """
        if graph.beside is None:
            raise EmptySelection(
                "There is no graph of activations. Multiplex clusters go by weights and activations of the same "
                "neurons. Give both, or choose a method for one graph."
            )
        membership, _ = leidenalg.find_partition_multiplex(
            [_scaled(graph), _scaled(graph.beside)],
            leidenalg.RBConfigurationVertexPartition,
            layer_weights=[1.0, float(self.weight_of_activations)],
            n_iterations=-1,
            seed=seed,
            weights="strength",
            resolution_parameter=float(self.resolution),
        )
        return np.array(membership, dtype=np.int64)


def _scaled(graph: NeuronGraph) -> igraph.Graph:
    """Bring the total strength to the number of neurons.

    leidenalg adds qualities that are not divided by the total; divided by twice the number, they are modularities.
    """
    pairs, strength = igraph_of(graph)
    if not strength.any():
        raise EmptySelection(
            f"There are no {graph.kind} among the layers {', '.join(graph.layers)}. Multiplex clusters go by weights "
            "and activations. Choose other layers, or a method for one graph."
        )
    pairs.es["strength"] = (strength * (graph.n_neurons / strength.sum())).tolist()
    return pairs
