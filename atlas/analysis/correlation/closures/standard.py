"""Gaussian elements in units of their own standard deviations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.errors import NonFiniteActivations
from atlas.records import FloatArray

FARTHEST = 40.0  # standard deviations: beyond, the normal density is 0 in double precision
SMALLEST = 1e-150  # a standard deviation: the square of a smaller one is 0 in double precision


@dataclass(frozen=True, eq=False)
class Standard:
    """Scale, place and correlation of elements; those without variance are uncorrelated and as far as can be from 0."""

    scale: FloatArray  # standard deviation, shape (n,)
    place: FloatArray  # mean in standard deviations, from -40 to 40; shape (n,)
    correlation: FloatArray  # shape (n, n)


def standardised(mean: FloatArray, covariance: FloatArray) -> Standard:
    """Take mean, shape (n,), and covariance, shape (n, n), apart.

    Raises
    ------
    NonFiniteActivations
        As `check_finite`.
    """
    check_finite(mean, covariance)
    scale, place = scale_and_place(mean, np.diagonal(covariance))
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    correlation = np.outer(inverse, inverse)
    correlation *= covariance
    np.clip(correlation, -1, 1, out=correlation)
    return Standard(scale, place, correlation)


def scale_and_place(mean: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give what `Standard` calls so, for elements in arrays of any shape."""
    scale = np.sqrt(np.maximum(variance, 0))
    scale[scale <= SMALLEST] = 0
    with np.errstate(over="ignore"):
        place = np.divide(mean, scale, out=np.sign(mean) * FARTHEST, where=scale > 0)
    return scale, np.clip(place, -FARTHEST, FARTHEST)


def check_finite(mean: FloatArray, covariance: FloatArray) -> None:
    """Refuse moments that have overflowed.

    Raises
    ------
    NonFiniteActivations
        A mean or covariance is NaN or infinite.
    """
    finite = np.isfinite(mean) & np.isfinite(covariance).all(axis=1)
    if not finite.all():
        raise NonFiniteActivations(
            f"Mean or covariance of {np.count_nonzero(~finite)} elements is not finite, the first has number "
            f"{np.flatnonzero(~finite)[0]}. A closure takes in finite moments; quadratic networks outgrow them with "
            "depth. Begin at a later layer, with `start=`."
        )
