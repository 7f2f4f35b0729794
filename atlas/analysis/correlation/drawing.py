"""Draw activations that keep only some orders of those measured in each class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from atlas.records import FloatArray, IntArray


class Axes(NamedTuple):
    """Principal axes of deviations: the covariance is directions.T @ diag(sds**2) @ directions."""

    directions: FloatArray  # orthonormal rows, shape (k, n), k at most the number of trials
    sds: FloatArray  # shape (k,), all positive


@dataclass(frozen=True, kw_only=True)
class Surrogates:
    """What surrogates of one class are made of: its own means and covariances, the deviations of all classes."""

    mean: FloatArray  # of the class, shape (n,)
    root: FloatArray  # root.T @ root is the covariance of the class, shape (k, n)
    recolouring: FloatArray  # from `whitened` to deviations with that covariance, shape (k_whitened, n)
    deviations: FloatArray  # of every trial from the mean of its own class, shape (n_trials, n)
    whitened: FloatArray  # their covariance is 1, shape (n_trials, k_whitened)
    n_drawn: int

    def drawn(self, kept: str, random: np.random.Generator) -> FloatArray:
        """Draw as many trials as the class has, that keep its `means`, `covariances` or are `gaussian`.

        With the same random numbers, the first two come from the deviations of the same trials.
        """
        if kept == "gaussian":
            return self.mean + random.standard_normal((self.n_drawn, len(self.root))) @ self.root
        trials = random.integers(len(self.deviations), size=self.n_drawn)
        if kept == "means":
            return self.mean + self.deviations[trials]
        return self.mean + self.whitened[trials] @ self.recolouring


@dataclass(frozen=True, kw_only=True)
class LayerSurrogates:
    """Measured once for all classes of a layer; takes a few times the memory of its activations."""

    means: FloatArray  # of classes, shape (n_classes, n)
    n_trials: IntArray  # shape (n_classes,)
    axes: tuple[Axes, ...]  # of the classes' deviations
    deviations: FloatArray  # shape (n_trials, n)
    common: Axes  # of deviations whitened in their own class
    whitened: FloatArray  # shape (n_trials, len(common.sds))

    def of_class(self, number: int) -> Surrogates:
        """Give what surrogates of a class are made of."""
        directions, sds = self.axes[number]
        root = sds[:, None] * directions
        return Surrogates(
            mean=self.means[number],
            root=root,
            recolouring=(self.common.directions @ directions.T) @ root,
            deviations=self.deviations,
            whitened=self.whitened,
            n_drawn=int(self.n_trials[number]),
        )


def layer_surrogates(activations: FloatArray, labels: IntArray, n_classes: int) -> LayerSurrogates:
    """Measure the means and covariances of classes, and whiten the deviations from them.

    A deviation d of a trial of class c becomes A S_c^(-1/2) d, with pseudo-inverses; A makes the covariance over all
    classes the identity where anything varies, and is the identity itself if every class varies in every direction. So
    S_t^(1/2) A S_c^(-1/2) d, over the trials of all classes, has exactly the covariance of class t, and what is left of
    the higher orders is common to all. Whitened by the covariance within classes instead, deviations of c would bring
    along how that of c differs from it, and even Gaussian classes would not stay Gaussian.

    Parameters
    ----------
    activations, labels
        Shapes (n_trials, n) and (n_trials,).
    """
    n_trials = np.bincount(labels, minlength=n_classes)
    means = np.zeros((n_classes, activations.shape[1]))
    deviations, whitened = np.empty(activations.shape), np.empty(activations.shape)
    axes = []
    for number in range(n_classes):
        own = labels == number
        means[number] = activations[own].mean(axis=0, dtype=np.float64) if own.any() else 0.0
        apart = activations[own] - means[number]
        directions, sds = principal_axes(apart)
        axes.append(Axes(directions, sds))
        deviations[own] = apart
        whitened[own] = ((apart @ directions.T) / sds) @ directions
    common = principal_axes(whitened)
    return LayerSurrogates(
        means=means,
        n_trials=n_trials,
        axes=tuple(axes),
        deviations=deviations,
        common=common,
        whitened=(whitened @ common.directions.T) / common.sds,
    )


def principal_axes(deviations: FloatArray) -> Axes:
    """Find the axes along which deviations, shape (n_trials, n), vary beyond rounding.

    From the smaller of the products of the deviations with themselves: never more than (n, n) or (n_trials, n_trials).
    """
    n_trials, n_elements = deviations.shape
    wide = n_elements > n_trials
    product = deviations @ deviations.T if wide else deviations.T @ deviations
    variances, vectors = np.linalg.eigh(product / max(n_trials, 1))
    kept = variances > variances.max(initial=0.0) * max(deviations.shape) * np.finfo(np.float64).eps
    directions, sds = vectors[:, kept].T, np.sqrt(variances[kept])
    if wide:
        directions = (directions @ deviations) / (sds[:, None] * np.sqrt(n_trials))
    return Axes(directions, sds)
