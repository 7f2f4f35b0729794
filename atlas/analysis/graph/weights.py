"""Graphs of neurons joined by their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from atlas.analysis.graph.blocks import NeuronGraph
from atlas.analysis.graph.rescaling import incoming_norms
from atlas.analysis.graph.trials import finite_activations, never_vary
from atlas.errors import BadParameter, DataMismatch, NonFiniteWeights, UnknownName
from atlas.keys import layer_names, neuron_key
from atlas.records import FloatArray, MaskedForward, NetworkRecord

SPREADS = ("ignore", "drop_constant", "weight")


def weight_graph(
    record: NetworkRecord,
    *,
    layers: Sequence[str] | None = None,
    rescale: bool = False,
    spread: str = "ignore",
    forward: MaskedForward | None = None,
) -> NeuronGraph:
    """Join neurons by the strengths of the weights that are kept.

    Parameters
    ----------
    record
        The network; a strength is the magnitude of a weight, or the norm of a kernel (`record.norm`).
    layers
        Names of the layers; None for all, input and output included.
    rescale
        Bring the incoming strengths of every hidden neuron to L2 norm 1 and multiply its outgoing ones by what they
        were divided by, layer after layer from the input. A ReLU network computes the same when weights into a neuron
        are multiplied and weights out of it divided by one number: then its graph is the same, too. A neuron without
        incoming strengths is left as it is, whatever its bias. Norms behind a nonlinearity are not seen.
    spread
        `ignore`; `drop_constant`: an input neuron whose activation never varies has strength 0 with all others;
        `weight`: every strength is multiplied by the standard deviation of its source's activation (of the rescaled
        network, with `rescale`).
    forward
        The network on its trials, for a `spread` that is not `ignore`.

    Raises
    ------
    UnknownName
        No such layer or spread.
    BadParameter
        `forward` is missing; a strength is negative; or the network cannot be rescaled: a hidden layer with another
        nonlinearity than relu, leaky_relu or none, recurrent weights, or a layer that takes in from two.
    NonFiniteWeights
        A strength is NaN or infinite.
    NonFiniteActivations
        An activation is NaN or infinite.
    DataMismatch
        `forward` is another network.

    References
    ----------
    Filan et al. (2021), arXiv 2103.03386. Scaling symmetry: Neyshabur et al. (2015), arXiv 1506.02617.
    """
    if spread not in SPREADS:
        raise UnknownName("spread", spread, SPREADS)
    named = layer_names(layers)
    graph = NeuronGraph.from_record(record)
    _check_strengths(graph, record.key)
    if spread == "drop_constant":
        varies = ~never_vary(_activations(graph, 0, record.key, forward))
        graph = _scaled(graph, [varies.astype(np.float64), *_ones(graph)[1:]], _ones(graph))
    norms = incoming_norms(graph, record) if rescale else _ones(graph)
    if spread == "weight":
        graph = _scaled(graph, _deviations(graph, record.key, forward), norms)
    elif rescale:
        graph = _scaled(graph, norms, norms)
    return graph if named is None else graph.select(named)


def _scaled(graph: NeuronGraph, out: Sequence[FloatArray], into: Sequence[FloatArray]) -> NeuronGraph:
    """Multiply strengths by a factor of their source and divide by one of their target."""
    return replace(
        graph,
        blocks=tuple(
            replace(block, strength=block.strength * out[block.source][:, None] / into[block.target])
            for block in graph.blocks
        ),
    )


def _ones(graph: NeuronGraph) -> list[FloatArray]:
    return [np.ones(size) for size in graph.sizes]


def _deviations(graph: NeuronGraph, network: str, forward: MaskedForward | None) -> list[FloatArray]:
    """Give the standard deviation of every neuron's activation, 0 where it never varies; 1 in layers that feed none."""
    found = _ones(graph)
    for place in {block.source for block in graph.blocks}:
        activations = _activations(graph, place, network, forward)
        found[place] = np.where(never_vary(activations), 0.0, activations.std(axis=0, dtype=np.float64))
    return found


def _activations(graph: NeuronGraph, place: int, network: str, forward: MaskedForward | None) -> FloatArray:
    """Give the activations of a layer of the graph."""
    if forward is None:
        raise BadParameter(
            f"How much the activations of {network!r} vary is not known without running it. A spread that is not "
            "'ignore' needs `forward`. Give the network on its trials."
        )
    activations = finite_activations(forward, graph.layers[place])
    if activations.shape[1] != graph.sizes[place]:
        raise DataMismatch(
            f"Layer {graph.layers[place]!r} of {network!r} has {graph.sizes[place]} neurons, in the network that was "
            f"run {activations.shape[1]}. Both must be the same network. Run the one that the weights are of."
        )
    return activations


def _check_strengths(graph: NeuronGraph, network: str) -> None:
    """Refuse strengths that are no magnitudes."""
    for block in graph.blocks:
        bad = ~(np.isfinite(block.strength) & (block.strength >= 0))
        if bad.any():
            i, j = np.argwhere(bad)[0]
            source = neuron_key(network, graph.layers[block.source], i)
            target = neuron_key(network, graph.layers[block.target], j)
            found = block.strength[i, j]
            what = f"The strength of the weight from {source!r} to {target!r} is {found}."
            if not np.isfinite(found):
                raise NonFiniteWeights(f"{what} It must be a finite number. Take another checkpoint.")
            raise BadParameter(f"{what} A strength is a magnitude. Give the absolute value.")
