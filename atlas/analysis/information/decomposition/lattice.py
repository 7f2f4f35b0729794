"""The lattice of antichains: what several sets of sources can tell alike.

An antichain stands as its up-set, a word of 2**n_sources bits: bit M is set where the set of sources M contains one of
the antichain's sets. One antichain lies below another where its word holds all bits of the other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from atlas.records import FloatArray, IntArray


@lru_cache(maxsize=8)
def up_sets(n_sources: int) -> IntArray:
    """List the words of all antichains, ascending: 1, 4, 18, 166, 7,579 and 7,828,352 for 1 to 6 sources.

    Monotone Boolean functions of n variables are pairs of functions of n - 1, one below the other.
    """
    functions = np.array([0, 1], dtype=np.uint64)
    for n in range(n_sources):
        below = [functions[functions & ~upper == 0] | upper << np.uint64(2**n) for upper in functions]
        functions = np.concatenate(below)
    words = functions[1:-1]  # neither no set nor the empty one
    words.setflags(write=False)
    return words


def contains(words: IntArray, n_sources: int) -> FloatArray:
    """Tell bit by bit which sets an up-set holds, as 0 and 1, shape (n_words, 2**n_sources)."""
    octets = np.ascontiguousarray(words, dtype="<u8")[:, None].view(np.uint8)
    return np.unpackbits(octets, axis=1, count=2**n_sources, bitorder="little").astype(np.float64)


def smallest_sets(words: IntArray, n_sources: int) -> IntArray:
    """Give the antichains of up-sets, as words in which only the bits of their own sets are set."""
    antichains = words.copy()
    for j in range(n_sources):
        without_j = sum(1 << M for M in range(2**n_sources) if not M >> j & 1)
        antichains &= ~((words & np.uint64(without_j)) << np.uint64(2**j))
    return antichains


def degrees(words: IntArray, n_sources: int) -> IntArray:
    """Give the size of the smallest set in each up-set: the degree of synergy."""
    found = np.full(len(words), n_sources)
    for size in range(n_sources, 0, -1):
        of_size = sum(1 << M for M in range(2**n_sources) if M.bit_count() == size)
        found[words & np.uint64(of_size) != 0] = size
    return found


def to_atoms(values: FloatArray, n_sources: int) -> FloatArray:
    """Take from every antichain's value the atoms below it: Moebius inversion.

    Parameters
    ----------
    values
        In the order of `up_sets`, shape (n_columns, n_antichains).

    Notes
    -----
    A step for every set of sources, by size, each a subtraction over the antichains that lack it.
    """
    words, atoms = up_sets(n_sources), np.array(values)
    for above in _principal(n_sources):
        lacking = np.flatnonzero(words & above != above)
        lower = np.searchsorted(words, words[lacking] | above)
        for column in atoms:
            column[lacking] -= column[lower]
    return atoms


def _principal(n_sources: int) -> Iterator[np.uint64]:
    """Give the sets of sources by size, none and all left out, each as the word of the sets that contain it."""
    for M in sorted(range(1, 2**n_sources - 1), key=lambda M: (M.bit_count(), M)):
        yield np.uint64(sum(1 << larger for larger in range(2**n_sources) if larger & M == M))
