"""Activations that graphs are made of: all finite, and whether they vary."""

from __future__ import annotations

import numpy as np

from atlas.analysis.answers import TIE_ROUNDINGS
from atlas.errors import NonFiniteActivations
from atlas.keys import neuron_key
from atlas.records import BoolArray, FloatArray, MaskedForward


def finite_activations(forward: MaskedForward, layer: str) -> FloatArray:
    """Give the activations of a layer, shape (n_trials, n_neurons).

    Raises
    ------
    NonFiniteActivations
        One is NaN or infinite.
    """
    activations = forward.activations(layer)
    if not np.isfinite(activations).all():
        trial, number = np.argwhere(~np.isfinite(activations))[0]
        raise NonFiniteActivations(
            f"Neuron {neuron_key(forward.network, layer, number)!r} puts out {activations[trial, number]} in trial "
            f"{trial}. Every activation must be a finite number. Leave such trials out, or scale the inputs as the "
            "network was trained on."
        )
    return activations


def never_vary(activations: FloatArray) -> BoolArray:
    """Tell neurons whose activations differ by at most 64 roundings of the largest; shape (n_neurons,)."""
    largest, smallest = activations.max(axis=0), activations.min(axis=0)
    rounding = TIE_ROUNDINGS * float(np.finfo(activations.dtype).eps)
    constant: BoolArray = largest - smallest <= rounding * np.maximum(np.abs(largest), np.abs(smallest))
    return constant
