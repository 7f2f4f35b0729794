"""The nearest covariance to a matrix that is none."""

from __future__ import annotations

import numpy as np

from atlas.records import FloatArray

_ROUNDING = 1e-14  # of the largest eigenvalue, each element of the matrix


def nearest_covariance(matrix: FloatArray) -> FloatArray:
    """Give the positive semidefinite matrix nearest to a symmetric one in squares; the same where it is one already.

    References
    ----------
    Higham (1988), Linear Algebra Appl. 103, 103-118.
    """
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= -_ROUNDING * len(values) * abs(values[-1]):
        return matrix
    root = vectors * np.sqrt(np.maximum(values, 0))
    nearest: FloatArray = root @ root.T
    return nearest
