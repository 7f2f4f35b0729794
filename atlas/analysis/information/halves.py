"""Intervals from halves of the trials."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from atlas.analysis.seeds import check_draws, check_whole, generator
from atlas.analysis.statistics import interval_around
from atlas.records import FloatArray, IntArray

HALVES = 12  # stream of random numbers


def half_samples(n_trials: int, n_draws: int, seed: int) -> IntArray:
    """Draw halves of the trials, each without replacement: numbers of trials, shape (n_draws, n_trials // 2)."""
    check_whole(n_trials=n_trials)
    check_draws(n_draws=n_draws)
    random = generator(seed, HALVES)
    halves = np.empty((n_draws, n_trials // 2), dtype=np.int64)
    for row in range(n_draws):
        halves[row] = random.choice(n_trials, n_trials // 2, replace=False, shuffle=False)
    return halves


def interval_of_halves(observed: ArrayLike, of_halves: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the 95 % interval of a value from its values in halves of the trials.

    A half drawn without replacement deviates from all trials as much as these do from the truth: its variance is
    s^2 / (n / 2) (1 - 1/2) = s^2 / n. Drawing with replacement would repeat trials and so empty states, a bias of its
    own; what bias a half has beyond the whole is taken off by moving the halves' mean to the observed value.

    Parameters
    ----------
    observed
        Value over all trials, shape (...).
    of_halves
        Values over halves, shape (n_draws, ...).

    Returns
    -------
    tuple of FloatArray
        Lower and upper limit, shape (...): percentiles 2.5 and 97.5 of the halves, moved; NaN without halves.

    References
    ----------
    Politis and Romano (1994), Ann. Statist. 22, 2031-2050.
    """
    low, high = interval_around(observed, of_halves)
    return low, high
