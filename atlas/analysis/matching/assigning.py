"""One partner at most for every cluster, so that the scores of all matches sum to the most there is."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray, IntArray
from atlas.results.matching import UNMATCHED


def assigned(scores: FloatArray) -> IntArray:
    """Match one to one.

    Parameters
    ----------
    scores
        Shape (n_first, n_second). A pair whose score is NaN, 0 or less is no match: it shares no neuron, or is not
        alike.

    Returns
    -------
    IntArray
        Column of every row's match, UNMATCHED where it has none. Of several matchings with the same sum, one.

    References
    ----------
    Crouse (2016), IEEE Trans. Aerosp. Electron. Syst. 52, 1679-1696.
    """
    worth = np.where(scores > ROUNDING, scores, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    partner = np.full(len(scores), UNMATCHED)
    partner[rows] = np.where(worth[rows, columns] > 0, columns, UNMATCHED)
    return partner


def matched_scores(scores: FloatArray, partner: IntArray) -> FloatArray:
    """Give the score of every row with its match, 0 where it has none."""
    return np.where(partner == UNMATCHED, 0.0, scores[np.arange(len(scores)), partner])
