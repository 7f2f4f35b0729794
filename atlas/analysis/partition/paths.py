"""Which share of all paths from input to output runs through every neuron."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.records import FloatArray

_Edges = Sequence[tuple[int, int, FloatArray]]  # place of the source, of the target, strengths


def path_share(graph: NeuronGraph) -> FloatArray:
    """Give the share of all paths from the first layer to the last that runs through every neuron.

    A path counts by the product of its strengths, and can skip layers. One pass forward over the blocks and one back.

    Returns
    -------
    FloatArray
        Shape (n_neurons,), from 0 to 1; over a layer that every path crosses it sums to 1. NaN where there is no path,
        where strengths have no direction (activations), and where a block leads back or stays in its layer.

    Examples
    --------
    >>> from atlas.analysis.graph import GraphBlock
    >>> first = GraphBlock(source=0, target=1, strength=np.array([[1.0, 3.0]]))
    >>> second = GraphBlock(source=1, target=2, strength=np.array([[1.0], [1.0]]))
    >>> path_share(NeuronGraph(layers=("a", "b", "c"), sizes=(1, 2, 1), blocks=(first, second))).tolist()
    [1.0, 0.25, 0.75, 1.0]
    """
    forward = all(block.source < block.target for block in graph.blocks)
    if graph.kind != "weights" or not graph.blocks or not forward:
        return np.full(graph.n_neurons, np.nan)
    last = len(graph.sizes) - 1
    blocks = [(block.source, block.target, block.strength) for block in graph.blocks]
    turned = [(last - target, last - source, strength.T) for source, target, strength in blocks]
    arriving, arriving_scale = _paths(graph.sizes, blocks)
    leaving, leaving_scale = (part[::-1] for part in _paths(graph.sizes[::-1], turned))
    total = arriving[last].sum()
    if total == 0:
        return np.full(graph.n_neurons, np.nan)
    scale = np.exp2(arriving_scale + leaving_scale - arriving_scale[last])
    through = [into * out * factor for into, out, factor in zip(arriving, leaving, scale, strict=True)]
    return np.asarray(np.concatenate(through) / total, dtype=np.float64)


def _paths(sizes: Sequence[int], blocks: _Edges) -> tuple[list[FloatArray], FloatArray]:
    """Sum the paths from the first layer to every neuron: numbers, and for each layer a power of two they stand for.

    Deep networks have more paths than a floating-point number holds.
    """
    paths: list[FloatArray] = [np.zeros(size) for size in sizes]
    scale: FloatArray = np.full(len(sizes), -np.inf)
    paths[0], scale[0] = np.ones(sizes[0]), 0.0
    for layer in range(1, len(sizes)):
        parts = [(source, strength) for source, target, strength in blocks if target == layer]
        top = max((scale[source] for source, _ in parts), default=-np.inf)
        if np.isinf(top):
            continue
        for source, strength in parts:
            paths[layer] += np.exp2(scale[source] - top) * np.einsum("i,ij->j", paths[source], strength)
        most = paths[layer].max(initial=0.0)
        if most > 0:
            power = np.frexp(most)[1]
            paths[layer] = np.ldexp(paths[layer], -power)
            scale[layer] = top + power
    return paths, scale
