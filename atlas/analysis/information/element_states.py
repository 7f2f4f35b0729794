"""The states of what is measured: of each neuron, and of layers and clusters, whose neurons' states form patterns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.information.checking import Members, check_members
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.states import joint_states
from atlas.errors import NonFiniteActivations, ShapeError
from atlas.records import FloatArray, IntArray

Layers = Mapping[str, FloatArray]


def states_of_layers(activations: Layers, n_trials: int, discretisation: Discretisation) -> dict[str, IntArray]:
    """Put every layer into states, shape (n_neurons, n_trials), after checking its activations."""
    states = {}
    for place, (layer, values) in enumerate(activations.items()):
        if values.ndim != 2 or len(values) != n_trials:
            raise ShapeError(
                f"The activations of layer {layer!r} have shape {values.shape}, there are {n_trials} labels. "
                "Give one row of activations for each trial."
            )
        if not np.isfinite(values).all():
            raise NonFiniteActivations(
                f"The activations of layer {layer!r} hold NaN or infinite values. They cannot be put in order. "
                "Check the network and its inputs."
            )
        states[layer] = discretisation.states(values, stream=place)
    return states


def pattern_of_cluster(key: str, cluster: Members, states: Mapping[str, IntArray]) -> IntArray | None:
    """Number the patterns of a cluster's neurons, shape (n_trials,), after checking that there are such neurons."""
    check_members(key, cluster, states)
    rows = [states[layer][np.asarray(numbers, dtype=np.int64)] for layer, numbers in cluster.items()]
    return pattern(np.concatenate(rows)) if rows else None


def pattern(states: IntArray) -> IntArray | None:
    """Number the patterns that neurons form, shape (n_trials,); None without neurons."""
    return joint_states(states) if len(states) > 0 else None
