"""Neurons that nothing joins to any other: told before a graph is partitioned, and set apart afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.analysis.graph import NeuronGraph
from atlas.errors import BadParameter, EmptySelection
from atlas.records import BoolArray, FloatArray
from atlas.results import ISOLATED, ClusterScores, Links, NeuronScores, PartitionResult, Scored


def check_strengths(graph: NeuronGraph) -> None:
    """Refuse strengths by which clusters cannot be found.

    Raises
    ------
    BadParameter
        Some are NaN, infinite or negative.
    EmptySelection
        There are none but 0.
    """
    for block in graph.blocks:
        between = f"{graph.layers[block.source]!r} to {graph.layers[block.target]!r}"
        if not np.isfinite(block.strength).all():
            raise BadParameter(
                f"The strengths from {between} hold NaN or infinite values. Clusters are found by finite strengths. "
                "Check the network."
            )
        if (block.strength < 0).any():
            raise BadParameter(
                f"The strengths from {between} hold negative values. Clusters are found by magnitudes. "
                "Take their absolute values."
            )
    if not is_joined(graph).any():
        layers = ", ".join(graph.layers) or "(none)"
        if graph.kind == "activations":
            raise EmptySelection(f"No two neurons of the layers {layers} are active together. Give other trials.")
        raise EmptySelection(
            f"There are no weights among the layers {layers}. "
            "A partition needs layers that feed each other. Choose neighbouring layers."
        )
    if graph.beside is not None:
        check_strengths(graph.beside)


def is_joined(graph: NeuronGraph) -> BoolArray:
    """Tell the neurons that are joined to another, in the graph or in the one beside it, shape (n_neurons,)."""
    joined: BoolArray = graph.degree > 0
    return joined if graph.beside is None else joined | (graph.beside.degree > 0)


def with_isolated(result: PartitionResult, joined: BoolArray, sizes: tuple[int, ...]) -> PartitionResult:
    """Add to a partition of joined neurons one last cluster of all others, whose scores are undefined.

    Parameters
    ----------
    joined
        Which neurons the partition has, shape (n_neurons,).
    sizes
        Neurons of every layer, with those to add.
    """
    if joined.all():
        return result
    labels = np.full(len(joined), result.n_clusters, dtype=np.int64)
    labels[joined] = result.labels
    return replace(
        result,
        sizes=sizes,
        labels=labels,
        set_apart=(*result.set_apart, ISOLATED),
        clusters=ClusterScores(**{name: _longer(scored) for name, scored in vars(result.clusters).items()}),
        neurons=_spread(result.neurons, joined),
        links=None if result.links is None else _wider(result.links),
    )


def _spread(scores: NeuronScores, joined: BoolArray) -> NeuronScores:
    role = np.full(len(joined), None, dtype=object)
    role[joined] = scores.role
    numbers = {name: values for name, values in vars(scores).items() if name != "role"}
    return NeuronScores(**{name: _placed(values, joined) for name, values in numbers.items()}, role=tuple(role))


def _placed(values: FloatArray, joined: BoolArray) -> FloatArray:
    placed = np.full(len(joined), np.nan)
    placed[joined] = values
    return placed


def _longer(scored: Scored) -> Scored:
    return Scored(**{name: np.append(values, np.nan) for name, values in vars(scored).items()})


def _wider(links: Links) -> Links:
    """Add a cluster that nothing could be joined to."""
    strength = {name: _padded(values, np.nan) for name, values in vars(links.strength).items() if name != "value"}
    return Links(
        n_weights=_padded(links.n_weights, 0),
        n_possible=_padded(links.n_possible, 0),
        strength=Scored(value=_padded(links.strength.value, 0.0), **strength),
        q=_padded(links.q, np.nan),
    )


def _padded(table: NDArray[Any], value: float) -> NDArray[Any]:
    """Add a last row and a last column of one value."""
    return np.pad(table, (0, 1), constant_values=value)
