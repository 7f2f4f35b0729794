"""The error function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from atlas.analysis.correlation.closures.expansion import expanded, marginal_of
from atlas.analysis.correlation.closures.psd import nearest_covariance
from atlas.analysis.correlation.closures.quadrature import density_integral, density_integrals
from atlas.analysis.correlation.closures.standard import FARTHEST, Standard, standardised
from atlas.analysis.correlation.closures.third import corrected, standard_skewness
from atlas.records import FloatArray

if TYPE_CHECKING:
    from atlas.analysis.correlation.cumulants import Cumulants


@dataclass(frozen=True)
class GaussianError:
    """The closure of erf: it is how often a Gaussian variable of variance 1 / 2 lies below z, twice, less 1.

    Expectations are thus probabilities of Gaussian variables whose variance is larger by 1 / 2.

    References
    ----------
    Williams (1997), Adv. Neural Inf. Process. Syst. 9, 295-301.
    """

    def function(self, z: FloatArray) -> FloatArray:
        """Apply it."""
        values: FloatArray = special.erf(z)
        return values

    def moments(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        *,
        cumulants: Cumulants | None = None,
        n_nodes: int | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and covariance after it. See `Closure`."""
        standard = standardised(mean, covariance)
        widened = _widened(mean, standard)
        after: FloatArray = special.erf(widened.place / np.sqrt(2))
        spread = 4 * _covariance(widened, n_nodes)
        if cumulants is None:
            return after, spread if n_nodes is None else nearest_covariance(spread)
        derivatives = expanded(special.erf, mean, standard.scale).derivatives(standard.correlation)
        return corrected(after, spread, standard_skewness(cumulants, standard.scale), derivatives)

    def marginal(
        self, mean: FloatArray, variance: FloatArray, *, third: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance after it. See `Closure`."""
        return marginal_of(special.erf, mean, variance, third=third)


def _widened(mean: FloatArray, standard: Standard) -> Standard:
    """Add 1 / 2 to every variance."""
    scale = np.hypot(standard.scale, np.sqrt(0.5))
    share = standard.scale / scale
    place = np.clip(mean / scale, -FARTHEST, FARTHEST)
    return Standard(scale, place, np.outer(share, share) * standard.correlation)


def _covariance(widened: Standard, n_nodes: int | None) -> FloatArray:
    """Give the covariance of being above 0, for pairs and for each element with its like."""
    covariance = density_integrals(widened, damped=False, n_nodes=n_nodes)
    r, place = np.diagonal(widened.correlation), widened.place
    np.fill_diagonal(covariance, density_integral(r, place, place, damped=False, n_nodes=n_nodes))
    return covariance
