"""Place one number of a set among those of its random sets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray


class Compared(NamedTuple):
    """Where a number stands among those of random sets; NaN where that is undefined."""

    null_mean: float
    null_sd: float
    z: float
    p: float
    mid_p: float
    effect: float
    n_defined: int


def compared(value: float, null: FloatArray, *, are_all: bool) -> Compared:
    """Count how often chance reaches a number; sets of which it is undefined (NaN) do not count.

    Parameters
    ----------
    value
        Of the set; where it is NaN all is, but for the null.
    null
        Of the random sets, shape (n_null,).
    are_all
        The sets of the null are all that are possible, the set among them, and not a draw beside it.

    Returns
    -------
    Compared
        `p` is the share of sets, the set itself among them, as extreme or more: (#{null >= value} + 1) / (n + 1) of n
        draws. `mid_p` counts ties half: (#{null > value} + (#{null = value} + 1) / 2) / (n + 1). Of all possible sets
        both leave out the ones, and the standard deviation is the population's. Numbers within rounding are equal.
        `effect` is 2 t / (t + mean of the null), NaN where either is negative or both are 0.

    References
    ----------
    Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39.
    """
    null = null[~np.isnan(null)]
    itself = 0 if are_all else 1
    mean = float(null.mean()) if len(null) else np.nan
    sd = float(null.std(ddof=itself)) if len(null) > itself else np.nan
    n_sets, width = len(null) + itself, _width(value)
    n_more, n_reaching = int((null > value + width).sum()), int((null >= value - width).sum())
    n_equal = n_reaching - n_more + itself
    return Compared(
        null_mean=mean,
        null_sd=sd,
        z=_z(value, mean, sd),
        p=np.nan if np.isnan(value) else (n_more + n_equal) / n_sets,
        mid_p=np.nan if np.isnan(value) else (n_more + n_equal / 2) / n_sets,
        effect=2 * value / (value + mean) if value >= 0 and mean >= 0 and value + mean > 0 else np.nan,
        n_defined=len(null),
    )


def compared_as_published(value: float, null: FloatArray) -> Compared:
    """Do the same as the authors' code does, only to compare: ties and undefined numbers make a set significant.

    p is (#{null > value} + 1) / (n + 1), where a comparison with NaN is false; the mid-p takes half a step off;
    the effect is 0 where it is not positive or undefined.

    References
    ----------
    Hod et al. (2021), arXiv 2110.08058; the mistakes stand in the documentation of lesion tests.
    """
    with np.errstate(invalid="ignore"):
        mean, sd = float(null.mean()), float(null.std(ddof=1)) if len(null) > 1 else np.nan
    p = (int((null > value + _width(value)).sum()) + 1) / (len(null) + 1)
    is_positive = 0 < value < np.inf and 0 < mean < np.inf
    return Compared(
        null_mean=mean,
        null_sd=sd,
        z=_z(value, mean, sd),
        p=p,
        mid_p=p - 0.5 / (len(null) + 1),
        effect=2 * value / (value + mean) if is_positive else 0.0,
        n_defined=int((~np.isnan(null)).sum()),
    )


def _width(value: float) -> float:
    """Give the difference within which two numbers are equal."""
    return ROUNDING * max(1.0, abs(value)) if np.isfinite(value) else 0.0


def _z(value: float, mean: float, sd: float) -> float:
    return (value - mean) / sd if ROUNDING * max(1.0, abs(mean)) < sd < np.inf else np.nan
