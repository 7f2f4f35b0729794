"""Turn counts of changed answers into effects in percentage points, with intervals."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from atlas.analysis.ablation.answers import AnswerCounter
from atlas.analysis.ablation.paired import newcombe
from atlas.keys import ALL_TARGET
from atlas.records import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Effects of elements, shape (n_elements, n_targets) unless said otherwise; `all` is the first target."""

    broken: IntArray
    repaired: IntArray
    points: FloatArray
    low_points: FloatArray
    high_points: FloatArray
    macro_points: FloatArray  # shape (n_elements,)
    n_trials: IntArray  # shape (n_targets,)


def targets_of(n_classes: int) -> tuple[str, ...]:
    """Name the targets: `all`, then the classes."""
    return (ALL_TARGET, *(str(number) for number in range(n_classes)))


def lost_points(changed: IntArray, n_trials: IntArray) -> FloatArray:
    """Give accuracy lost in percentage points, from answers broken and repaired, shape (..., 2, n_classes).

    The result has shape (..., n_targets), `all` first; NaN for classes without trials.
    """
    counts = with_all(changed)
    lost = (counts[..., 0, :] - counts[..., 1, :]).astype(np.float64)
    n = np.broadcast_to(with_all(n_trials), lost.shape)
    points = np.full(lost.shape, np.nan)
    np.divide(100 * lost, n, out=points, where=n > 0)
    return points


def effects_of(changed: IntArray, counter: AnswerCounter) -> Effects:
    """Measure effects from answers broken and repaired, shape (n_elements, 2, n_classes)."""
    n_trials, n_right = with_all(counter.n_trials), with_all(counter.n_right)
    counts = with_all(changed)
    broken, repaired = counts[:, 0], counts[:, 1]
    points = lost_points(changed, counter.n_trials)
    low, high = newcombe(n_right - broken, broken, repaired, n_trials - n_right - repaired)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        macro = np.nanmean(points[:, 1:], axis=1)
    return Effects(
        broken=broken,
        repaired=repaired,
        points=points,
        low_points=100 * low,
        high_points=100 * high,
        macro_points=macro,
        n_trials=n_trials,
    )


def with_all(per_class: IntArray) -> IntArray:
    """Put the sum over classes before the classes, along the last axis."""
    return np.concatenate([per_class.sum(axis=-1, keepdims=True), per_class], axis=-1)
