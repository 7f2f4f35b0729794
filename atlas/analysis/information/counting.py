"""Mutual information of discrete variables, counted: plug-in estimates in bits."""

from __future__ import annotations

import numpy as np

from atlas.records import FloatArray, IntArray


def contingency(variables: IntArray, other: IntArray, *, n_states: int, n_other: int) -> IntArray:
    """Count how often the states of each of many variables meet those of one other.

    Parameters
    ----------
    variables
        One row each, shape (n_variables, n_trials), from 0 to `n_states` - 1.
    other
        Shape (n_trials,), from 0 to `n_other` - 1.

    Returns
    -------
    IntArray
        Shape (n_variables, n_other, n_states).
    """
    n_cells = n_other * n_states
    offset = other.astype(np.intp) * n_states
    counts = np.empty((len(variables), n_cells), dtype=np.int64)
    for row, variable in enumerate(variables):
        counts[row] = np.bincount(offset + variable, minlength=n_cells)
    return counts.reshape(len(variables), n_other, n_states)


def information_bits(counts: IntArray) -> FloatArray:
    """Measure the information a state gives about the class, and about each class against all others.

    Parameters
    ----------
    counts
        Shape (..., n_classes, n_states); every table counts the same number of trials.

    Returns
    -------
    FloatArray
        Plug-in mutual information in bits, shape (..., 1 + n_classes): which class, then that class or not.
        From 0 to the entropy of the classes; biased upward by about
        (n_states - 1) (n_classes - 1) / (2 ln 2 n_trials) bits.

    Examples
    --------
    >>> information_bits(np.array([[2, 0], [0, 2]])).tolist()  # each state is one class
    [1.0, 1.0, 1.0]
    """
    per_state, per_class = counts.sum(axis=-2), counts.sum(axis=-1)
    n_trials = int(per_state.sum(axis=-1).max(initial=0))
    if n_trials == 0:
        return np.zeros((*per_class.shape[:-1], 1 + per_class.shape[-1]))
    table = _n_log_n(n_trials)
    of_states = table[per_state].sum(axis=-1) - table[n_trials]
    all_classes = table[counts].sum(axis=(-2, -1)) - table[per_class].sum(axis=-1)
    others = per_state[..., None, :] - counts
    one_class = (table[counts] + table[others]).sum(axis=-1) - table[per_class] - table[n_trials - per_class]
    bits = (np.concatenate([all_classes[..., None], one_class], axis=-1) - of_states[..., None]) / n_trials
    return np.asarray(np.maximum(bits, 0.0))


def _n_log_n(largest: int) -> FloatArray:
    """Tabulate n log2 n from 0 to `largest`."""
    n = np.arange(largest + 1, dtype=np.float64)
    return n * np.log2(np.maximum(n, 1.0))
