"""Complexity without the lattice: only antichains whose sets have equal size are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from atlas.analysis.information.complexity.bias import union_bias
from atlas.analysis.information.complexity.profile import Unions
from atlas.analysis.information.decomposition import Joint, agreement
from atlas.records import FloatArray, IntArray

MOST_SOURCES = 6  # 1,114,236 antichains; seven sources have 6.9e10
ANTICHAINS_AT_ONCE, ROWS_AT_ONCE = 512, 256  # 1 MiB: it stays in the cache
HALVINGS = 3  # logarithms of products of 2**3 masses: fewer logarithms, and no overflow


def unions(joint: Joint, *, with_bias: bool = False) -> Unions:
    """Measure what is told up to each degree, by shared exclusions: exact, for up to six sources.

    Parameters
    ----------
    with_bias
        Estimate the bias, too, at twice the cost.

    Notes
    -----
    Atoms of degree k at most lie below the sets {a} of k sources, and what lies below both {a} and {b} lies below
    {a, b}; so inclusion and exclusion over antichains A of sets of size k gives B_k = sum (-1)^(|A| + 1) I(A), I being
    the redundancy. Of these antichains there are 4, 15, 94, 2,109 and 1,114,236 for 2 to 6 sources; time is
    proportional to their number times that of distinct rows, memory to 2**n_sources times that of rows.

    References
    ----------
    Makkeh, Gutknecht and Wibral (2021), Phys. Rev. E 103, 032149 (shared exclusions); Ehrlich, Schneider,
    Priesemann, Wibral and Makkeh (2023), TMLR (degree and complexity).
    """
    found = agreement(joint)
    total, of_targets = joint.total, joint.target_mass
    degrees = range(1, joint.n_sources + 1)
    whatever = np.array([_sums(found.of_sources, joint.source_mass, k, inverse=with_bias) for k in degrees])
    within = np.array([_sums(found.of_rows, joint.mass, k, inverse=with_bias) for k in degrees])
    return Unions(
        informative=np.log2(total) - whatever[:, 0] / total,
        misinformative=(of_targets @ np.log2(of_targets) - within[:, 0]) / total,
        bias=union_bias(within[:, 1] - whatever[:, 1], joint),
    )


def _sums(agreeing: FloatArray, mass: FloatArray, size: int, *, inverse: bool) -> tuple[float, float]:
    """Add up over antichains of sets of one size, with sign, log2 of what shares them with a row, and 1 over it.

    Rows are weighted with their mass. The second is NaN unless asked for.
    """
    n_sources = len(agreeing).bit_length() - 1
    members = _members(n_sources, size)
    agreeing = agreeing[members > 0]  # fewer sources than `size` share no set
    logs, inverses = np.zeros(len(mass)), np.zeros(len(mass))
    for sign, chosen in _antichains(members[members > 0], len(list(combinations(range(n_sources), size)))):
        for first in range(0, len(mass), ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            shared = chosen @ agreeing[:, rows]
            if inverse:
                inverses[rows] += sign * (1.0 / shared).sum(axis=0)
            logs[rows] += sign * _log2_of_product(shared)
    return float(logs @ mass), float(inverses @ mass) if inverse else np.nan


def _members(n_sources: int, size: int) -> IntArray:
    """Give, for every set of sources, which sets of one size it contains, as bits; shape (2**n_sources,)."""
    sets = np.arange(2**n_sources)
    subsets = [sum(1 << j for j in chosen) for chosen in combinations(range(n_sources), size)]
    return sum((((sets & subset) == subset) << place for place, subset in enumerate(subsets)), np.zeros_like(sets))


def _antichains(members: IntArray, n_members: int) -> Iterator[tuple[int, FloatArray]]:
    """Give the antichains made of members, some at a time: their sign, and which sets of sources contain one of them.

    Of an odd number of members it is 1, of an even number -1. The second has shape (n_antichains, len(members)), of 0
    and 1.
    """
    for first in range(0, 2 ** (n_members - 1), ANTICHAINS_AT_ONCE):
        upper = np.arange(first, min(first + ANTICHAINS_AT_ONCE, 2 ** (n_members - 1)))
        parity = upper.copy()
        for shift in (16, 8, 4, 2, 1):
            parity ^= parity >> shift
        for sign, lowest in ((1, 1 - (parity & 1)), (-1, parity & 1)):
            antichains = upper << 1 | lowest
            antichains = antichains[antichains > 0]
            if len(antichains) > 0:
                yield sign, ((members & antichains[:, None]) != 0).astype(np.float64)


def _log2_of_product(masses: FloatArray) -> FloatArray:
    """Add up log2 over the first axis, by products of eight masses; `masses` is used up."""
    for _ in range(HALVINGS):
        n_rows = len(masses)
        masses[: n_rows // 2] *= masses[n_rows - n_rows // 2 :]
        masses = masses[: n_rows - n_rows // 2]
    total: FloatArray = np.log2(masses, out=masses).sum(axis=0)
    return total
