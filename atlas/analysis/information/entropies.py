"""Entropy from counts, by the plug-in estimate or corrected for few trials; in bits."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import digamma

from atlas.errors import BadParameter, UnknownName
from atlas.records import FloatArray, IntArray

ENTROPIES = ("plug_in", "miller_madow", "grassberger")


def entropy_bits(counts: IntArray, estimator: str = "plug_in") -> FloatArray:
    """Estimate the entropy of a variable from how often each of its states occurred.

    Parameters
    ----------
    counts
        Shape (..., n_states), whole numbers, each 0 or more.
    estimator
        `plug_in`: from 0 to log2 of the occupied states, biased downwards. `miller_madow`: adds
        (occupied - 1) / (2 n ln 2). `grassberger`: log2 n - sum of n_i G(n_i) / (n ln 2), with
        G(1) = -gamma - ln 2, G(2) = G(1) + 2, G(2k+1) = G(2k), G(2k+2) = G(2k) + 2 / (2k+1), which is
        ln 2 + digamma(floor(n_i / 2) + 1/2). None of them survives fewer than about 5 trials per state.

    Returns
    -------
    FloatArray
        Shape (...); NaN where nothing was counted.

    References
    ----------
    Miller (1955), Information Theory in Psychology, 95-100. Grassberger (2003), arXiv:physics/0307138.

    Examples
    --------
    >>> entropy_bits(np.array([[2, 2, 0], [4, 0, 0]])).tolist()
    [1.0, 0.0]
    """
    if counts.dtype.kind not in "iu":
        raise BadParameter(f"The counts are {counts.dtype}. Counts are whole numbers, 0 or more. Give integers.")
    if counts.min(initial=0) < 0:
        raise BadParameter(f"A count is {counts.min()}. Counts are whole numbers, 0 or more.")
    n = counts.sum(axis=-1)
    with np.errstate(invalid="ignore"):  # 0 / 0: nothing was counted
        bits = (whole_of(n, estimator) - _summed_terms(counts, estimator)) / n
    return np.asarray(np.maximum(bits, 0.0) if estimator == "plug_in" else bits)


def terms_of(counts: IntArray, estimator: str) -> FloatArray:
    """Give the term of each count in an entropy, that is (`whole_of` n - sum of `terms_of` counts) / n."""
    if estimator not in ENTROPIES:
        raise UnknownName("estimator of entropies", estimator, ENTROPIES)
    if estimator == "grassberger":
        return np.asarray(counts * (1 + digamma(counts // 2 + 0.5) / math.log(2)))
    plug_in = counts * np.log2(np.maximum(counts, 1))
    return np.asarray(plug_in - (counts > 0) / (2 * math.log(2)) if estimator == "miller_madow" else plug_in)


def whole_of(n: IntArray, estimator: str) -> FloatArray:
    """Give the term of all trials together, see `terms_of`."""
    return terms_of(n, "plug_in" if estimator == "grassberger" else estimator)


def _summed_terms(counts: IntArray, estimator: str) -> FloatArray:
    """Add up the terms, from a table where that takes fewer logarithms."""
    largest = int(counts.max(initial=0))
    if largest >= counts.size:
        return np.asarray(terms_of(counts, estimator).sum(axis=-1))
    return np.asarray(terms_of(np.arange(largest + 1), estimator)[counts].sum(axis=-1))
