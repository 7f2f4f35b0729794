"""Smooth nonlinearities, whose covariance is a power series in the correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.analysis.correlation.closures.expansion import Function, expanded, marginal_of
from atlas.analysis.correlation.closures.standard import standardised
from atlas.analysis.correlation.closures.third import corrected, standard_skewness
from atlas.records import FloatArray

if TYPE_CHECKING:
    from atlas.analysis.correlation.cumulants import Cumulants


@dataclass(frozen=True)
class Smooth:
    """The closure of a smooth function: sums of r^k b_k(i) b_k(j), b_k its coefficients in Hermite polynomials.

    Every term is positive semidefinite, and so are the first few together with the full variance on the diagonal.

    References
    ----------
    Mehler (1866), J. reine angew. Math. 66, 161-176.
    """

    nonlinearity: Function

    def function(self, z: FloatArray) -> FloatArray:
        """Apply it."""
        return self.nonlinearity(z)

    def moments(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        *,
        cumulants: Cumulants | None = None,
        n_nodes: int | None = None,  # noqa: ARG002 - every closure takes it
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and covariance after it. See `Closure`; there is no quadrature for `n_nodes`.

        There are as many terms as it takes, and 80 at most. A nonlinearity that is steep compared with the spread of
        the elements would need more for pairs with correlations near 1: their covariance comes out too small (erf of
        deviation 5, correlation 0.9: by 1e-7; correlation 0.99: by 7e-4).
        """
        standard = standardised(mean, covariance)
        r = standard.correlation
        expansion = expanded(self.nonlinearity, mean, standard.scale)
        spread = expansion.covariance(r, expansion.n_terms(r))
        if cumulants is None:
            return expansion.mean, spread
        skewness = standard_skewness(cumulants, standard.scale)
        return corrected(expansion.mean, spread, skewness, expansion.derivatives(r))

    def marginal(
        self, mean: FloatArray, variance: FloatArray, *, third: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance after it. See `Closure`."""
        return marginal_of(self.nonlinearity, mean, variance, third=third)
