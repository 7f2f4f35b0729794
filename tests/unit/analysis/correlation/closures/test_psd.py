"""The nearest covariance."""

import numpy as np
import pytest

from atlas.analysis.correlation.closures.psd import nearest_covariance


def test_negative_eigenvalues_become_zero():
    # eigenvalues 3 along (1, 1) and -1 along (1, -1)
    assert nearest_covariance(np.array([[1.0, 2.0], [2.0, 1.0]])) == pytest.approx(np.full((2, 2), 1.5), abs=1e-14)


def test_a_covariance_stays_itself():
    for matrix in (np.array([[2.0, 1.0], [1.0, 2.0]]), np.ones((3, 3)), np.zeros((2, 2))):
        assert nearest_covariance(matrix) is matrix
