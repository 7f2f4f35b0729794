"""What third cumulants change in mean and covariance after a nonlinearity, to first order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.closures.psd import nearest_covariance
from atlas.analysis.correlation.closures.standard import SMALLEST
from atlas.analysis.correlation.cumulants import Cumulants
from atlas.records import FloatArray

MOST_SKEWED = 2.0  # third cumulant over cubed standard deviation, as of an exponential distribution


@dataclass(frozen=True, kw_only=True, eq=False)
class ThirdDerivatives:
    """Gaussian expectations of derivatives of a nonlinearity f, times the standard deviations of their variables."""

    own: FloatArray  # f'''(z_i), shape (n,)
    square: FloatArray  # third derivative of (f(z_i) - its mean)^2, shape (n,)
    alone: FloatArray  # [i, j]: covariance of f'''(z_i) and f(z_j), shape (n, n)
    shared: FloatArray  # [i, j]: f''(z_i) f'(z_j), shape (n, n)


def corrected(
    mean: FloatArray, covariance: FloatArray, skewness: FloatArray, derivatives: ThirdDerivatives
) -> tuple[FloatArray, FloatArray]:
    """Add the first order of an Edgeworth expansion to what Gaussian elements give, and move to the nearest covariance.

    Parameters
    ----------
    mean, covariance
        After the nonlinearity, shapes (n,) and (n, n).
    skewness
        See `standard_skewness`.

    References
    ----------
    McCullagh (1987), Tensor Methods in Statistics, chapter 5.
    """
    shift = np.diagonal(skewness) * derivatives.own / 6
    change = np.diagonal(skewness)[:, None] * derivatives.alone / 6 + skewness * derivatives.shared / 2
    change += change.T
    np.fill_diagonal(change, np.diagonal(skewness) * derivatives.square / 6)
    return mean + shift, nearest_covariance(covariance + change - np.outer(shift, shift))


def corrected_alone(
    mean: FloatArray, variance: FloatArray, skewness: FloatArray, *, own: FloatArray, square: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Do the same with mean and marginal variance of each element, arrays of one shape; see `ThirdDerivatives`."""
    shift = skewness * own / 6
    return mean + shift, np.maximum(variance + skewness * square / 6 - shift**2, 0)


def skewness_alone(third: FloatArray, scale: FloatArray) -> FloatArray:
    """Give K_iii in standard deviations, at most `MOST_SKEWED`; arrays of one shape."""
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > SMALLEST)
    skewness: FloatArray = np.clip(third * inverse**3, -MOST_SKEWED, MOST_SKEWED)
    return skewness


def standard_skewness(cumulants: Cumulants, scale: FloatArray) -> FloatArray:
    """Give K_iij in standard deviations, shape (n, n), without more skewness than a first order can bear.

    Elements more skewed than `MOST_SKEWED` are treated as if they were as skewed as that: K_abc is multiplied by the
    cube roots of what that takes of each of its three elements. For gamma-distributed
    elements with a skewness of 4 that takes a third off the error in the mean of tanh and erf; a limit of 1 would make
    errors in the covariance larger at a skewness of 2, of ReLU four times.
    """
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > SMALLEST)
    skewness: FloatArray = cumulants.third * np.outer(inverse**2, inverse)
    size = np.abs(np.diagonal(skewness))
    factor = np.cbrt(MOST_SKEWED / np.maximum(size, MOST_SKEWED))
    skewness *= np.outer(factor**2, factor)
    return skewness
