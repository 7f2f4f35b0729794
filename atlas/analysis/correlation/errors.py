"""How far predicted means and covariances are from measured ones."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from atlas.records import FloatArray

WITHOUT_VARIANCE = 1e-9  # of the largest eigenvalue: directions the divergence does not stand on


class TwoMoments(Protocol):
    """A mean, shape (n,), and a covariance, shape (n, n)."""

    @property
    def mean(self) -> FloatArray: ...
    @property
    def covariance(self) -> FloatArray: ...


class MainErrors(NamedTuple):
    """What also has an interval and a null."""

    mean_error: float  # |predicted - measured| / sqrt(trace of the measured covariance)
    covariance_error: float  # Frobenius norm of the difference / of the measured one


class Divergence(NamedTuple):
    """Kullback-Leibler divergence, and how many dimensions it stands on."""

    bits: float
    n_dimensions: int


def main_errors(predicted: TwoMoments, measured: TwoMoments) -> MainErrors:
    """Compare means and covariances; NaN where nothing measured varies.

    Examples
    --------
    >>> from types import SimpleNamespace as Given
    >>> measured = Given(mean=np.array([0.0, 3.0]), covariance=np.diag([3.0, 4.0]) * 3)
    >>> predicted = Given(mean=np.zeros(2), covariance=np.diag([3.0, 9.0]))
    >>> main_errors(predicted, measured)  # 3 / sqrt(21); sqrt(36 + 9) / 15
    MainErrors(mean_error=0.6546..., covariance_error=0.4472...)
    """
    spread = np.sqrt(max(np.trace(measured.covariance), 0.0))
    size = np.linalg.norm(measured.covariance)
    return MainErrors(
        mean_error=_ratio(np.linalg.norm(predicted.mean - measured.mean), spread),
        covariance_error=_ratio(np.linalg.norm(predicted.covariance - measured.covariance), size),
    )


def trace_ratio(predicted: TwoMoments, measured: TwoMoments) -> float:
    """Divide the predicted by the measured total variance; NaN where nothing measured varies."""
    return _ratio(np.trace(predicted.covariance), np.trace(measured.covariance))


def r_squared(predicted: TwoMoments, measured: TwoMoments) -> float:
    """Tell how much of the scatter of measured covariances the predicted ones explain, as they are; at most 1.

    1 - (sum of squared differences) / (sum of squared deviations of the measured from their mean), over the upper
    triangle with the diagonal. Below 0 the mean would have predicted better. NaN where all measured are equal.
    """
    upper = np.triu_indices(len(measured.mean))
    found, given = measured.covariance[upper], predicted.covariance[upper]
    missed, scatter = np.sum((found - given) ** 2), np.sum((found - found.mean()) ** 2)
    return 1 - _ratio(missed, scatter)


def divergence(predicted: TwoMoments, measured: TwoMoments) -> Divergence:
    """Measure the Kullback-Leibler divergence of the measured Gaussian from the predicted: KL(measured || predicted).

    On the eigenvectors of the measured covariance whose eigenvalue is above 1e-9 of the largest: elsewhere nothing
    varies, as in dead neurons. NaN where there are none, and where the predicted covariance is singular on them: then
    it has no limit. One eigendecomposition, O(n^3).
    """
    variances, directions = np.linalg.eigh(measured.covariance)
    kept = variances > WITHOUT_VARIANCE * max(variances[-1], 0.0)
    n_dimensions = int(kept.sum())
    if n_dimensions == 0:
        return Divergence(np.nan, 0)
    basis = directions[:, kept]
    expected, axes = np.linalg.eigh(basis.T @ predicted.covariance @ basis)
    if expected[0] <= n_dimensions * np.finfo(np.float64).eps * expected[-1]:
        return Divergence(np.nan, n_dimensions)
    seen = (axes**2).T @ variances[kept]  # measured variance along the axes of the predicted covariance
    missed = axes.T @ basis.T @ (measured.mean - predicted.mean)
    log_ratio = np.log(expected).sum() - np.log(variances[kept]).sum()
    nats = 0.5 * float(np.sum((seen + missed**2) / expected) - n_dimensions + log_ratio)
    return Divergence(nats / np.log(2), n_dimensions)


def _ratio(value: float | np.floating, of: float | np.floating) -> float:
    return float(value / of) if of > 0 else np.nan
