"""Spearman correlation of two properties of neurons, with its interval and what chance gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from atlas.analysis.statistics import permutation_p
from atlas.records import FloatArray, IntArray

FEWEST_NEURONS = 4  # three can be ordered in 6 ways only: no order of theirs is rare
_DIGITS = 12
_VALUES_AT_ONCE = 2**22  # 32 MiB of ranks; never depends on the machine, so that draws do not


@dataclass(frozen=True, kw_only=True)
class RankCorrelation:
    """A Spearman correlation; NaN for fewer than 4 neurons, or where one of both does not vary."""

    rho: float = np.nan
    low: float = np.nan
    high: float = np.nan
    null: float = np.nan
    p: float = np.nan
    n_neurons: int = 0


def rank_correlation(
    indicator: FloatArray,
    effect: FloatArray,
    layers: IntArray,
    *,
    n_bootstrap: int,
    n_null: int,
    draws: np.random.Generator,
) -> RankCorrelation:
    """Correlate the ranks of an indicator with those of an effect.

    Parameters
    ----------
    indicator, effect
        One value a neuron, shape (n_neurons,); those with a NaN are left out.
    layers
        A number for the layer of every neuron: neurons are drawn and shuffled within their layers.
    n_bootstrap
        How many times neurons are drawn anew for the 95 % interval (percentiles).
    n_null
        How many times effects are shuffled within layers for p, two-sided about the mean of all shuffles, which is 0
        within one layer.
    draws
        Source of both.

    Examples
    --------
    >>> found = rank_correlation(
    ...     np.arange(5.0), np.array([1.0, 2, 3, 5, 4]), np.zeros(5, int), n_bootstrap=9, n_null=9,
    ...     draws=np.random.default_rng(0),
    ... )
    >>> round(found.rho, 12)
    0.9
    """
    known = ~(np.isnan(indicator) | np.isnan(effect))
    x, y, layers = _to_digits(indicator[known]), _to_digits(effect[known]), layers[known]
    n = len(x)
    if n < FEWEST_NEURONS or np.ptp(x) == 0 or np.ptp(y) == 0:
        return RankCorrelation(n_neurons=n)
    members = [np.flatnonzero(layers == number) for number in np.unique(layers)]
    left, right = _standardised(x[None, :])[0], _standardised(y[None, :])[0]
    between = sum(len(part) * left[part].mean() * right[part].mean() for part in members)
    null = float(between) if len(members) > 1 else 0.0
    shuffled = [_shuffled(right, members, rows, draws) @ left for rows in _blocks(n_null, n)]
    drawn = [_resampled(x, y, members, rows, draws) for rows in _blocks(n_bootstrap, n)]
    rho = float(left @ right)
    low, high = _interval(np.concatenate([np.empty(0), *drawn]))
    p = permutation_p(abs(rho - null), np.abs(np.concatenate([np.empty(0), *shuffled]) - null))
    return RankCorrelation(rho=rho, low=low, high=high, null=null, p=float(p), n_neurons=n)


def _to_digits(values: FloatArray) -> FloatArray:
    """Round to 12 significant digits: what differs by the order of a sum is equal."""
    mantissa, exponent = np.frexp(values.astype(np.float64))
    rounded: FloatArray = np.ldexp(np.round(mantissa, _DIGITS), exponent)
    return rounded


def _interval(drawn: FloatArray) -> tuple[float, float]:
    """Give the percentiles of 95 %; draws in which nothing varies tell nothing."""
    known = drawn[~np.isnan(drawn)]
    if len(known) == 0:
        return np.nan, np.nan
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def _standardised(values: FloatArray) -> FloatArray:
    """Rank along rows, equal values alike, and scale ranks to mean 0 and length 1; NaN where they do not vary."""
    ranks: FloatArray = stats.rankdata(values, axis=1) - (values.shape[1] + 1) / 2
    length = np.sqrt((ranks**2).sum(axis=1, keepdims=True))
    scaled: FloatArray = np.divide(ranks, length, out=np.full_like(ranks, np.nan), where=length > 0)
    return scaled


def _shuffled(values: FloatArray, members: Sequence[IntArray], rows: int, draws: np.random.Generator) -> FloatArray:
    """Shuffle values within each part, shape (rows, n)."""
    shuffled = np.empty((rows, len(values)))
    for part in members:
        shuffled[:, part] = draws.permuted(np.tile(values[part], (rows, 1)), axis=1)
    return shuffled


def _resampled(
    x: FloatArray, y: FloatArray, members: Sequence[IntArray], rows: int, draws: np.random.Generator
) -> FloatArray:
    """Correlate ranks of neurons drawn anew, with replacement, within each part; shape (rows,)."""
    chosen = np.concatenate([part[draws.integers(0, len(part), (rows, len(part)))] for part in members], axis=1)
    products: FloatArray = (_standardised(x[chosen]) * _standardised(y[chosen])).sum(axis=1)
    return products


def _blocks(total: int, n: int) -> Iterator[int]:
    """Cut a number of draws into parts that fit into memory."""
    at_once = max(1, _VALUES_AT_ONCE // n)
    for first in range(0, total, at_once):
        yield min(at_once, total - first)
