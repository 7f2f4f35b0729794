"""By how much weights into hidden neurons can be divided, and weights out of them multiplied, without any effect."""

from __future__ import annotations

import numpy as np

from atlas.analysis.graph.blocks import NeuronGraph
from atlas.errors import BadParameter
from atlas.records import FloatArray, LayerRecord, NetworkRecord

HOMOGENEOUS = ("identity", "relu", "leaky_relu")  # f(a x) = a f(x) for every a > 0
_KINDS = ("linear", "convolution", "embedding")  # that put out a multiple when their weights are multiplied


def incoming_norms(graph: NeuronGraph, record: NetworkRecord) -> list[FloatArray]:
    """Give the L2 norm of every hidden neuron's incoming strengths, those of the layers before it being rescaled.

    Parameters
    ----------
    graph
        All layers of the network.
    record
        Says what they are. What it does not tell is not seen: a norm of a layer's neurons after their nonlinearity.

    Returns
    -------
    list[FloatArray]
        For every layer shape (n_neurons,); 1 for input, output and neurons without incoming strengths.

    Raises
    ------
    BadParameter
        A layer stands in the way: another nonlinearity, weights within a layer or backward, attention, a part that is
        not understood, or several layers that feed one. Of those the record does not tell whether weights are shared,
        as behind a residual sum, where dividing them is no symmetry.
    """
    layers = sorted(record.layers, key=lambda layer: layer.number)
    norms: list[FloatArray] = [np.ones(size) for size in graph.sizes]
    for place, layer in enumerate(layers):
        feeding = [block for block in graph.blocks if block.target == place]
        hindrance = _hindrance(layer, [layers[block.source] for block in feeding], hidden=0 < place < len(layers) - 1)
        if hindrance:
            raise BadParameter(
                f"Layer {layer.name!r} of {record.key!r} stands in the way of rescaling: {hindrance}. Rescaling needs "
                f"a chain of layers with {', '.join(HOMOGENEOUS)}, else it would change the network. Do not rescale."
            )
        if feeding and 0 < place < len(layers) - 1:
            (block,) = feeding
            own = np.linalg.norm(norms[block.source][:, None] * block.strength, axis=0)
            norms[place] = np.where(own > 0, own, 1.0)
    return norms


def _hindrance(layer: LayerRecord, feeding: list[LayerRecord], *, hidden: bool) -> str | None:
    """Say why a layer cannot be rescaled, or cannot take in from layers that are."""
    if any(source.number >= layer.number for source in feeding):
        return "weights go to the layer itself or backward"
    if len(feeding) > 1:
        return f"it takes in from {' and '.join(repr(source.name) for source in feeding)}"
    if layer.kind in ("sum", "opaque") or (hidden and layer.kind not in _KINDS):
        return f"it is of kind {layer.kind!r}"
    if hidden and layer.activation.partition("(")[0] not in HOMOGENEOUS:
        return f"its nonlinearity is {layer.activation!r}"
    return None
