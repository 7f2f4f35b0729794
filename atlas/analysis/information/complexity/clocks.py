"""Complexity of up to sixteen sources by random draws: exponential clocks instead of antichains."""

from __future__ import annotations

from functools import lru_cache, reduce

import numpy as np

from atlas.analysis.information.complexity.bias import union_bias
from atlas.analysis.information.complexity.profile import Complexity, Unions, of_unions, sizes_of_sets
from atlas.analysis.information.decomposition import Joint
from atlas.analysis.seeds import check_whole, generator
from atlas.records import FloatArray, IntArray

EULER_BITS = np.euler_gamma / np.log(2.0)  # what the logarithm of an exponential clock with rate 1 lacks to 0
STATES_KEPT = 256  # of all sources together, which rows have each
SHORT = 8
CLOCKS = 31  # stream of random numbers


def clock_complexity(joint: Joint, *, n_draws: int = 4_000, seed: int = 0) -> Complexity:
    """Estimate representational complexity by shared exclusions without bias from random draws.

    Parameters
    ----------
    joint
        Up to sixteen sources. A draw takes time proportional to 2**n_sources times n_sources, and the distinct rows.
    n_draws
        Rows of the joint distribution that are drawn, at least 2. Each has clocks of its own.

    Returns
    -------
    Complexity
        `bits` is exact. `standard_error` is that of `complexity` over draws.

    Notes
    -----
    A clock with rate q rings first after E = -log(u) / q, the mean of -ln E being ln q + gamma; so the redundancy of an
    antichain is a mean of the first ring of clocks, one for each set M of sources, whose rate is the probability of all
    that agrees with the row drawn in exactly M. Let tau(a) be the first ring of any set that contains a. By max-min,
    the inclusion and exclusion over all antichains of sets of k sources becomes T_k, the largest tau(a) with
    |a| = k: the time until no k sources keep the row apart from all that has rung. What is told up to degree k is the
    mean of log2 T_k + gamma / ln 2, less the same of the clocks of the row's target alone.
    """
    check_whole(least=2, n_draws=n_draws)
    parts, inverses = draws(joint, n_draws=n_draws, seed=seed)
    means = parts.mean(axis=2)
    means[:, -1] = _surprise(joint.source_mass), _surprise(joint.mass) - _surprise(joint.target_mass)
    summed = (parts[0] - parts[1])[:-1].sum(axis=0)
    return of_unions(
        Unions(informative=means[0], misinformative=means[1], bias=union_bias(inverses, joint)),
        standard_error=float(summed.std(ddof=1) / np.sqrt(n_draws)),
    )


def draws(joint: Joint, *, n_draws: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Draw rows and clocks.

    Returns
    -------
    tuple[FloatArray, FloatArray]
        Of every draw log2 T_k + gamma / ln 2, shape (2, n_sources, n_draws), informative and misinformative: their mean
        is what is told up to each degree. And the mean of T_k less that of the row's target, for the bias.
    """
    random = generator(seed, CLOCKS)
    drawn = np.sort(random.choice(len(joint.mass), n_draws, p=joint.mass / joint.total))
    rows = _Rows(joint, random)
    of_target, of_all = np.array([rows.times(row) for row in drawn.tolist()]).transpose(1, 2, 0) * joint.total
    chances = joint.target_mass[joint.target[drawn]] / joint.total
    parts: FloatArray = np.log2(np.array([of_all, of_target * chances])) + EULER_BITS
    return parts, (of_target - of_all).mean(axis=1)


class _Rows:
    """Draw clocks for rows of a joint distribution."""

    def __init__(self, joint: Joint, random: np.random.Generator) -> None:
        self._joint, self._random = joint, random
        self._n_sets = 2**joint.n_sources
        sizes = sizes_of_sets(joint.n_sources)
        self._by_size = np.argsort(sizes, kind="stable")
        self._first_of_size = np.searchsorted(sizes[self._by_size], np.arange(1, joint.n_sources + 1))
        self._kept = lru_cache(maxsize=STATES_KEPT)(self._agreeing_in)

    def times(self, row: int) -> FloatArray:
        """Draw the time until no k sources keep a row apart, shape (2, n_sources): of its target's clocks, and of all.

        Only sets that some row agrees in have a clock. Its place in the order of rings stands for its time: in a byte
        or two, many are compared at once.
        """
        masses = self._agreeing(row)
        occupied = np.flatnonzero(masses)
        rings = self._random.standard_exponential(len(occupied)) / masses[occupied]
        order = np.argsort(rings)
        never = len(occupied)
        places = np.full(len(masses), never, dtype=np.min_scalar_type(never))
        places[occupied[order]] = np.arange(never)
        both = places.reshape(2, self._n_sets)
        np.minimum(both[0], both[1], out=both[1])
        _first_of_larger(both)
        last = np.maximum.reduceat(both.take(self._by_size, axis=1), self._first_of_size, axis=1)
        times: FloatArray = rings[order[last]]
        return times

    def _agreeing(self, row: int) -> FloatArray:
        """Add up what agrees with a row in exactly each set of sources: first of its target, then of others."""
        joint = self._joint
        states = joint.source_rows[:, joint.source_row[row]].tolist()
        sets = reduce(np.bitwise_or, (self._kept(source, state) for source, state in enumerate(states)))
        codes = sets[joint.source_row] + self._n_sets * (joint.target != joint.target[row])
        masses: FloatArray = np.bincount(codes, weights=joint.mass, minlength=2 * self._n_sets).astype(np.float64)
        return masses

    def _agreeing_in(self, source: int, state: int) -> IntArray:
        alike: IntArray = (self._joint.source_rows[source] == state).astype(np.uint16) << np.uint16(source)
        return alike


def _first_of_larger(places: IntArray) -> None:
    """Let each set of sources ring with the first of all that contain it, in place; shape (2, 2**n_sources)."""
    for j in range(places.shape[1].bit_length() - 1):
        without, within = places.reshape(-1, 2, 2**j).transpose(1, 2, 0)
        if 2**j < SHORT:  # numpy is slow along short rows
            for place in range(2**j):
                np.minimum(without[place], within[place], out=without[place])
        else:
            np.minimum(without.T, within.T, out=without.T)


def _surprise(mass: FloatArray) -> float:
    """Measure the entropy of a distribution given by masses, in bits."""
    total = float(mass.sum())
    return float(np.log2(total) - mass @ np.log2(mass) / total)
