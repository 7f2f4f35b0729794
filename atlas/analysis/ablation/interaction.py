"""What two ablations do together beyond their sum, trial by trial.

A trial has the value wrong_ik - wrong_i - wrong_k + wrong_0, from -2 to 2; the interaction is its mean.
"""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from atlas.analysis.ablation.paired import Z_95
from atlas.records import FloatArray, IntArray

VALUES = np.array([-2, -1, 1, 2])  # of a trial; the others have 0


def trials_by_value(together: IntArray, first: IntArray, second: IntArray, both: IntArray) -> IntArray:
    """Count the trials of each of `VALUES`, shape (n_pairs, 4), from answers that flip.

    Parameters
    ----------
    together
        Trials flipped without both neurons, shape (n_pairs, 2, 3): broken or repaired, and by how many of the two
        neurons alone as well.
    first, second, both
        Trials broken and repaired without the first, without the second, and alone by each; shape (n_pairs, 2).
    """
    by_one_alone = first + second - 2 * both - together[:, :, 1]
    by_each_alone = both - together[:, :, 2]
    up = together[:, 0, 0] + by_one_alone[:, 1] + together[:, 1, 2]
    down = together[:, 1, 0] + by_one_alone[:, 0] + together[:, 0, 2]
    return np.column_stack([by_each_alone[:, 0], down, up, by_each_alone[:, 1]])


def interval(counts: IntArray, n_trials: int) -> tuple[FloatArray, FloatArray]:
    """Bound the mean value of a trial by a 95 % interval, from -2 to 2; never of no width.

    References
    ----------
    Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488, for the difference of paired shares: Wald's interval
    after one more trial of value 1 and one of -1. Here trials may also have the values 2 and -2.
    """
    n = n_trials + 2
    mean = counts @ VALUES / n
    variance = (counts @ VALUES**2 + 2) / n - mean**2
    half = Z_95 * np.sqrt(variance / n)
    return np.maximum(mean - half, -2.0), np.minimum(mean + half, 2.0)


def standardised(counts: IntArray) -> FloatArray:
    """Divide the mean value by its standard deviation when every sign is tossed; NaN where all values are 0."""
    sd = np.sqrt(counts @ VALUES**2)
    z: FloatArray = np.divide(counts @ VALUES, sd, out=np.full(len(counts), np.nan), where=sd > 0)
    return z


def sign_flip_p(counts: IntArray) -> FloatArray:
    """Test whether the mean value is 0: exact, two-sided; 1 where all values are 0.

    Every value keeps its size and tosses a fair coin for its sign; p is the chance of a mean as far from 0. For values
    of 1 and -1 only it is McNemar's exact test, which single neurons are given.

    Examples
    --------
    >>> sign_flip_p(np.array([[0, 0, 5, 0], [0, 0, 1, 1]])).tolist()  # 2 / 2**5; of +-1 +-2, two reach 3 or -3
    [0.0625, 0.5]
    """
    kinds, pairs = np.unique(
        np.column_stack([counts[:, 1] + counts[:, 2], counts[:, 0] + counts[:, 3], np.abs(counts @ VALUES)]),
        axis=0,
        return_inverse=True,
    )
    tails = np.empty(len(kinds))
    for n_large in np.unique(kinds[:, 1]):
        chosen = kinds[:, 1] == n_large
        tails[chosen] = _tail(kinds[chosen, 0], int(n_large), kinds[chosen, 2])
    return np.where(kinds[:, 2] == 0, 1.0, np.minimum(2 * tails, 1.0))[pairs.ravel()]


def _tail(n_small: IntArray, n_large: int, reached: IntArray) -> FloatArray:
    """Give the chance that `n_small` tosses of 1 and `n_large` tosses of 2 sum to `reached` or more."""
    tail = np.zeros(len(n_small))
    for n_up, chance in enumerate(stats.binom.pmf(np.arange(n_large + 1), n_large, 0.5)):
        n_heads = np.ceil((reached - 2 * (2 * n_up - n_large) + n_small) / 2)  # of the small, at least
        tail += chance * special.bdtrc(np.minimum(n_heads - 1, n_small), n_small, 0.5)
    return tail
