"""Put activations in a few states, and number the patterns that the states of several neurons form."""

from __future__ import annotations

import numpy as np

from atlas.errors import BadParameter
from atlas.records import FloatArray, IntArray

MOST_STATES = 256  # of one neuron: a state is one byte
MOST_PATTERNS = 2**62  # numbered at once


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
    check_n_states(n_states)
    values = np.ascontiguousarray(activations.T)
    states = np.zeros(values.shape, dtype=np.uint8)
    for row, neuron in enumerate(values):
        for edge in _edges(neuron, n_states):
            states[row] += neuron > edge
    return states


def equal_width_states(activations: FloatArray, n_states: int, *, low: float, high: float) -> IntArray:
    """Cut the range from `low` to `high` in states of equal width; an activation on an edge is in the upper one.

    Activations beyond a limit are in the outermost state. Shapes are as in `quantile_states`; all numbers from 0 to
    `n_states` - 1 keep their place, whether they occur or not.

    Examples
    --------
    >>> equal_width_states(np.array([[-7.0], [0.2], [0.5], [1.0]]), 4, low=0.0, high=1.0).tolist()
    [[0, 0, 2, 3]]
    """
    check_n_states(n_states)
    edges = np.linspace(low, high, n_states + 1)[1:-1]
    values = np.ascontiguousarray(activations.T)
    states = np.empty(values.shape, dtype=np.uint8)
    for row, neuron in enumerate(values):
        states[row] = np.searchsorted(edges, neuron, side="right")
    return states


def quantiser_states(
    activations: FloatArray, n_states: int, *, low: float, high: float, random: np.random.Generator | None = None
) -> IntArray:
    """Round to `n_states` levels from `low` to `high`, both included: the quantiser networks are trained with.

    Levels are (high - low) / (n_states - 1) apart, so the outermost take half as wide a range as the others;
    activations beyond a limit are on it. Halfway between two levels, the even number is taken. Shapes are as in
    `quantile_states`; the numbers of levels keep their place, whether they occur or not.

    Parameters
    ----------
    random
        Rounds up with the probability of the fractional part, so the mean of the levels is the activation; None
        rounds to the nearest.

    References
    ----------
    Ehrlich, Schneider, Priesemann, Wibral and Makkeh (2023), TMLR: limits -1 and 1 of tanh, 8 levels.

    Examples
    --------
    >>> quantiser_states(np.array([[-1.0], [-0.6], [0.1], [0.9]]), 3, low=-1.0, high=1.0).tolist()
    [[0, 0, 1, 2]]
    """
    check_n_states(n_states)
    values = np.ascontiguousarray(activations.T)
    states = np.empty(values.shape, dtype=np.uint8)
    for row, neuron in enumerate(values):
        levels = (np.clip(neuron, low, high).astype(np.float64) - low) / (high - low) * (n_states - 1)
        below = np.floor(levels)
        states[row] = np.rint(levels) if random is None else below + (random.random(len(levels)) < levels - below)
    return states


def joint_states(states: IntArray) -> IntArray:
    """Number the patterns that several neurons form together, from 0, in order of their first neuron, then the next.

    Parameters
    ----------
    states
        Any number of states from 0, shape (n_neurons, n_trials). No neurons form one pattern.

    Returns
    -------
    IntArray
        Shape (n_trials,); every number up to the largest occurs.

    Examples
    --------
    >>> joint_states(np.array([[0, 7, 7, 0], [3, 0, 3, 3]])).tolist()
    [0, 1, 2, 0]
    """
    pattern: IntArray = np.zeros(states.shape[1], dtype=np.int64)
    n_patterns = 1
    for neuron in states:
        n_states = int(neuron.max(initial=0)) + 1
        if n_patterns * n_states > MOST_PATTERNS:
            pattern = _renumbered(pattern)
            n_patterns = int(pattern.max(initial=0)) + 1
        pattern = pattern * n_states + neuron
        n_patterns *= n_states
    return _renumbered(pattern)


def check_n_states(n_states: int) -> None:
    """Refuse a number of states below 2 or above 256."""
    whole = isinstance(n_states, (int, np.integer)) and not isinstance(n_states, bool)
    if not whole or not 2 <= n_states <= MOST_STATES:
        raise BadParameter(f"The number of states is {n_states}. It must be from 2 to {MOST_STATES}. 8 suits most.")


def _renumbered(pattern: IntArray) -> IntArray:
    return np.asarray(np.unique(pattern, return_inverse=True)[1], dtype=np.int64).ravel()


def _edges(neuron: FloatArray, n_states: int) -> FloatArray:
    """Give the largest activation of every state but the last, each once: order statistics below the maximum."""
    last = np.ceil(len(neuron) * np.arange(1, n_states) / n_states).astype(np.int64) - 1
    edges = np.partition(neuron, np.unique(last))[last]
    top = neuron.max()
    if edges[-1] == top:
        below = neuron[neuron < top]
        edges = np.minimum(edges, below.max()) if len(below) > 0 else edges[:0]
    return np.unique(edges)
