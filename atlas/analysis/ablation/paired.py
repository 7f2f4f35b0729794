"""Compare two networks, intact and ablated, on the same trials: their right answers, and numbers they put out.

A trial is right in both, broken (right only intact), repaired (right only ablated), or wrong in both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray, IntArray

Z_95 = float(stats.norm.ppf(0.975))


class PairedChange(NamedTuple):
    """Change of numbers, ablated minus intact, over the trials of every target; shape (..., n_targets)."""

    mean: FloatArray  # NaN without trials
    squares: FloatArray  # summed squared deviations from the mean


def paired_change(differences: FloatArray, labels: IntArray, n_trials: IntArray) -> PairedChange:
    """Summarise by target how numbers change; all trials that are not given keep theirs.

    Parameters
    ----------
    differences
        Ablated minus intact, shape (n_numbers, n_changed).
    labels
        Class of each changed trial, shape (n_changed,).
    n_trials
        Trials of every target, changed or not, `all` first, then the classes; shape (n_targets,).
    """
    n_classes = len(n_trials) - 1
    n_changed = np.concatenate([[len(labels)], np.bincount(labels, minlength=n_classes)[:n_classes]])
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _sums(differences, differences, labels, n_classes) / n_trials
    of_class = mean[:, 1:][:, labels] if n_classes else differences
    squares = _sums((differences - mean[:, :1]) ** 2, (differences - of_class) ** 2, labels, n_classes)
    return PairedChange(mean=mean, squares=squares + (n_trials - n_changed) * mean**2)


def change_limits(change: PairedChange, n_trials: IntArray) -> tuple[FloatArray, FloatArray]:
    """Bound mean changes by 95 % intervals for paired trials: Student's, so normal where trials are many.

    NaN for fewer than two trials.

    Examples
    --------
    >>> change = paired_change(np.array([[1.0, 3.0]]), np.array([0, 0]), np.array([2, 2]))
    >>> [round(float(limit[0, 0]), 4) for limit in change_limits(change, np.array([2, 2]))]  # 2 +- 12.7062 x 1
    [-10.7062, 14.7062]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        half = stats.t.ppf(0.975, n_trials - 1) * _standard_error(change, n_trials)
    return change.mean - half, change.mean + half


def paired_p(change: PairedChange, n_trials: IntArray) -> FloatArray:
    """Test whether mean changes differ from 0: Student's test for paired trials, two-sided.

    1 where no trial changes; NaN for fewer than two trials, and where all change by the same.
    """
    error = _standard_error(change, n_trials)
    varies = error > ROUNDING * np.maximum(1.0, np.abs(change.mean))
    t = np.divide(np.abs(change.mean), error, out=np.full(error.shape, np.nan), where=varies)
    with np.errstate(invalid="ignore"):
        p = 2 * stats.t.sf(t, n_trials - 1)
    return np.where((n_trials > 1) & (change.mean == 0) & ~varies, 1.0, p)


def wilson(right: ArrayLike, n_trials: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Bound a share of right answers by Wilson's 95 % score interval; NaN without trials.

    Examples
    --------
    >>> low, high = wilson(48, 50)
    >>> round(float(low), 4), round(float(high), 4)
    (0.8654, 0.989)
    """
    k, n = np.asarray(right, dtype=np.float64), np.asarray(n_trials, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = (k + Z_95**2 / 2) / (n + Z_95**2)
        half = Z_95 * np.sqrt(k * (n - k) / n + Z_95**2 / 4) / (n + Z_95**2)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def newcombe(
    both: ArrayLike, broken: ArrayLike, repaired: ArrayLike, neither: ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Bound the share of right answers lost, intact minus ablated, by a 95 % interval for paired trials.

    Parameters
    ----------
    both, broken, repaired, neither
        How many trials are right in both, right only intact, right only ablated, wrong in both. Same shape.

    Returns
    -------
    tuple[FloatArray, FloatArray]
        Lower and upper limit, from -1 to 1; NaN without trials.

    References
    ----------
    Newcombe (1998), Stat. Med. 17, 2635-2650, method 10: Wilson limits of the two shares, put together
    with their correlation, which is corrected for continuity.

    Examples
    --------
    >>> low, high = newcombe(36, 12, 2, 0)  # 24 % against 4 % of 50 pairs
    >>> round(float(low), 4), round(float(high), 4)
    (0.0569, 0.3404)
    """
    a, b, c, d = (np.asarray(cell, dtype=np.float64) for cell in (both, broken, repaired, neither))
    n = a + b + c + d
    intact_low, intact_high = wilson(a + b, n)
    ablated_low, ablated_high = wilson(a + c, n)
    correlation = _correlation(a, b, c, d)
    with np.errstate(invalid="ignore", divide="ignore"):
        intact, ablated = (a + b) / n, (a + c) / n
        lost = (b - c) / n
    low = lost - _joined(intact - intact_low, ablated_high - ablated, correlation)
    high = lost + _joined(intact_high - intact, ablated - ablated_low, correlation)
    return low, high


def mcnemar_p(broken: ArrayLike, repaired: ArrayLike) -> FloatArray:
    """Test whether answers break as often as they are repaired: exact, two-sided; 1 where no answer changes.

    References
    ----------
    McNemar (1947), Psychometrika 12, 153-157; the exact form is a sign test on the answers that change.

    Examples
    --------
    >>> float(mcnemar_p(5, 0))  # all five one way: 2 / 2**5
    0.0625
    """
    b, c = np.asarray(broken), np.asarray(repaired)
    p: FloatArray = 2 * stats.binom.cdf(np.minimum(b, c), b + c, 0.5)
    return np.minimum(p, 1.0)


def _sums(overall: FloatArray, by_class: FloatArray, labels: IntArray, n_classes: int) -> FloatArray:
    """Add numbers up over all trials and within each class, shape (n_numbers, 1 + n_classes)."""
    classes = [np.bincount(labels, weights=row, minlength=n_classes)[:n_classes] for row in by_class]
    return np.column_stack([overall.sum(axis=1), np.reshape(classes, (len(by_class), n_classes))])


def _standard_error(change: PairedChange, n_trials: IntArray) -> FloatArray:
    n = np.where(n_trials > 1, n_trials, np.nan)
    error: FloatArray = np.sqrt(change.squares / (n * (n - 1)))
    return error


def _correlation(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> FloatArray:
    """Correlate right answers intact and ablated, corrected for continuity; 0 where one of them does not vary."""
    agreement = a * d - b * c
    corrected = np.where(agreement > 0, np.maximum(agreement - (a + b + c + d) / 2, 0.0), agreement)
    scale = np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    return np.divide(corrected, scale, out=np.zeros_like(scale), where=scale > 0)


def _joined(first: FloatArray, second: FloatArray, correlation: FloatArray) -> FloatArray:
    square = first**2 - 2 * correlation * first * second + second**2
    return np.sqrt(np.maximum(square, 0.0))
