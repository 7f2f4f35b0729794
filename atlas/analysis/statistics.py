"""What stands beside a score: p, q and z. NaN is undefined and stays undefined."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from atlas.records import FloatArray

# Sums of the same numbers in another order differ by this much at most, relative to the number.
ROUNDING = 1e-12


class NullSummary(NamedTuple):
    """Where a score stands among the scores chance gives."""

    mean: FloatArray
    sd: FloatArray
    z: FloatArray  # NaN where the null does not vary
    p: FloatArray


def benjamini_hochberg(p: ArrayLike) -> FloatArray:
    """Turn the p values of one family into q values (false discovery rates).

    Parameters
    ----------
    p
        Any shape; all of it is one family. NaN is not part of the family and stays NaN.

    Returns
    -------
    FloatArray
        Same shape; never below p.

    References
    ----------
    Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, float("nan"), 0.5]).tolist()
    [0.03, 0.03, nan, 0.5]
    """
    values = np.asarray(p, dtype=np.float64)
    q = np.full(values.shape, np.nan)
    known = ~np.isnan(values)
    if known.any():
        q[known] = stats.false_discovery_control(values[known], method="bh")
    return q


def q_by_target_kind(p: FloatArray) -> FloatArray:
    """Turn p into q, shape (n_elements, n_targets): `all` (column 0) is one family, the classes are another."""
    return np.concatenate([benjamini_hochberg(p[:, :1]), benjamini_hochberg(p[:, 1:])], axis=1)


def permutation_p(observed: ArrayLike, null: ArrayLike) -> FloatArray:
    """Count how often chance reaches what was observed.

    Parameters
    ----------
    observed
        Scores, any shape.
    null
        Scores under chance, shape (n_null, ...).

    Returns
    -------
    FloatArray
        (1 + how many null scores are as large or larger) / (1 + n_null): the observed score counts, ties count
        against it, and so do differences within rounding. NaN where `observed` is, and everywhere without a null.

    References
    ----------
    Phipson and Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39.

    Examples
    --------
    >>> float(permutation_p(3.0, [1.0, 2.0, 3.0]))
    0.5
    """
    scores, chance = np.asarray(observed, dtype=np.float64), np.asarray(null, dtype=np.float64)
    if len(chance) == 0:
        return np.full(scores.shape, np.nan)
    reached = chance >= scores - ROUNDING * np.maximum(1.0, np.abs(scores))
    p = (1 + reached.sum(axis=0)) / (1 + len(chance))
    return np.where(np.isnan(scores), np.nan, p)


def too_few_draws(run: str, n_null: int, *, level: float) -> str | None:
    """Say if a run has so few shuffles that no p, the observed one counted, is small enough."""
    if 1 / (1 + n_null) <= level:
        return None
    return f"{run} has {n_null} shuffles, so no p is at most {level:g}: that takes --n-null {math.ceil(1 / level) - 1}"


def two_sided_p(observed: ArrayLike, null: ArrayLike) -> FloatArray:
    """Count how often chance is as far out, on the side where what was observed stands; doubled, at most 1.

    Parameters and ties are as in `permutation_p`.

    Examples
    --------
    >>> float(two_sided_p(0.0, [1.0, 2.0, 3.0]))
    0.5
    """
    scores, chance = np.asarray(observed, dtype=np.float64), np.asarray(null, dtype=np.float64)
    above, below = permutation_p(scores, chance), permutation_p(-scores, -chance)
    p: FloatArray = np.minimum(1.0, 2 * np.minimum(above, below))
    return p


def interval_around(observed: ArrayLike, resampled: FloatArray) -> FloatArray:
    """Give the 95 % interval of scores from their scores in resamples of the trials.

    Parameters
    ----------
    observed
        Scores, any shape.
    resampled
        Their scores in resamples, shape (n_draws, ...).

    Returns
    -------
    FloatArray
        Lower and upper ends, shape (2, ...): percentiles 2.5 and 97.5, moved until the mean of the resamples is the
        score, because what resampling adds once more is no part of what is known. NaN where a resample has no score,
        and everywhere without resamples.

    Examples
    --------
    >>> interval_around(1.0, np.array([1.0, 2.0, 3.0])).round(2).tolist()
    [0.05, 1.95]
    """
    scores = np.asarray(observed, dtype=np.float64)
    if len(resampled) == 0:
        return np.full((2, *scores.shape), np.nan)
    ends: FloatArray = np.percentile(resampled, [2.5, 97.5], axis=0) + (scores - resampled.mean(axis=0))
    return ends


def against_null(observed: ArrayLike, null: ArrayLike) -> NullSummary:
    """Place scores among the scores chance gives: mean, standard deviation, z and upper-tail p.

    `null` has shape (n_null, ...). The standard deviation is the sample's, so NaN for fewer than two null scores.
    """
    scores, chance = np.asarray(observed, dtype=np.float64), np.asarray(null, dtype=np.float64)
    undefined = np.full(scores.shape, np.nan)
    mean = chance.mean(axis=0) if len(chance) > 0 else undefined
    sd = chance.std(axis=0, ddof=1) if len(chance) > 1 else undefined
    varies = sd > ROUNDING * np.maximum(1.0, np.abs(mean))
    z = np.divide(scores - mean, sd, out=undefined.copy(), where=varies)
    return NullSummary(mean=mean, sd=sd, z=z, p=permutation_p(scores, chance))
