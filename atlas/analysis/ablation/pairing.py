"""Which pairs of neurons a sweep ablates: all of some layers, or those that are named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.ablation.selecting import Neuron, hidden_neurons, keys_of, neurons_named
from atlas.errors import BadParameter, EmptySelection
from atlas.records import IntArray, MaskedForward

Pairing = tuple[tuple[Neuron, ...], IntArray]  # neurons, and the places of each pair among them, shape (n_pairs, 2)


def count_pairs(network: MaskedForward, layers: Sequence[str] | None = None) -> int:
    """Count the pairs of the neurons of hidden layers (None: of all)."""
    n_neurons = len(hidden_neurons(network, layers))
    return n_neurons * (n_neurons - 1) // 2


def pairs_of_layers(network: MaskedForward, layers: Sequence[str] | None) -> Pairing:
    """Pair the neurons of layers, each with all after it."""
    neurons = hidden_neurons(network, layers)
    if len(neurons) < 2:
        raise EmptySelection(f"There is one neuron in {neurons[0][0]!r}. A pair needs two. Choose more layers.")
    return neurons, np.column_stack(np.triu_indices(len(neurons), k=1))


def pairs_listed(network: MaskedForward, pairs: Sequence[tuple[str, str]]) -> Pairing:
    """Put the neurons of listed pairs in order, and the pairs by their places among them."""
    if len(pairs) == 0:
        raise EmptySelection("There are no pairs to ablate. Name two neurons for each, or leave `pairs` out for all.")
    for pair in pairs:
        if len(set(pair)) != 2 or len(pair) != 2:
            raise BadParameter(f"{tuple(pair)!r} is no pair. A pair has two different neurons. Name two keys for each.")
    named = [neurons_named(network, pair) for pair in pairs]
    neurons = tuple(sorted({n for pair in named for n in pair}, key=lambda n: (network.layers.index(n[0]), n[1])))
    at = {neuron: place for place, neuron in enumerate(neurons)}
    places = np.array([sorted(at[neuron] for neuron in pair) for pair in named])
    in_order, times = np.unique(places, axis=0, return_counts=True)
    if times.max() > 1:
        first, second = keys_of(network, [neurons[place] for place in in_order[times.argmax()]])
        raise BadParameter(f"The pair of {first!r} and {second!r} is named twice. Name every pair once, in any order.")
    return neurons, in_order
