"""What a nonlinearity makes of the mean and covariance of Gaussian elements."""

from atlas.analysis.correlation.closures.closure import Closure
from atlas.analysis.correlation.closures.known import closure_of

__all__ = ["Closure", "closure_of"]
