"""What a network answers: the class of its largest output, or nothing where two outputs tie."""

from __future__ import annotations

import numpy as np

from atlas.records import NO_ANSWER, FloatArray, IntArray

# Sums in another order differ by some roundings of the largest output; outputs closer than this many are equal.
TIE_ROUNDINGS = 64
NEAR_TIE = 8  # times the width of a tie


def answers_of(outputs: FloatArray) -> IntArray:
    """Give the answer of every trial, shape (n_trials,): its largest output, `NO_ANSWER` at a tie.

    Outputs, of shape (n_trials, n_outputs), tie within 64 roundings of the largest magnitude of the trial.

    Examples
    --------
    >>> answers_of(np.array([[0.0, 1.0], [0.3, 0.1 + 0.2]])).tolist()
    [1, -1]
    """
    answers: IntArray = outputs.argmax(axis=1)
    return np.where(_margins(outputs) <= tie_widths(outputs), NO_ANSWER, answers)


def n_near_ties(outputs: FloatArray) -> int:
    """Count the trials whose answer, or tie, rests on a difference of a few roundings."""
    return int((_margins(outputs) <= NEAR_TIE * tie_widths(outputs)).sum())


def tie_widths(outputs: FloatArray) -> FloatArray:
    """Give the difference below which outputs of a trial are equal, shape (n_trials,)."""
    widths: FloatArray = TIE_ROUNDINGS * np.finfo(outputs.dtype).eps * np.abs(outputs).max(axis=1)
    return widths


def _margins(outputs: FloatArray) -> FloatArray:
    if outputs.shape[1] < 2:
        return np.full(len(outputs), np.inf)
    second_and_first = np.partition(outputs, -2, axis=1)[:, -2:]
    margins: FloatArray = second_and_first[:, 1] - second_and_first[:, 0]
    return margins
