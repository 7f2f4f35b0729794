"""What every closure can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from atlas.records import FloatArray

if TYPE_CHECKING:
    from atlas.analysis.correlation.cumulants import Cumulants


class Closure(Protocol):
    """A nonlinearity of each element alone, and what it does to mean and covariance."""

    def function(self, z: FloatArray) -> FloatArray:
        """Apply the nonlinearity to numbers, of any shape."""
        ...

    def moments(
        self,
        mean: FloatArray,
        covariance: FloatArray,
        *,
        cumulants: Cumulants | None = None,
        n_nodes: int | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean, shape (n,), and covariance, shape (n, n), after the nonlinearity, of Gaussian elements before it.

        The covariance is positive semidefinite but for rounding. Elements without variance, pairs that are fully
        correlated and singular covariances are treated as they are.

        Parameters
        ----------
        mean, covariance
            Before the nonlinearity, shapes (n,) and (n, n).
        cumulants
            Third cumulants before the nonlinearity, for a correction of first order; what they lead to is moved to the
            nearest positive semidefinite matrix. None: the elements are Gaussian.
        n_nodes
            Of the quadrature over the correlation of a pair, where there is one; None: as many as its size asks for.
        """
        ...

    def marginal(
        self, mean: FloatArray, variance: FloatArray, *, third: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance after the nonlinearity of each element alone, arrays of one shape.

        The diagonal of what `moments` gives, without the pairs: there the variance is at least 0.

        Parameters
        ----------
        third
            Third cumulants before the nonlinearity; None: the elements are Gaussian.
        """
        ...
