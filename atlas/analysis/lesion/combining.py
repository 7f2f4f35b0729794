"""One p value of many: of the parts of a partition, and of several networks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from atlas.errors import BadParameter
from atlas.results import CombinedLesions, LesionStatistic


def fisher(mid_p: ArrayLike) -> float:
    """Combine mid-p values of one hypothesis by Fisher's method: -2 times the sum of their logarithms is chi-squared.

    It takes them as independent, which parts of one layer are only nearly: they divide its neurons, and parts of one
    size share their random sets. Over uniform mid-p values of few random sets it is conservative.

    Parameters
    ----------
    mid_p
        Above 0, any shape; NaN is left out, and of none the result is NaN.

    References
    ----------
    Fisher (1932), Statistical Methods for Research Workers, 4th edition; of mid-p: Lancaster (1961), JASA 56, 223.

    Examples
    --------
    >>> round(fisher([0.05, 0.05, float("nan")]), 6)
    0.017479
    """
    known = np.asarray(mid_p, dtype=np.float64)
    known = known[~np.isnan(known)]
    return float(stats.chi2.sf(-2 * np.log(known).sum(), 2 * known.size)) if known.size else np.nan


def bates(mean_p: float, n_networks: int) -> float:
    """Give how often the mean of independent uniform p values is this small or smaller.

    Parameters
    ----------
    mean_p
        Mean of one p value of each network, from 0 to 1.
    n_networks
        1 or more. Computed in fractions, so exact but for the last rounding.

    Raises
    ------
    BadParameter
        A mean outside its range, NaN among the p values, or no network.

    References
    ----------
    Irwin (1927) and Hall (1927), Biometrika 19, 225-245: the distribution of the sum.

    Examples
    --------
    >>> round(bates(0.5, 5), 12)
    0.5
    """
    if n_networks < 1 or not 0 <= mean_p <= 1:
        raise BadParameter(
            f"The mean of {n_networks} p values is {mean_p}. It lies between 0 and 1, of one network or more. "
            "Leave out networks whose p value is undefined."
        )
    total = Fraction(mean_p) * n_networks
    terms = ((-1) ** k * math.comb(n_networks, k) * (total - k) ** n_networks for k in range(math.floor(total) + 1))
    return float(sum(terms, Fraction(0)) / math.factorial(n_networks))


def combined(
    layers: Sequence[str | None], hidden: Sequence[str], *, importance: LesionStatistic, coherence: LesionStatistic
) -> CombinedLesions:
    """Combine the tests of all parts of clusters: over all layers, then in each hidden layer.

    `layers` has the layer of every set's part; None is a whole cluster, which is no part.
    """
    scopes = (None, *hidden)
    inside = [[layer is not None and scope in (None, layer) for layer in layers] for scope in scopes]
    found = {}
    for name, statistic in (("importance", importance), ("coherence", coherence)):
        mid_p = [statistic.mid_p[rows] for rows in inside]
        found[f"{name}_p"] = np.array([fisher(one) for one in mid_p])
        found[f"n_{name}"] = np.array([np.count_nonzero(~np.isnan(one)) for one in mid_p])
    return CombinedLesions(layers=scopes, **found)
