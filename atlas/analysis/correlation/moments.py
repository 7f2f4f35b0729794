"""Mean and covariance of the elements of a layer, measured or on their way through affine maps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from atlas.analysis.correlation.streaming import FEWEST_TRIALS, Trials, trials_of
from atlas.errors import BadParameter, ShapeError
from atlas.records import FloatArray, IntArray

_ROUNDING = 1e-9


@dataclass(frozen=True, init=False, eq=False)
class Moments:
    """Mean, shape (n,), and covariance, shape (n, n), which may stand as the product of a root with itself.

    `root`, shape (n, k), is None where the covariance was given: covariance = root @ root.T.
    """

    mean: FloatArray
    root: FloatArray | None

    def __init__(
        self, mean: FloatArray, covariance: FloatArray | None = None, *, root: FloatArray | None = None
    ) -> None:
        given = [
            (what, array.shape) for what, array in (("covariance", covariance), ("root", root)) if array is not None
        ]
        if len(given) != 1:
            raise BadParameter(f"{len(given)} of covariance and root are given. One makes the other. Give one.")
        (what, shape), n_elements = given[0], len(mean)
        if len(shape) != 2 or shape[0] != n_elements or (root is None and shape[1] != n_elements):
            raise ShapeError(f"The {what} has shape {shape}, the mean {mean.shape}. Give one row for each element.")
        object.__setattr__(self, "mean", mean)
        object.__setattr__(self, "root", root)
        if covariance is not None:
            self.__dict__["covariance"] = covariance

    @cached_property
    def covariance(self) -> FloatArray:
        """Give the covariance in full, shape (n, n)."""
        assert self.root is not None
        full: FloatArray = self.root @ self.root.T
        return full

    @property
    def variance(self) -> FloatArray:
        """Give the variance of every element, shape (n,)."""
        return self.covariance.diagonal() if self.root is None else (self.root**2).sum(axis=1)

    def through(self, weight: FloatArray | sparse.csr_array, bias: FloatArray) -> Moments:
        """Give the moments of weight x + bias; exact, whatever the distribution.

        A root stays one while it has fewer columns than there are elements.
        """
        n_out, n_in = weight.shape
        if n_in != len(self.mean) or bias.shape != (n_out,):
            raise ShapeError(
                f"An affine map of shape {weight.shape} with a bias of shape {bias.shape} does not fit "
                f"{len(self.mean)} elements. Give moments of what the map takes in."
            )
        mean = weight @ self.mean + bias
        if self.root is None:
            return Moments(mean, _symmetric(weight @ (weight @ self.covariance).T))
        root = weight @ self.root
        return Moments(mean, root=root) if root.shape[1] < n_out else Moments(mean, root @ root.T)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Several parts, each with its share, that make up the trials of a class."""

    weights: FloatArray  # shares, sum 1; shape (m,)
    parts: tuple[Moments, ...]

    def __post_init__(self) -> None:
        if self.weights.shape != (len(self.parts),) or len({len(part.mean) for part in self.parts}) != 1:
            raise ShapeError(
                f"A mixture has {len(self.parts)} parts of {sorted({len(part.mean) for part in self.parts})} elements "
                f"and weights of shape {self.weights.shape}. Give one weight for each part, parts of equal size."
            )
        if not (self.weights >= 0).all() or abs(self.weights.sum() - 1) > _ROUNDING:
            raise BadParameter(
                f"The shares of a mixture add up to {self.weights.sum():g}. They are 0 or more and "
                "add up to 1. Divide them by their sum."
            )

    @classmethod
    def of(cls, moments: Moments) -> Mixture:
        """Make a mixture of one part."""
        return cls(np.ones(1), (moments,))

    @cached_property
    def mean(self) -> FloatArray:
        """Give the mean over all parts, shape (n,)."""
        mean: FloatArray = self.weights @ np.array([part.mean for part in self.parts])
        return mean

    @property
    def variance(self) -> FloatArray:
        """Give the variance over all parts of every element, shape (n,)."""
        means = np.array([part.mean for part in self.parts])
        variance: FloatArray = self.weights @ (
            np.array([part.variance for part in self.parts]) + (means - self.mean) ** 2
        )
        return variance

    @cached_property
    def covariance(self) -> FloatArray:
        """Give the covariance over all parts, within and between them; shape (n, n)."""
        if len(self.parts) == 1:
            return self.parts[0].covariance
        apart = np.sqrt(self.weights)[:, None] * (np.array([part.mean for part in self.parts]) - self.mean)
        covariance: FloatArray = apart.T @ apart
        for weight, part in zip(self.weights, self.parts, strict=True):
            covariance += weight * part.covariance
        return covariance


def moments_of(activations: FloatArray, *, trial_weights: FloatArray | IntArray | None = None) -> Moments:
    """Measure mean and covariance over trials, in blocks of double precision.

    The covariance is divided by the number of trials, not by one less. Where fewer trials than elements are counted
    it is kept as a root with one column for each trial.

    Parameters
    ----------
    activations
        Shape (n_trials, n_elements).
    trial_weights
        How often each trial counts, as a bootstrap draws them, shape (n_trials,); None: once.

    Raises
    ------
    ShapeError, BadParameter, NonFiniteActivations
        Arrays that do not fit, fewer than two trials, NaN.
    """
    return counted_moments(trials_of(activations, trial_weights, fewest=FEWEST_TRIALS))


def counted_moments(trials: Trials) -> Moments:
    """Measure mean and covariance over the trials that count."""
    mean = trials.mean()
    if np.count_nonzero(trials.counts) < len(mean):
        return Moments(mean, root=_root(trials, mean))
    covariance = np.zeros((len(mean), len(mean)))
    for apart, counts in trials.deviations(mean):
        apart *= np.sqrt(counts)[:, None]
        covariance += apart.T @ apart
    return Moments(mean, covariance / trials.n_counted)


def _root(trials: Trials, mean: FloatArray) -> FloatArray:
    blocks = [apart * np.sqrt(counts / trials.n_counted)[:, None] for apart, counts in trials.deviations(mean)]
    return np.concatenate(blocks).T


def _symmetric(matrix: FloatArray) -> FloatArray:
    """Take out what rounding leaves between the triangles."""
    symmetric: FloatArray = (matrix + matrix.T) / 2
    return symmetric
