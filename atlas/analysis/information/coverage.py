"""Whether there are trials enough to count states."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from atlas.errors import BadParameter
from atlas.records import IntArray

TRIALS_PER_STATE = 5.0  # fewer, and no correction mends the bias; it can still be large with many classes


class Coverage(NamedTuple):
    """How thinly trials are spread over states."""

    n_states: int  # that occur
    trials_per_state: float  # mean trials on one; NaN without trials
    reliable: bool  # enough of them to count on


def coverage(states: IntArray, *, min_trials: float = TRIALS_PER_STATE) -> Coverage:
    """Count the states that occur, and the trials on each in the mean.

    Parameters
    ----------
    states
        Of one neuron, or joint ones of several, shape (n_trials,).
    min_trials
        Fewer trials per state than this are not reliable.

    Examples
    --------
    >>> coverage(np.array([0, 0, 4, 0, 4, 4]), min_trials=3)
    Coverage(n_states=2, trials_per_state=3.0, reliable=True)
    """
    return coverage_of(len(np.unique(states)), len(states), min_trials=min_trials)


def coverage_of(n_states: int, n_trials: int, *, min_trials: float = TRIALS_PER_STATE) -> Coverage:
    """Judge a number of occupied states; parameters are as in `coverage`."""
    if not (math.isfinite(min_trials) and min_trials >= 0):
        raise BadParameter(f"min_trials is {min_trials}. It is a number of trials, 0 or more. 5 suits most.")
    trials_per_state = n_trials / n_states if n_states > 0 else math.nan
    return Coverage(n_states=n_states, trials_per_state=trials_per_state, reliable=trials_per_state >= min_trials)
