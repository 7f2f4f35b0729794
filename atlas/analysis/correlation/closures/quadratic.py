"""z + alpha z^2, the one nonlinearity that few cumulants determine; the identity where alpha is 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.analysis.correlation.closures.psd import nearest_covariance
from atlas.analysis.correlation.closures.standard import check_finite
from atlas.records import FloatArray

if TYPE_CHECKING:
    from atlas.analysis.correlation.cumulants import Cumulants


@dataclass(frozen=True)
class Quadratic:
    """The closure of z + alpha z^2: with third and fourth cumulants exact for any distribution.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143.
    """

    alpha: float

    def function(self, z: FloatArray) -> FloatArray:
        """Apply it."""
        values: FloatArray = z + self.alpha * z**2
        return values

    def moments(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        *,
        cumulants: Cumulants | None = None,
        n_nodes: int | None = None,  # noqa: ARG002 - every closure takes it
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and covariance after it. See `Closure`; there is no quadrature for `n_nodes`."""
        check_finite(mean, covariance)
        after = mean + self.alpha * (mean**2 + np.diagonal(covariance))
        slope = 1 + 2 * self.alpha * mean
        spread = np.outer(slope, slope) * covariance + 2 * (self.alpha * covariance) ** 2
        if cumulants is None:
            return after, spread
        crossed = self.alpha * slope * cumulants.third
        spread += crossed + crossed.T
        if cumulants.fourth is not None:
            spread += self.alpha**2 * cumulants.fourth
        return after, nearest_covariance(spread)

    def marginal(
        self, mean: FloatArray, variance: FloatArray, *, third: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance after it. See `Closure`."""
        slope = 1 + 2 * self.alpha * mean
        spread = slope**2 * variance + 2 * (self.alpha * variance) ** 2
        if third is not None:
            spread = np.maximum(spread + 2 * self.alpha * slope * third, 0)
        return mean + self.alpha * (mean**2 + variance), spread
