"""Which neurons a sweep ablates: those of hidden layers, chosen by layer or by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.keys import neuron_key
from atlas.records import IntArray, MaskedForward

Neuron = tuple[str, int]  # layer and number


def hidden_neurons(network: MaskedForward, layers: Sequence[str] | None = None) -> tuple[Neuron, ...]:
    """List the neurons of hidden layers (None: of all), layer after layer from the input.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        There is no such layer; it is the input or the output; there is none at all.
    """
    for layer in layers or ():
        _check_hidden(network, layer)
    chosen = [layer for layer in network.hidden if layers is None or layer in layers]
    if not chosen:
        raise EmptySelection(f"No layer of {network.network!r} is left to ablate. Choose one or more hidden layers.")
    return tuple((layer, number) for layer in chosen for number in range(network.activations(layer).shape[1]))


def neurons_named(network: MaskedForward, keys: Sequence[str]) -> tuple[Neuron, ...]:
    """Find neurons by their keys, in the order given.

    Raises
    ------
    UnknownName, BadParameter
        There is no such neuron; it is of the input or the output, which cannot be ablated.
    """
    return tuple(_named(network, key) for key in keys)


def keys_of(network: MaskedForward, neurons: Sequence[Neuron]) -> tuple[str, ...]:
    """Name neurons by their keys."""
    return tuple(neuron_key(network.network, layer, number) for layer, number in neurons)


def members_of(neurons: Sequence[Neuron]) -> Mapping[str, IntArray]:
    """Group neurons by layer, the numbers of each in order."""
    layers = dict.fromkeys(layer for layer, _ in neurons)
    return {layer: np.array(sorted(number for of, number in neurons if of == layer)) for layer in layers}


def each_alone(network: MaskedForward, neurons: Sequence[Neuron]) -> dict[str, Mapping[str, IntArray]]:
    """Take each neuron as a set of its own, by its key."""
    return {key: members_of([neuron]) for key, neuron in zip(keys_of(network, neurons), neurons, strict=True)}


def _named(network: MaskedForward, key: str) -> Neuron:
    start, _, number = key.rpartition("/")
    layer = start.removeprefix(f"{network.network}/")
    if layer in (network.layers[0], network.layers[-1]):
        _check_hidden(network, layer)
    known = layer in network.hidden and number in map(str, range(network.activations(layer).shape[1]))
    if not known or key != neuron_key(network.network, layer, int(number)):
        raise UnknownName("neuron", key, keys_of(network, hidden_neurons(network)))
    return layer, int(number)


def _check_hidden(network: MaskedForward, layer: str) -> None:
    if layer not in network.layers:
        raise UnknownName("layer", layer, network.layers)
    if layer not in network.hidden:
        where = "input" if layer == network.layers[0] else "output"
        raise BadParameter(
            f"The layer {layer!r} is the {where} of {network.network!r}. Only neurons between input and output can be "
            f"ablated. Choose from {', '.join(network.hidden) or 'another network: this one has no hidden layer'}."
        )
