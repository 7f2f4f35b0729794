"""ReLU and leaky ReLU."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from atlas.analysis.correlation.closures.psd import nearest_covariance
from atlas.analysis.correlation.closures.quadrature import density_integrals
from atlas.analysis.correlation.closures.standard import Standard, scale_and_place, standardised
from atlas.analysis.correlation.closures.third import (
    ThirdDerivatives,
    corrected,
    corrected_alone,
    skewness_alone,
    standard_skewness,
)
from atlas.records import FloatArray

if TYPE_CHECKING:
    from atlas.analysis.correlation.cumulants import Cumulants

_LEAST_FREE = 1e-12  # deviation left of one element where another is known, in its own


@dataclass(frozen=True)
class Rectified:
    """The closure of a nonlinearity that is z above 0 and slope z below.

    It is the identity, slope times, and ReLU, 1 - slope times: expectations follow from those of ReLU.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143; Price (1958), IRE Trans. Inf.
    Theory 4, 69-72, for the covariance.
    """

    slope: float

    def function(self, z: FloatArray) -> FloatArray:
        """Apply it."""
        values: FloatArray = np.where(z > 0, z, self.slope * z)
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
        after, variance = self.marginal(mean, np.diagonal(covariance))
        spread = self._covariance(standard, n_nodes)
        np.fill_diagonal(spread, variance)
        if cumulants is None:
            return after, spread if n_nodes is None else nearest_covariance(spread)
        skewness = standard_skewness(cumulants, standard.scale)
        return corrected(after, spread, skewness, self._derivatives(standard))

    def marginal(
        self, mean: FloatArray, variance: FloatArray, *, third: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance after it. See `Closure`."""
        scale, place = scale_and_place(mean, variance)
        gain, bend = self._gain(place), 1 - self.slope
        after = self.slope * mean + bend * (mean * special.ndtr(place) + scale * _density(place))
        spread = scale**2 * (gain**2 + bend**2 * _bend_variance(place))
        if third is None:
            return after, spread
        own, square = self._third_alone(scale, place)
        return corrected_alone(after, spread, skewness_alone(third, scale), own=own, square=square)

    def _covariance(self, standard: Standard, n_nodes: int | None) -> FloatArray:
        """Give the covariance of pairs: by the mean slope of either element, and by what the bend adds to it."""
        gain, bend = self._gain(standard.place), 1 - self.slope
        spread = density_integrals(standard, damped=True, n_nodes=n_nodes)
        spread *= bend**2
        spread += np.outer(gain, gain) * standard.correlation
        spread *= np.outer(standard.scale, standard.scale)
        return spread

    def _gain(self, place: FloatArray) -> FloatArray:
        above: FloatArray = special.ndtr(place)
        return self.slope + (1 - self.slope) * above

    def _derivatives(self, standard: Standard) -> ThirdDerivatives:
        """Give expectations of derivatives; where one bends, the other is Gaussian with mean c, deviation q."""
        place, r, bend = standard.place, standard.correlation, 1 - self.slope
        own, square = self._third_alone(standard.scale, place)
        bent = bend * standard.scale * _density(place)
        q = np.sqrt(np.maximum((1 - r) * (1 + r), _LEAST_FREE**2))
        c = place[None, :] - r * place[:, None]
        gain = self._gain(c / q)
        there = self.slope * c + bend * _rectified(c, q)
        usual = self.slope * place + bend * _rectified(place, np.ones_like(place))
        alone = place[:, None] * (there - usual) + r * gain
        return ThirdDerivatives(
            own=own,
            square=square,
            alone=np.outer(-bent, standard.scale) * alone,
            shared=np.outer(bent, standard.scale) * gain,
        )

    def _third_alone(self, scale: FloatArray, place: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give what `ThirdDerivatives` names own and square."""
        bend = 1 - self.slope
        bent = bend * scale * _density(place)
        usual = self.slope * place + bend * _rectified(place, np.ones_like(place))
        return -bent * place, 2 * scale * bent * (1 + self.slope + place * usual)


def _density(place: FloatArray) -> FloatArray:
    """Give the standard normal density."""
    density: FloatArray = np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi)
    return density


def _rectified(mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """Give the mean of a Gaussian variable after ReLU."""
    above: FloatArray = special.ndtr(mean / deviation)
    return mean * above + deviation * _density(mean / deviation)


def _bend_variance(place: FloatArray) -> FloatArray:
    """Give the variance of ReLU less that of z times its mean slope, in variances of z; without cancellation."""
    above, below, density = special.ndtr(place), special.ndtr(-place), _density(place)
    variance = above * below * (1 + place**2) + place * density * (below - above) - density**2
    positive: FloatArray = np.maximum(variance, 0)
    return positive
