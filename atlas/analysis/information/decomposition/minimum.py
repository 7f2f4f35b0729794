"""Redundancy as the least that any set of sources tells: I_min and minimal mutual information."""

from __future__ import annotations

import numpy as np

from atlas.analysis.information.decomposition.agreement import group_masses
from atlas.analysis.information.decomposition.joint import Joint
from atlas.analysis.information.decomposition.lattice import contains
from atlas.analysis.information.decomposition.numbering import added
from atlas.records import FloatArray, IntArray

WORDS_AT_ONCE = 128


def specific_bits(joint: Joint) -> FloatArray:
    """Measure what every set of sources tells about each state of the target.

    Returns
    -------
    FloatArray
        Specific information in bits, shape (2**n_sources, n_targets): how much more likely, on average, what the set
        shows makes the target's state. Weighted with the shares of the target's states, it adds up to the mutual
        information of the set and the target.

    References
    ----------
    Williams and Beer (2010), arXiv:1004.2515: specific information.
    """
    bits = np.empty((2**joint.n_sources, joint.n_targets))
    per_target = joint.target_mass
    for sources, of_sources, of_rows in group_masses(joint):
        gains = np.log2(of_rows * joint.total / (of_sources[joint.source_row] * per_target[joint.target]))
        bits[sources] = added(joint.target, joint.mass * gains) / per_target
    return bits


def set_bits(joint: Joint) -> FloatArray:
    """Measure the mutual information of every set of sources and the target, in bits, shape (2**n_sources,)."""
    bits: FloatArray = specific_bits(joint) @ (joint.target_mass / joint.total)
    return bits


def least_specific(joint: Joint, words: IntArray) -> FloatArray:
    """Measure the redundancy I_min of antichains: for each state of the target, the least any set tells about it.

    `words` are up-sets as in `lattice.up_sets`; the result, in bits, is never below 0.

    References
    ----------
    Williams and Beer (2010), arXiv:1004.2515.
    """
    shares = joint.target_mass / joint.total
    return _least(specific_bits(joint), words, joint.n_sources) @ shares


def least_mutual(joint: Joint, words: IntArray) -> FloatArray:
    """Measure the redundancy of antichains as the least mutual information any of their sets has with the target.

    References
    ----------
    Barrett (2015), Phys. Rev. E 91, 052802: minimal mutual information.
    """
    return _least(set_bits(joint)[:, None], words, joint.n_sources)[:, 0]


def _least(bits: FloatArray, words: IntArray, n_sources: int) -> FloatArray:
    """Give the least over each up-set, shape (n_words, ...): larger sets never tell less, so they do not matter."""
    least = np.empty((len(words), bits.shape[1]))
    for first in range(0, len(words), WORDS_AT_ONCE):
        some = slice(first, first + WORDS_AT_ONCE)
        chosen = contains(words[some], n_sources)[:, :, None] > 0
        least[some] = np.where(chosen, bits, np.inf).min(axis=1)
    return least
