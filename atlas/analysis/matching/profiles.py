"""How alike clusters are in what their neurons are joined to, cost or know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from atlas.analysis.statistics import ROUNDING
from atlas.records import BoolArray, FloatArray, IntArray

_CHUNK = 64  # features: a chunk of ten thousand neurons stays in a machine's cache while many labellings are summed


class Drawn(NamedTuple):
    """Neurons drawn again and again."""

    places: IntArray  # among the covered neurons of their side, shape (n_members,)
    times: FloatArray  # how often each was drawn, shape (n_draws, n_members)


@dataclass(frozen=True, kw_only=True)
class CentredRows:
    """What is known of every covered neuron, less the mean over all of them.

    Centred, because every cluster shares what every neuron has (all paths lead to all outputs, the loss of any neuron
    costs something): without it all clusters are alike, and what sets them apart is a small rest.
    """

    rows: FloatArray  # shape (n_covered, n_features); 0 where nothing is known
    known: BoolArray  # shape (n_covered,)
    scale: float  # the largest norm before centring: what rounding is measured by

    @classmethod
    def of(cls, rows: FloatArray) -> CentredRows:
        """Centre rows; one with a number that is not finite is not known."""
        known: BoolArray = np.all(np.isfinite(rows), axis=1)
        if not known.any():
            return cls(rows=np.zeros(rows.shape), known=known, scale=0.0)
        centred = np.where(known[:, None], rows - rows[known].mean(axis=0), 0.0)
        return cls(rows=centred, known=known, scale=float(np.linalg.norm(rows[known], axis=1).max()))

    def sums(self, weights: FloatArray | sparse.csr_array) -> tuple[FloatArray, FloatArray]:
        """Sum the rows of sets of neurons, shape (n_sets, n_features), and give the norms of these sums.

        A sum points where the mean does. A norm is NaN where a set has no direction: nothing is known of it, or its
        mean is that of all neurons but for rounding.
        """
        sums = weights @ self.rows
        return sums, self._norms(np.linalg.norm(sums, axis=1), weights)

    def norms(self, weights: sparse.csr_array) -> FloatArray:
        """Give only the norms of sums over many sets, a few features at a time: the sums are never laid out."""
        squares = np.zeros(weights.shape[0])
        for start in range(0, self.rows.shape[1], _CHUNK):
            sums = weights @ self.rows[:, start : start + _CHUNK]
            squares += np.einsum("ij,ij->i", sums, sums)
        return self._norms(np.sqrt(squares), weights)

    def _norms(self, norms: FloatArray, weights: FloatArray | sparse.csr_array) -> FloatArray:
        least = ROUNDING * self.scale * (weights @ self.known.astype(np.float64))
        return np.where(norms > least, norms, np.nan)

    def take(self, places: IntArray) -> CentredRows:
        """Keep some neurons, centred as they were."""
        return replace(self, rows=self.rows[places], known=self.known[places])


class Likeness:
    """Cosines between the clusters of the first side and any sets of neurons of the second."""

    def __init__(self, first: CentredRows, members: sparse.csr_array, second: CentredRows) -> None:
        sums, norms = first.sums(members)
        self.first, self.second = first, second
        self._along = second.rows @ (sums / norms[:, None]).T  # of every neuron along every cluster

    def of(self, members: sparse.csr_array) -> FloatArray:
        """Compare sets, shape (n_sets, n_clusters of the first); NaN where either has no direction."""
        cosines: FloatArray = (members @ self._along) / self.second.norms(members)[:, None]
        return np.clip(cosines, -1.0, 1.0)

    def resampled(self, first: Drawn, second: Drawn) -> FloatArray:
        """Compare draws of a set of the first side with those of one of the second, shape (n_draws,)."""
        (one, one_norm), (other, other_norm) = (
            rows.take(drawn.places).sums(drawn.times) for rows, drawn in ((self.first, first), (self.second, second))
        )
        cosines: FloatArray = np.einsum("ij,ij->i", one, other) / (one_norm * other_norm)
        return np.clip(cosines, -1.0, 1.0)
