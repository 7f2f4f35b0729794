"""How neurons are active: overall, and in the trials of every class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.answers import TIE_ROUNDINGS
from atlas.analysis.statistics import ROUNDING
from atlas.records import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Responses:
    """Activity of the neurons of a layer. Shape (n_neurons, n_targets), `all` first; NaN for classes without trials."""

    mean: FloatArray
    sd: FloatArray
    largest: FloatArray
    active_share: FloatArray
    point_biserial: FloatArray
    selectivity: FloatArray  # shape (n_neurons,)


def responses(activations: FloatArray, labels: IntArray, n_classes: int) -> Responses:
    """Describe activations of shape (n_trials, n_neurons), class by class and over all trials.

    Those of a neuron that differ by at most 64 roundings of its largest are constant.
    """
    rounding = TIE_ROUNDINGS * float(np.finfo(activations.dtype).eps)
    activations = activations.astype(np.float64)
    constant = np.ptp(activations, axis=0) <= rounding * np.abs(activations).max(axis=0)
    parts = [activations, *(activations[labels == number] for number in range(n_classes))]
    described = [_described(part, constant) for part in parts]
    mean, sd, largest, active_share = (np.stack(columns, axis=1) for columns in zip(*described, strict=True))
    return Responses(
        mean=mean,
        sd=sd,
        largest=largest,
        active_share=active_share,
        point_biserial=point_biserial(mean, sd[:, 0], np.bincount(labels, minlength=n_classes)),
        selectivity=np.where(activations.min(axis=0) < 0, np.nan, selectivity(mean[:, 1:])),
    )


def selectivity(class_means: FloatArray) -> FloatArray:
    """Compare the best class with the mean of the others, from 0 to 1, for activations that are never negative.

    Parameters
    ----------
    class_means
        Mean activation in every class, shape (n_neurons, n_classes); NaN for classes without trials.

    Returns
    -------
    FloatArray
        (best - others) / (best + others), shape (n_neurons,); 0 for a dead neuron.

    References
    ----------
    Morcos, Barrett, Rabinowitz and Botvinick (2018), arXiv 1803.06959.

    Examples
    --------
    >>> selectivity(np.array([[3.0, 1.0, 1.0], [0.0, 0.0, 0.0]])).tolist()
    [0.5, 0.0]
    """
    n_known = (~np.isnan(class_means)).sum(axis=1)
    best = np.nanmax(class_means, axis=1)
    others = (np.nansum(class_means, axis=1) - best) / (n_known - 1)
    ratio = np.zeros(len(class_means))
    differ = best - others > ROUNDING * best
    np.divide(best - others, best + others, out=ratio, where=differ)
    return ratio


def point_biserial(means: FloatArray, sd: FloatArray, n_trials: IntArray) -> FloatArray:
    """Correlate activations with being of each class; against `all` the largest magnitude.

    Parameters
    ----------
    means
        Mean activation overall and in every class, shape (n_neurons, 1 + n_classes).
    sd
        Standard deviation over all trials, shape (n_neurons,).
    n_trials
        Trials of every class, shape (n_classes,).

    Returns
    -------
    FloatArray
        Pearson correlations of shape (n_neurons, 1 + n_classes), NaN for neurons that never change and classes
        without trials.
    """
    share = n_trials / n_trials.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        each = (means[:, 1:] - means[:, :1]) / sd[:, None] * np.sqrt(share / (1 - share))
    each[sd == 0] = np.nan
    best = np.where(sd == 0, np.nan, np.nanmax(np.abs(np.nan_to_num(each)), axis=1))
    return np.column_stack([best, each])


def _described(activations: FloatArray, constant: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Give mean, standard deviation, largest and share that is not 0 of every column."""
    if len(activations) == 0:
        nothing = np.full(activations.shape[1], np.nan)
        return nothing, nothing, nothing, nothing
    largest = activations.max(axis=0)
    varies = ~constant & (largest > activations.min(axis=0))  # a constant has a deviation of some roundings otherwise
    sd = np.where(varies, activations.std(axis=0), 0.0)
    return np.where(varies, activations.mean(axis=0), largest), sd, largest, (activations != 0).mean(axis=0)
