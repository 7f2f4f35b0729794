"""What neurons tell about each other, and sets of them about the class. Nothing is written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from atlas.analysis.information import informative_sets as searches
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.pairwise import pairwise_bias, pairwise_information, pairwise_p
from atlas.errors import UnknownName
from atlas.keys import neuron_key
from atlas.records import IntArray, MaskedForward
from atlas.results import PairwiseInformation
from atlas.store import Store
from atlas.workflow.reading import check_forward
from atlas.workflow.states import check_classes, hidden_layers, states_of

if TYPE_CHECKING:
    import pandas as pd

DIRECTIONS = ("grow", "shrink")
STEPS = 10  # unless told


def pairwise(
    store: Store, forward: MaskedForward, *, layers: tuple[str, ...] | None, discretisation: Discretisation
) -> PairwiseInformation:
    """Measure how many bits every two hidden neurons tell about each other, by their keys.

    Raises
    ------
    UnknownName, EmptySelection, InputError
        No such hidden layer; none at all; the network to run is not the one in the graph.
    """
    check_forward(store, forward)
    keys, states = _neurons(forward, layers, discretisation)
    bits = pairwise_information(states)
    return PairwiseInformation(
        elements=tuple(keys), bits=bits, bias_bits=pairwise_bias(states), p=pairwise_p(bits, states)
    )


def informative_sets(
    store: Store,
    forward: MaskedForward,
    *,
    direction: str,
    start: tuple[str, ...],
    n_steps: int | None,
    layers: tuple[str, ...] | None,
    discretisation: Discretisation,
    min_trials: float,
    n_null: int,
    seed: int,
) -> pd.DataFrame:
    """Grow or shrink a set of hidden neurons by what they tell about the class together, each step by its key.

    Raises
    ------
    UnknownName, EmptySelection, BadParameter
        No such direction, neuron or hidden layer; no hidden layer at all; a number outside its range.
    InputError, DataMismatch
        The network to run is not the one in the graph; there are no classes.
    """
    check_forward(store, forward)
    check_classes(forward, "Informative sets tell")
    if direction not in DIRECTIONS:
        raise UnknownName("direction", direction, DIRECTIONS)
    keys, states = _neurons(forward, layers, discretisation)
    for key in start:
        if key not in keys:
            raise UnknownName("neuron of these layers", key, keys)
    numbers = [keys.index(key) for key in start]
    n_left = len(keys) - len(start) if direction == "grow" or not start else len(start)
    n_steps = min(STEPS, n_left) if n_steps is None else n_steps
    if direction == "grow":
        begun = partial(searches.grow, start=numbers)
    else:
        begun = partial(searches.shrink, start=numbers or None)
    found = begun(states, forward.data.labels, n_steps=n_steps, min_trials=min_trials, n_null=n_null, seed=seed)
    frame = found.to_frame()
    frame["neuron"] = [None, *(keys[number] for number in found.neurons.tolist())]
    return frame


def _neurons(
    forward: MaskedForward, layers: tuple[str, ...] | None, discretisation: Discretisation
) -> tuple[list[str], IntArray]:
    """Give the hidden neurons' keys and their states below one another."""
    states = states_of(forward, hidden_layers(forward, layers), discretisation)
    keys = [neuron_key(forward.network, layer, j) for layer, found in states.items() for j in range(len(found))]
    return keys, np.concatenate(list(states.values()))
