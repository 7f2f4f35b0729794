"""Split the activations of a neuron in two by exact 2-means."""

from __future__ import annotations

import numpy as np

from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray, IntArray


def two_means_states(activations: FloatArray) -> IntArray:
    """Put each neuron's activations in the two states with the least sum of squares about their means.

    In one dimension the two states lie on either side of a threshold, so all thresholds are compared: the split is
    the best there is, without random starts. Of splits that are equally good within rounding, the one with the lowest
    threshold is taken. Equal activations share a state; a constant neuron has one.

    Parameters
    ----------
    activations
        Finite, shape (n_trials, n_neurons), one trial at least.

    Returns
    -------
    IntArray
        1 above the threshold, else 0: one row per neuron, shape (n_neurons, n_trials).

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401: neurons in two states by k-means with k = 2.

    Examples
    --------
    >>> two_means_states(np.array([[0.0], [9.0], [1.0], [2.0]])).tolist()
    [[0, 1, 0, 0]]
    """
    values = np.ascontiguousarray(activations.T)
    states = np.zeros(values.shape, dtype=np.uint8)
    n_trials = values.shape[1]
    n_low = np.arange(1, n_trials)
    scale = np.sqrt(n_low * (n_trials - n_low).astype(np.float64))
    for row, neuron in enumerate(values):
        states[row] = neuron > _threshold(np.sort(neuron), scale)
    return states


def _threshold(ordered: FloatArray, scale: FloatArray) -> float:
    """Give the largest activation of the lower state; of a constant neuron, its activation.

    With the mean at 0, the sum of squares between the states is n c^2 / (i (n - i)), where c is the sum of the i
    lowest; `scale` is the root of i (n - i). It is never largest between equal activations.
    """
    if ordered[0] == ordered[-1]:
        return float(ordered[-1])
    centred = ordered.astype(np.float64)
    centred -= centred.mean()
    score = np.abs(np.cumsum(centred[:-1])) / scale
    return float(ordered[np.argmax(score >= score.max() * (1 - ROUNDING))])
