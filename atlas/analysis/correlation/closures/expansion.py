"""Functions of Gaussian elements in Hermite polynomials, and the power series in the correlation they lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from atlas.analysis.correlation.closures.pairs import over_pairs, over_symmetric_pairs
from atlas.analysis.correlation.closures.third import ThirdDerivatives, corrected_alone, skewness_alone
from atlas.records import FloatArray, IntArray

Function = Callable[[FloatArray], FloatArray]

MOST_TERMS = 80
NEGLIGIBLE = 1e-12  # share of an element's variance that terms left out may have
_REACH = 24.0  # standard deviations to the last node: the Hermite function of degree 80 has ended there
_STEP = 0.25  # between nodes at most: products of two such functions are summed without error
_MOST_NODES = 8_001
_BLOCK = 2**20  # numbers at a time


@dataclass(frozen=True, eq=False)
class Expansion:
    """b_k = E[h_k(x) f(mu + s x)] with normalised Hermite polynomials h_k, which is s^k E[f^(k)] / sqrt(k!)."""

    coefficients: FloatArray  # b_k, of which b_0 is the mean; shape (MOST_TERMS + 1, n)
    variance: FloatArray  # of f, summed directly: by Bessel's inequality at least that of all terms; shape (n,)
    square: FloatArray  # E[He_3(x) (f - b_0)^2], shape (n,)

    @property
    def mean(self) -> FloatArray:
        """Give the mean of the function, shape (n,)."""
        mean: FloatArray = self.coefficients[0]
        return mean

    def n_terms(self, correlation: FloatArray) -> int:
        """Count the terms that leave out nothing that matters at the strongest correlation of two elements."""
        strength = np.abs(correlation)
        np.fill_diagonal(strength, 0)
        varies = self.variance > 0
        explained = np.cumsum(self.coefficients[1:, varies] ** 2, axis=0) / self.variance[varies]
        rest = (1 - explained).max(axis=1, initial=0)
        left_out = rest * strength.max(initial=0) ** np.arange(2, MOST_TERMS + 2)
        return int(np.argmax(np.append(left_out[:-1], 0) <= NEGLIGIBLE)) + 1

    def covariance(self, correlation: FloatArray, n_terms: int) -> FloatArray:
        """Sum r^k b_k(i) b_k(j) over k from 1, the variance on the diagonal."""
        terms = self.coefficients[1 : n_terms + 1]
        covariance = correlation * schur_series(correlation, terms, terms)
        np.fill_diagonal(covariance, self.variance)
        return covariance

    def derivatives(self, correlation: FloatArray) -> ThirdDerivatives:
        """Give expectations of derivatives: c_k = sqrt(k!) b_k, E[f^(a)_i f^(b)_j] = sum r^k / k! c_{k+a} c_{k+b}."""
        b, k = self.coefficients, np.arange(MOST_TERMS - 2)[:, None]
        first, second, third = (b[order : order + len(k)] * _rising(k, order) for order in (1, 2, 3))
        return ThirdDerivatives(
            own=np.sqrt(6) * b[3],
            square=self.square,
            alone=correlation * schur_series(correlation, third[1:], b[1 : len(k)]),
            shared=schur_series(correlation, second, first),
        )


def expanded(function: Function, mean: FloatArray, scale: FloatArray) -> Expansion:
    """Expand a function of elements with means and standard deviations, shape (n,).

    Sums over equal steps converge exponentially for functions without a bend; steps are the finer the larger the
    deviations are, 1 / 4 of the distance over which tanh bends at the largest.

    References
    ----------
    Trefethen and Weideman (2014), SIAM Rev. 56, 385-458.
    """
    n_nodes = int(np.clip(2 * _REACH / _STEP * np.ceil(scale.max(initial=1)), 1, _MOST_NODES - 1)) + 1
    nodes, weights, polynomials = _hermite(n_nodes)
    coefficients, variance, square = np.empty((MOST_TERMS + 1, len(mean))), np.empty_like(mean), np.empty_like(mean)
    height = max(1, _BLOCK // n_nodes)
    for rows in (slice(start, start + height) for start in range(0, len(mean), height)):
        centre = function(mean[rows])
        values = function(mean[rows, None] + scale[rows, None] * nodes) - centre[:, None]
        coefficients[:, rows] = polynomials @ values.T
        values = (values - coefficients[0, rows, None]) ** 2
        variance[rows] = values @ weights
        square[rows] = values @ polynomials[3] * np.sqrt(6)
        coefficients[0, rows] += centre
    return Expansion(coefficients, variance, square)


def marginal_of(
    function: Function, mean: FloatArray, variance: FloatArray, *, third: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Give mean and variance of a function of each element alone; see `Closure.marginal`."""
    scale = np.sqrt(np.maximum(variance, 0))
    expansion = expanded(function, mean.ravel(), scale.ravel())
    after, spread = expansion.mean.reshape(mean.shape), expansion.variance.reshape(mean.shape)
    if third is None:
        return after, spread
    own, square = ((np.sqrt(6) * expansion.coefficients[3]).reshape(mean.shape), expansion.square.reshape(mean.shape))
    return corrected_alone(after, spread, skewness_alone(third, scale), own=own, square=square)


def schur_series(correlation: FloatArray, left: FloatArray, right: FloatArray) -> FloatArray:
    """Sum r_ij^k left[k, i] right[k, j] over k from 0; shape (n, n), of left and right (n_terms, n)."""

    def strip(rows: slice, columns: slice) -> FloatArray:
        r = correlation[rows, columns].copy()
        total, term = np.zeros_like(r), np.empty_like(r)
        for one, other in zip(left[::-1, rows], right[::-1, columns], strict=True):
            total *= r
            total += np.multiply(one[:, None], other, out=term)
        return total

    return (over_symmetric_pairs if left is right else over_pairs)(len(correlation), strip)


def _rising(k: IntArray, order: int) -> FloatArray:
    """Give sqrt((k + order)! / k!)."""
    root: FloatArray = np.sqrt(np.prod([k + step for step in range(1, order + 1)], axis=0))
    return root


@cache
def _hermite(n_nodes: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give nodes, their normal weights, and normalised Hermite polynomials times weights, (MOST_TERMS + 1, n_nodes)."""
    nodes = np.linspace(-_REACH, _REACH, n_nodes)
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    polynomials = np.empty((MOST_TERMS + 1, n_nodes))
    polynomials[0], polynomials[1] = weights, nodes * weights
    for k in range(1, MOST_TERMS):
        polynomials[k + 1] = (nodes * polynomials[k] - np.sqrt(k) * polynomials[k - 1]) / np.sqrt(k + 1)
    return nodes, weights, polynomials
