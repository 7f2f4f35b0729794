"""Graphs of neurons as igraph takes them."""

from __future__ import annotations

import igraph
import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.isolated import check_strengths
from atlas.records import FloatArray


def igraph_of(graph: NeuronGraph) -> tuple[igraph.Graph, FloatArray]:
    """Join neurons without direction; strengths stand beside, in the order of the graph's edges.

    Raises
    ------
    BadParameter
        Strengths are NaN, infinite or negative.
    """
    first, second, strength = graph.edges
    if not ((strength >= 0) & (strength < np.inf)).all():
        check_strengths(graph)  # says which
    number = np.arange(graph.n_neurons).astype(object)  # one Python integer for each neuron, not two for each pair
    # igraph reads pairs of Python integers several times as fast as an array
    return igraph.Graph(graph.n_neurons, zip(number[first].tolist(), number[second].tolist(), strict=True)), strength
