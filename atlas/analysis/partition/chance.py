"""What chance gives, draw after draw: its moments, and how often it reaches what was observed."""

from __future__ import annotations

import numpy as np

from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray, IntArray
from atlas.results import Scored


class Chance:
    """Numbers beside their null, which comes draw by draw and is not kept: memory does not grow with it.

    The same as `atlas.analysis.statistics.against_null` where every draw is defined; a draw that is NaN does not count.

    References
    ----------
    Welford (1962), Technometrics 4, 419-420.
    """

    def __init__(self, observed: FloatArray | float) -> None:
        self._observed = np.asarray(observed, dtype=np.float64)
        shape = self._observed.shape
        self._slack = ROUNDING * np.maximum(1.0, np.abs(self._observed))
        self._n, self._above, self._below = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        self._mean, self._squares = np.zeros(shape), np.zeros(shape)

    def add(self, drawn: FloatArray) -> None:
        """Count one draw, of the observed shape."""
        known = ~np.isnan(drawn)
        self._n += known
        gap = np.where(known, drawn - self._mean, 0.0)
        self._mean += gap / np.maximum(self._n, 1)
        self._squares += gap * np.where(known, drawn - self._mean, 0.0)
        self._above += drawn >= self._observed - self._slack
        self._below += drawn <= self._observed + self._slack

    def upper(self) -> Scored:
        """Place the numbers; p tells how often chance is as large."""
        return self._scored(self._p(self._above))

    def lower(self) -> Scored:
        """Place the numbers; p tells how often chance is as small."""
        return self._scored(self._p(self._below))

    def two_sided(self) -> Scored:
        """Place the numbers; p is twice that of the side they are on, 1 at most."""
        return self._scored(np.minimum(2 * np.minimum(self._p(self._above), self._p(self._below)), 1.0))

    def _p(self, reached: IntArray) -> FloatArray:
        defined = (self._n > 0) & ~np.isnan(self._observed)
        return np.where(defined, (1 + reached) / (1 + self._n), np.nan)

    def _scored(self, p: FloatArray) -> Scored:
        mean = np.where(self._n > 0, self._mean, np.nan)
        sd = np.where(self._n > 1, np.sqrt(self._squares / np.maximum(self._n - 1, 1)), np.nan)
        z = np.full(sd.shape, np.nan)
        np.divide(self._observed - mean, sd, out=z, where=sd > ROUNDING * np.maximum(1.0, np.abs(mean)))
        return Scored(value=self._observed, null_mean=mean, null_sd=sd, z=z, p=p)
