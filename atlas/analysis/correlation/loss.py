"""The squared loss from moments alone, without a single trial."""

from __future__ import annotations

import numpy as np

from atlas.analysis.correlation.moments import Mixture
from atlas.errors import ShapeError
from atlas.records import FloatArray


def expected_squared_loss(mixture: Mixture, target: FloatArray) -> float:
    """Give the mean squared distance of outputs from a target, summed over outputs; exact for any distribution.

    Parameters
    ----------
    mixture
        Of the outputs of one class.
    target
        What they should be, shape (n_outputs,).

    Raises
    ------
    ShapeError
        There is not one target for each output.

    Examples
    --------
    >>> from atlas.analysis.correlation.moments import Moments
    >>> outputs = Mixture.of(Moments(np.array([1.0, 2.0]), np.diag([0.25, 0.5])))
    >>> expected_squared_loss(outputs, np.array([1.0, 0.0]))  # 2^2 off the mean, .75 around it
    4.75
    """
    if np.shape(target) != mixture.mean.shape:
        raise ShapeError(
            f"The target has shape {np.shape(target)}, the outputs {mixture.mean.shape}. Give one for each output."
        )
    return float(np.sum((mixture.mean - target) ** 2) + mixture.variance.sum())
