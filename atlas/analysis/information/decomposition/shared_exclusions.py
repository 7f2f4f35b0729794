"""Redundancy by shared exclusions: what learning that one of several sets of sources has its state tells."""

from __future__ import annotations

import numpy as np

from atlas.analysis.information.decomposition.agreement import agreement
from atlas.analysis.information.decomposition.joint import Joint
from atlas.analysis.information.decomposition.lattice import contains
from atlas.records import FloatArray, IntArray

WORDS_AT_ONCE, ROWS_AT_ONCE = 128, 256  # 256 KiB, which stays in the cache


def shared_exclusions(joint: Joint, words: IntArray) -> tuple[FloatArray, FloatArray]:
    """Measure the redundancy of antichains by shared exclusions, in its two parts.

    Parameters
    ----------
    words
        Up-sets of antichains of up to six sources, as in `lattice.up_sets`; any of them, in any order.

    Returns
    -------
    tuple[FloatArray, FloatArray]
        Informative and misinformative part, in bits, none below 0; the redundancy is their difference. Of a single
        set it is the mutual information of these sources and the target.

    Notes
    -----
    A row is shared by an antichain with all rows that agree with it in all sources of one of its sets: with those whose
    set of agreeing sources is in the up-set.

    References
    ----------
    Makkeh, Gutknecht and Wibral (2021), Phys. Rev. E 103, 032149: i_sx and its two parts.
    """
    found = agreement(joint)
    shared = _mean_log2(words, joint.n_sources, found.of_sources, joint.source_mass / joint.total)
    with_target = _mean_log2(words, joint.n_sources, found.of_rows, joint.mass / joint.total)
    of_target = joint.target_mass @ np.log2(joint.target_mass) / joint.total
    return np.log2(joint.total) - shared, of_target - with_target


def _mean_log2(words: IntArray, n_sources: int, agreeing: FloatArray, shares: FloatArray) -> FloatArray:
    """Average the logarithm of the mass that shares an up-set with a row, shape (n_words,)."""
    means = np.zeros(len(words))
    for first in range(0, len(words), WORDS_AT_ONCE):
        some = slice(first, first + WORDS_AT_ONCE)
        chosen = contains(words[some], n_sources)
        for row in range(0, len(shares), ROWS_AT_ONCE):
            rows = slice(row, row + ROWS_AT_ONCE)
            sharing = chosen @ agreeing[:, rows]
            means[some] += np.log2(sharing, out=sharing) @ shares[rows]
    return means
