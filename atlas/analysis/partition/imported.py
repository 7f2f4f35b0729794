"""Partitions that come from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.errors import BadParameter, EmptySelection, IncompletePartition, ShapeError, UnknownName
from atlas.records import BoolArray, IntArray, Parameter


@dataclass(frozen=True, eq=False)
class Imported:
    """A partition from outside as a method, so that it is scored as any other: it gives the labels it was given.

    No seed changes them, so `partition` leaves their stability undefined; and where it runs the method anew on shuffled
    strengths, the same clusters are scored.
    """

    assigned: IntArray  # cluster of every neuron of the graph, shape (n_neurons,)

    @property
    def name(self) -> str:
        """Name the method."""
        return "imported"

    @property
    def params(self) -> Mapping[str, Parameter]:
        """List its parameters: none."""
        return {}

    def labels(self, graph: NeuronGraph, seed: int) -> IntArray:  # noqa: ARG002 - nothing is drawn
        """Give the labels.

        Raises
        ------
        ShapeError
            They are of other neurons than the graph's.
        """
        if len(self.assigned) != graph.n_neurons:
            raise ShapeError(
                f"The imported partition has {len(self.assigned)} labels, the graph {graph.n_neurons} neurons. "
                "Give one label for every neuron of the chosen layers."
            )
        return self.assigned

    def restrict(self, kept: BoolArray) -> Imported:
        """Keep the labels of some neurons, shape (n_neurons,)."""
        return replace(self, assigned=self.assigned[kept])


def imported_labels(
    rows: Sequence[tuple[str, int, str | int]], sizes: Mapping[str, int]
) -> tuple[tuple[str, ...], IntArray]:
    """Turn a table of neurons and their clusters into labels.

    Parameters
    ----------
    rows
        Layer, number within it, and cluster of every neuron, in any order. Clusters are named by any text or number.
    sizes
        Neurons of every layer of the network, from the input.

    Returns
    -------
    tuple
        The layers that rows name, in the order of the network; and the cluster of each of their neurons, layer after
        layer, numbered in order of first appearance.

    Raises
    ------
    EmptySelection
        There are no rows.
    UnknownName, BadParameter
        A layer or a neuron is not in the network, or a neuron is named twice.
    IncompletePartition
        Neurons of a layer that is named are left out.

    Examples
    --------
    >>> imported_labels([("out", 0, "left"), ("hidden", 1, "right"), ("hidden", 0, "left")], {"hidden": 2, "out": 1})
    (('hidden', 'out'), array([0, 1, 0]))
    """
    if len(rows) == 0:
        raise EmptySelection("The partition has no rows. Give layer, number and cluster of every neuron.")
    for layer, number, _ in rows:
        _check_neuron(layer, number, sizes)
    neurons = Counter((layer, int(number)) for layer, number, _ in rows)
    (layer, number), times = neurons.most_common(1)[0]
    if times > 1:
        raise BadParameter(
            f"Neuron '{layer}/{number}' is named {times} times. A neuron is in one cluster. Name it once."
        )
    named = {layer for layer, _ in neurons}
    layers = tuple(layer for layer in sizes if layer in named)
    wanted = [(layer, number) for layer in layers for number in range(sizes[layer])]
    missing = [f"{layer}/{number}" for layer, number in wanted if (layer, number) not in neurons]
    if missing:
        raise IncompletePartition(missing)
    cluster_of = {(layer, int(number)): str(cluster) for layer, number, cluster in rows}
    clusters = [cluster_of[neuron] for neuron in wanted]
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    return layers, np.array([numbers[cluster] for cluster in clusters], dtype=np.int64)


def _check_neuron(layer: str, number: int, sizes: Mapping[str, int]) -> None:
    if layer not in sizes:
        raise UnknownName("layer", layer, sizes)
    if number not in range(sizes[layer]):
        raise BadParameter(
            f"There is no neuron '{layer}/{number}'. Layer {layer!r} has {sizes[layer]} neurons, numbered from 0. "
            "Correct its number, or leave it out."
        )
