"""Mutual information of discrete variables and a class, counted from tables, in bits."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from atlas.analysis.information.entropies import terms_of, whole_of
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


def running_counts(variables: IntArray, n_states: int) -> IntArray:
    """Count how often each state has occurred up to each trial.

    The difference of two rows is the table of the trials between them, without looking at these.

    Parameters
    ----------
    variables
        One row each, shape (n_variables, n_trials), from 0 to `n_states` - 1.

    Returns
    -------
    IntArray
        Shape (n_trials + 1, n_variables, n_states): before the first trial, after it, ....

    Examples
    --------
    >>> running_counts(np.array([[1, 0, 1]]), 2)[:, 0].tolist()
    [[0, 0], [0, 1], [1, 1], [1, 2]]
    """
    n_variables, n_trials = variables.shape
    counts = np.zeros((n_trials + 1, n_variables, n_states), dtype=np.int32)
    counts[1 + np.arange(n_trials)[:, None], np.arange(n_variables), variables.T] = 1
    for before in range(n_trials):
        counts[before + 1] += counts[before]
    return counts


def information_bits(counts: IntArray, estimator: str = "plug_in") -> FloatArray:
    """Measure the information a state gives about the class, and about each class against all others.

    Parameters
    ----------
    counts
        Shape (..., n_classes, n_states); every table counts the same number of trials.
    estimator
        As in `entropy_bits`: entropy of the classes and of the states, less that of both.

    Returns
    -------
    FloatArray
        Mutual information in bits, shape (..., 1 + n_classes): which class, then that class or not. The plug-in
        estimate is from 0 to the entropy of the classes, and biased upwards by about
        (n_states - 1) (n_classes - 1) / (2 ln 2 n_trials) bits; the others can be below 0.

    Examples
    --------
    >>> information_bits(np.array([[2, 0], [0, 2]])).tolist()  # each state is one class
    [1.0, 1.0, 1.0]
    """
    per_state, per_class = counts.sum(axis=-2), counts.sum(axis=-1)
    n_trials = int(per_state.sum(axis=-1).max(initial=0))
    if n_trials == 0:
        return np.zeros((*per_class.shape[:-1], 1 + per_class.shape[-1]))
    terms, whole = count_terms(n_trials, estimator)
    of_states = terms[per_state].sum(axis=-1) - whole
    all_classes = terms[counts].sum(axis=(-2, -1)) - terms[per_class].sum(axis=-1)
    others = per_state[..., None, :] - counts
    one_class = (terms[counts] + terms[others]).sum(axis=-1) - terms[per_class] - terms[n_trials - per_class]
    bits = (np.concatenate([all_classes[..., None], one_class], axis=-1) - of_states[..., None]) / n_trials
    return np.asarray(np.maximum(bits, 0.0) if estimator == "plug_in" else bits)


@lru_cache(maxsize=8)
def count_terms(n_trials: int, estimator: str) -> tuple[FloatArray, float]:
    """Tabulate what each count adds to an entropy: entropy = (whole - sum of terms[count]) / n_trials.

    Returns
    -------
    tuple of FloatArray and float
        `terms`, shape (n_trials + 1,), 0 for 0; and `whole`.
    """
    terms = terms_of(np.arange(n_trials + 1), estimator)
    terms.setflags(write=False)
    return terms, float(whole_of(np.array(n_trials), estimator))
