"""What a finite number of trials adds to information counted from them, to first order."""

from __future__ import annotations

import numpy as np

from atlas.analysis.information.decomposition import Joint
from atlas.records import FloatArray


def union_bias(inverses: FloatArray, joint: Joint) -> FloatArray:
    """Estimate the bias of what is told up to each degree, in bits, from means of 1 / P.

    Parameters
    ----------
    inverses
        Sum over targets t of D_t, less D, shape (n_sources,). D is the mean, over the sources' states, of 1 / P, where
        P is the probability of all that shares an antichain with the state, summed over antichains with their sign;
        D_t is the same among the states of target t.

    Notes
    -----
    An expansion of log P by the delta method. For all sources together it is that of Miller and Madow,
    (n_rows - n_source_rows - n_targets + 1) / (2 ln 2 n_trials). It underrates the bias where distinct rows are nearly
    as many as trials, and NaN is returned for probabilities, which have none.
    """
    if not joint.counted:
        return np.full(len(inverses), np.nan)
    bias: FloatArray = (inverses - (joint.n_targets - 1)) / (2 * np.log(2) * joint.total)
    return bias
