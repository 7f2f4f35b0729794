"""Information by degree of synergy, and the representational complexity that is its mean degree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from atlas.records import FloatArray, IntArray

NO_BITS = 1e-12  # as much information is nothing but rounding


class Unions(NamedTuple):
    """What all atoms of degree 1, of at most 2, ..., of at most n_sources tell together, in bits.

    Shape (n_sources,) each. The last entry is the information of all sources together.
    """

    informative: FloatArray
    misinformative: FloatArray
    bias: FloatArray  # of their difference, to first order; NaN where it was not asked for


@dataclass(frozen=True, kw_only=True)
class Complexity:
    """Information of sources about a target, by how many of them must at least be known together to tell it.

    Arrays are in bits, of shape (n_degrees,), from degree 1.
    """

    definition: str  # sx, min, mmi
    bits: float  # of all sources together
    complexity: float  # mean degree of the bits; NaN where there are none
    degree_bits: FloatArray  # can be negative by `sx`
    informative_degree_bits: FloatArray  # of `sx` only, else NaN; never negative
    misinformative_degree_bits: FloatArray
    bias_complexity: float = np.nan  # what the finite number of trials adds, to first order; not taken off
    standard_error: float = 0.0  # of `complexity`, by random draws of the estimator; 0: it is exact


def sizes_of_sets(n_sources: int) -> IntArray:
    """Count the sources in every set of them, shape (2**n_sources,): source j is in the set if its number has bit j."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(n_sources):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def mean_degree(up_to: FloatArray) -> float:
    """Average the degree over bits, from what each degree and those below it tell; NaN where nothing is told.

    With B_k bits of degree k at most, I = B_n of them in all, it is n - (B_1 + ... + B_(n-1)) / I.
    """
    total = float(up_to[-1])
    return len(up_to) - float(up_to[:-1].sum()) / total if total > NO_BITS else np.nan


def of_unions(unions: Unions, *, standard_error: float = 0.0) -> Complexity:
    """Turn what is told up to each degree, by shared exclusions, into complexity.

    `standard_error` is that of B_1 + ... + B_(n-1), in bits.
    """
    net = unions.informative - unions.misinformative
    complexity, total = mean_degree(net), float(net[-1])
    return Complexity(
        definition="sx",
        bits=total,
        complexity=complexity,
        degree_bits=np.diff(net, prepend=0.0),
        informative_degree_bits=np.diff(unions.informative, prepend=0.0),
        misinformative_degree_bits=np.diff(unions.misinformative, prepend=0.0),
        bias_complexity=complexity - mean_degree(net - unions.bias),
        standard_error=standard_error / total if total > NO_BITS else np.nan,
    )
