"""From which inputs the paths to every neuron come, and at which outputs the paths from it end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.threads import one_thread
from atlas.records import FloatArray

_Edges = Sequence[tuple[int, int, FloatArray]]  # place of the source, of the target, strengths


def connectivity(graph: NeuronGraph) -> FloatArray:
    """Give the share of every neuron's paths that begin at each input, and that end at each output.

    A walk goes back from the neuron to the first layer, and another on to the last; at every neuron it takes one of the
    connections in proportion to their strength, those that skip layers too. So a common factor of all weights, or of
    those between two neighbouring layers of a chain, changes nothing; one that goes into a neuron and out again does
    (`rescale` of `weight_graph` takes it away). It costs one product of matrices a block and direction.

    Returns
    -------
    FloatArray
        Shape (n_neurons, n_inputs + n_outputs), from 0 to 1. Each half of a row sums to 1, or to the share of the walks
        that arrive: a walk ends at a neuron that nothing leads on from. An input begins at itself, an output ends at
        itself. NaN where paths have no direction (`leads_forward`).

    Examples
    --------
    >>> from atlas.analysis.graph import GraphBlock
    >>> block = GraphBlock(source=0, target=1, strength=np.array([[1.0], [3.0]]))
    >>> connectivity(NeuronGraph(layers=("a", "b"), sizes=(2, 1), blocks=(block,))).tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.25, 0.75, 1.0]]
    """
    if not leads_forward(graph):
        return np.full((graph.n_neurons, graph.sizes[0] + graph.sizes[-1]), np.nan)
    last = len(graph.sizes) - 1
    blocks = [(block.source, block.target, block.strength) for block in graph.blocks]
    turned = [(last - target, last - source, strength.T) for source, target, strength in blocks]
    with one_thread():  # sums would depend on the number of threads
        begins = _ends(graph.sizes[::-1], turned)[::-1]
        ends = _ends(graph.sizes, blocks)
    return np.concatenate([np.concatenate(begins), np.concatenate(ends)], axis=1)


def leads_forward(graph: NeuronGraph) -> bool:
    """See whether all strengths lead on to a later layer; those of activations have no direction."""
    return graph.kind == "weights" and all(block.source < block.target for block in graph.blocks)


def _ends(sizes: Sequence[int], blocks: _Edges) -> list[FloatArray]:
    """Give the share of the walks from every neuron that end at each neuron of the last layer, layer by layer."""
    ends: list[FloatArray] = [np.zeros((size, sizes[-1])) for size in sizes]
    ends[-1] = np.eye(sizes[-1])
    for layer in reversed(range(len(sizes) - 1)):
        total = np.zeros((sizes[layer], 1))
        for _, target, strength in (block for block in blocks if block[0] == layer):
            ends[layer] += strength @ ends[target]
            total += strength.sum(axis=1, dtype=np.float64, keepdims=True)
        np.divide(ends[layer], total, out=ends[layer], where=total > 0)
    return ends
