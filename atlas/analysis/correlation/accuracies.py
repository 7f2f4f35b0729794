"""Accuracies from counts of answers, beside those of answers that do not depend on the class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.ablation.targets import targets_of, with_all
from atlas.analysis.statistics import interval_around
from atlas.records import FloatArray, IntArray
from atlas.results.correlation import KEPT, SurrogateAccuracy


def summary_of_answers(keys: Sequence[str], counts: IntArray, resampled: IntArray) -> SurrogateAccuracy:
    """Put accuracies, their null and what they gain from layer to layer together.

    Parameters
    ----------
    keys
        Of the layers, in order.
    counts
        Trials by class shown and class answered, any other answer last, summed over draws; shape
        (n_layers, n_kept, n_classes, n_classes + 1).
    resampled
        The same of resamples of the trials, shape (n_layers, n_resamples, n_kept, n_classes, n_classes + 1).
    """
    accuracy, of_resamples = _accuracy_percent(counts), _accuracy_percent(resampled)
    low, high = np.clip(interval_around(accuracy, of_resamples.swapaxes(0, 1)), 0, 100)
    low_gained, high_gained = interval_around(_gained(accuracy), _gained(of_resamples).swapaxes(0, 1))
    columns = {
        "accuracy_percent": accuracy,
        "low_accuracy_percent": low,
        "high_accuracy_percent": high,
        "null_accuracy_percent": _null_percent(counts),
        "gained_points": _gained(accuracy),
        "low_gained_points": low_gained,
        "high_gained_points": high_gained,
    }
    n_classes = counts.shape[-2]
    return SurrogateAccuracy(
        layers=tuple(key for key in keys for _ in KEPT),
        kept=KEPT * len(keys),
        targets=targets_of(n_classes),
        **{name: values.reshape(-1, n_classes + 1) for name, values in columns.items()},
    )


def _accuracy_percent(counts: IntArray) -> FloatArray:
    """Give the share of right answers, of all trials and of every class; NaN of a class without trials."""
    right, shown = with_all(np.diagonal(counts, axis1=-2, axis2=-1)), with_all(counts.sum(axis=-1))
    share: FloatArray = np.divide(right, shown, out=np.full(right.shape, np.nan), where=shown > 0)
    return 100 * share


def _null_percent(counts: IntArray) -> FloatArray:
    """Give the share of right answers if the class answered did not depend on that shown."""
    shown, answered = counts.sum(axis=-1), counts.sum(axis=-2)[..., :-1]
    n_trials = shown.sum(axis=-1, keepdims=True)
    overall = (shown * answered).sum(axis=-1, keepdims=True) / n_trials**2
    by_class = np.where(shown > 0, answered / n_trials, np.nan)
    return 100 * np.concatenate([overall, by_class], axis=-1)


def _gained(percent: FloatArray) -> FloatArray:
    """Subtract from every layer, along the first axis, the one before; NaN in the first."""
    return np.diff(percent, axis=0, prepend=np.full((1, *percent.shape[1:]), np.nan))
