"""Discretise activations to a few states."""

from __future__ import annotations

import numpy as np

from atlas.errors import BadParameter
from atlas.records import FloatArray, IntArray


def quantile_states(activations: FloatArray, n_states: int) -> IntArray:
    """Sort every neuron's activations into states that hold about as many trials each.

    Equal activations share a state, so a neuron may have fewer states: one if it is constant, two at least if not.
    With two states, a neuron is above its (lower) median or not; a ReLU that is silent in half of the trials or more
    is so above 0.

    Parameters
    ----------
    activations
        Shape (n_trials, n_neurons).
    n_states
        At most 256.

    Returns
    -------
    IntArray
        States of every neuron in order of activation, numbered from 0, one row per neuron: shape (n_neurons, n_trials).

    Examples
    --------
    >>> quantile_states(np.array([[0.0], [0.0], [3.0], [1.0]]), 4).tolist()
    [[0, 0, 2, 1]]
    """
    if not 2 <= n_states <= 256:
        raise BadParameter(f"The number of states is {n_states}. It must be from 2 to 256. 8 suits most.")
    values = np.ascontiguousarray(activations.T)
    states = np.zeros(values.shape, dtype=np.uint8)
    for row, neuron in enumerate(values):
        for edge in _edges(neuron, n_states):
            states[row] += neuron > edge
    return states


def joint_states(states: IntArray) -> IntArray:
    """Number the patterns that several neurons of two states form together, from 0.

    `states` has shape (n_neurons, n_trials), the result (n_trials,).
    """
    packed = np.packbits(states.astype(np.bool_), axis=0)
    _, pattern = np.unique(packed, axis=1, return_inverse=True)
    return np.asarray(pattern, dtype=np.int64).ravel()


def _edges(neuron: FloatArray, n_states: int) -> FloatArray:
    """Give the largest activation of every state but the last, each once: order statistics below the maximum."""
    last = np.ceil(len(neuron) * np.arange(1, n_states) / n_states).astype(np.int64) - 1
    edges = np.partition(neuron, np.unique(last))[last]
    top = neuron.max()
    if edges[-1] == top:
        below = neuron[neuron < top]
        edges = np.minimum(edges, below.max()) if len(below) > 0 else edges[:0]
    return np.unique(edges)
