"""Complexity as a mean over some of the sources at a time, and over groups of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from atlas.analysis.information.complexity.profile import Complexity
from atlas.analysis.information.states import joint_states
from atlas.analysis.seeds import generator
from atlas.records import FloatArray, IntArray

SUBSETS = 32  # stream of random numbers


def subsets(n_sources: int, *, size: int, n_subsets: int, seed: int) -> IntArray:
    """Draw sets of sources of one size, each at most once, all with the same chance; shape (n_drawn, size).

    All sets, if there are no more than `n_subsets`.

    References
    ----------
    Ehrlich et al. (2023), TMLR: 26 of the 252 sets of 5 of 10 neurons.
    """
    random = generator(seed, SUBSETS)
    drawn: dict[tuple[int, ...], None] = {}  # in the order they are drawn
    while len(drawn) < min(n_subsets, comb(n_sources, size)):
        drawn[tuple(sorted(random.choice(n_sources, size, replace=False).tolist()))] = None
    return np.array(list(drawn))


def mean_complexity(found: Sequence[Complexity], *, n_all: int) -> Complexity:
    """Average over sets of sources, leaving out those that tell nothing.

    `n_all` is how many sets there are to draw from: the standard error is that of those drawn, and of their own.
    """
    values = np.array([one.complexity for one in found])
    known = values[~np.isnan(values)]
    missing = max(0.0, 1 - len(found) / n_all)
    between = known.var(ddof=1) * missing if len(known) > 1 else 0.0
    within = mean_known([one.standard_error**2 for one in found])
    return Complexity(
        definition=found[0].definition,
        bits=float(np.mean([one.bits for one in found])),
        complexity=float(mean_known(values)),
        degree_bits=mean_known([one.degree_bits for one in found]),
        informative_degree_bits=mean_known([one.informative_degree_bits for one in found]),
        misinformative_degree_bits=mean_known([one.misinformative_degree_bits for one in found]),
        bias_complexity=float(mean_known([one.bias_complexity for one in found])),
        standard_error=float(np.sqrt((between + within) / max(len(known), 1))),
    )


def grouped(states: IntArray, size: int) -> IntArray:
    """Make one source of every `size` sources in their order, the last of what is left; its states are joint ones.

    Both have shape (n_sources, n_trials).

    References
    ----------
    Ehrlich et al. (2023), TMLR: coarse-graining, pairs of neurons.
    """
    return np.stack([joint_states(states[first : first + size]) for first in range(0, len(states), size)])


def mean_known(values: Sequence[FloatArray] | Sequence[float] | FloatArray) -> FloatArray:
    """Average over the first axis what is not NaN; NaN where all is."""
    numbers = np.asarray(values, dtype=np.float64)
    n_known = (~np.isnan(numbers)).sum(axis=0)
    mean: FloatArray = np.divide(
        np.nansum(numbers, axis=0), n_known, out=np.full(numbers.shape[1:], np.nan), where=n_known > 0
    )
    return mean
