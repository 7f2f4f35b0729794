"""What a lesion does to the accuracy of the classes, in one number: how much is lost, and how unevenly."""

from __future__ import annotations

import numpy as np

from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray


def importance(losses: FloatArray) -> FloatArray:
    """Give the accuracy lost as the mean over classes, in percentage points.

    Parameters
    ----------
    losses
        Accuracy lost in every class, as a share of its trials, shape (..., n_classes).
    """
    return np.asarray(100 * losses.mean(axis=-1))


def coherence(losses: FloatArray, *, least: float) -> FloatArray:
    """Give the largest less the smallest change of a class, in multiples of the mean change; 0 or more.

    With n classes it is n where one class alone bears the loss, and 0 where all lose alike.

    Parameters
    ----------
    losses
        Accuracy lost in every class, as a share of its trials, shape (..., n_classes).
    least
        NaN where the mean change is nearer to 0 than this, or is 0: `mean_error` gives it.

    References
    ----------
    Hod et al. (2021), arXiv 2110.08058: there the range of the class-wise changes.
    """
    mean = losses.mean(axis=-1)
    spread = losses.max(axis=-1) - losses.min(axis=-1)
    known = np.abs(mean) >= max(ROUNDING, least * (1 - ROUNDING))
    ranges: FloatArray = np.divide(spread, np.abs(mean), out=np.full(mean.shape, np.nan), where=known)
    return ranges


def published_coherence(losses: FloatArray) -> FloatArray:
    """Give the same as the authors' code does: NaN only where a class has 0 / 0, infinite where the mean is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = losses / losses.mean(axis=-1, keepdims=True)
        return np.asarray(relative.max(axis=-1) - relative.min(axis=-1))


def mean_error(accuracies: FloatArray, n_trials: FloatArray) -> float:
    """Give one binomial standard error of the mean of the classes' accuracies.

    It is sqrt(sum of a_c (1 - a_c) / n_c) / C: 0 where every class is always right, or always wrong.

    Parameters
    ----------
    accuracies
        Of the intact network in each of the C classes, as shares, shape (n_classes,).
    n_trials
        Of each class, 1 or more, shape (n_classes,).
    """
    return float(np.sqrt((accuracies * (1 - accuracies) / n_trials).sum()) / len(accuracies))
