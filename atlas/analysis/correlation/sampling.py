"""Gaussians and mixtures of them with measured moments, to draw trials from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from atlas.analysis.correlation.drawing import principal_axes
from atlas.records import FloatArray, IntArray

_CLEARLY_MORE, _A_FEW = 1.25, 10


@dataclass(frozen=True)
class Gaussian:
    """A mean, shape (n,), and a root, shape (k, n), of the covariance: covariance = root.T @ root."""

    mean: FloatArray
    root: FloatArray

    def drawn(self, n_trials: int, random: np.random.Generator) -> FloatArray:
        """Draw trials, shape (n_trials, n)."""
        trials: FloatArray = random.standard_normal((n_trials, len(self.root))) @ self.root
        trials += self.mean
        return trials

    def matched(self, n_trials: int, random: np.random.Generator) -> FloatArray:
        """Draw trials that have exactly this mean and covariance, shape (n_trials, n); more than k of them.

        Of Gaussian trials mean and covariance tell all there is to tell: given these, any other Gaussian's trials would
        be distributed alike. So a test against such trials is exact, however few there are; independent ones scatter
        once more about what is itself scattered.

        References
        ----------
        Lockhart, O'Reilly and Stephens (2007), Biometrika 94, 992-998.
        """
        normal = random.standard_normal((n_trials, len(self.root)))
        normal -= normal.mean(axis=0)
        trials: FloatArray = np.sqrt(n_trials) * _orthonormal_times(normal, self.root)
        trials += self.mean
        return trials


@dataclass(frozen=True)
class GaussianParts:
    """Gaussians that share the trials of a class."""

    n_trials: IntArray  # measured, shape (m,)
    parts: tuple[Gaussian, ...]

    def matched(self, random: np.random.Generator) -> FloatArray:
        """Draw as many trials of each part as were measured, with exactly its mean and covariance."""
        return np.concatenate([part.matched(n, random) for part, n in zip(self.parts, self.n_trials, strict=True)])


def _orthonormal_times(normal: FloatArray, root: FloatArray) -> FloatArray:
    """Make columns orthonormal, each turned the way it was, and multiply; evenly among all directions of normal ones.

    By the triangle alone where there are clearly more rows than columns: the condition number of normal columns is then
    about 20 at most, and its square costs three of sixteen digits.
    """
    n_rows, n_columns = normal.shape
    if n_rows >= _CLEARLY_MORE * n_columns + _A_FEW:
        triangle = np.linalg.cholesky(normal.T @ normal)
        quick: FloatArray = normal @ linalg.solve_triangular(triangle, root, lower=True, trans="T")
        return quick
    axes, triangle = np.linalg.qr(normal)
    axes *= np.sign(triangle.diagonal())
    product: FloatArray = axes @ root
    return product


def gaussian_of(activations: FloatArray) -> Gaussian:
    """Measure a Gaussian over trials, shape (n_trials, n)."""
    mean = activations.mean(axis=0, dtype=np.float64)
    directions, sds = principal_axes(activations - mean)
    return Gaussian(mean, sds[:, None] * directions)


def gaussian_parts_of(activations: FloatArray, parts: IntArray) -> GaussianParts:
    """Measure a Gaussian for each part, numbered from 0; shapes (n_trials, n) and (n_trials,)."""
    n_trials = np.bincount(parts)
    return GaussianParts(n_trials, tuple(gaussian_of(activations[parts == part]) for part in range(len(n_trials))))
