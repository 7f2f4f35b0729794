import numpy as np
import pytest
from scipy import stats

from atlas.analysis.graph.ranks import standard_ranks

BOTH = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@BOTH
def test_ties(dtype):
    values = np.array([[3, 1, 3, 3, 0], [2, 2, 2, 2, 2], [5, -4, -3, 2, 1]], dtype=dtype)
    # ranks from 0: 3 1 3 3 0, all alike, 4 0 1 3 2; their mean is 2, squared lengths 8 and 10
    expected = [np.array([1, -1, 1, 1, -2]) / 8**0.5, np.zeros(5), np.array([2, -2, -1, 1, 0]) / 10**0.5]
    np.testing.assert_allclose(standard_ranks(values), expected, rtol=1e-6)


@BOTH
def test_same_as_scipys(dtype):
    values = np.random.default_rng(0).normal(size=(20, 300)).astype(dtype)
    values[:10] = np.round(np.maximum(values[:10], 0), 1)
    expected = stats.rankdata(values, axis=1) - 150.5
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(standard_ranks(values), expected, rtol=1e-6)


@BOTH
def test_negative_zero_is_zero(dtype):
    found = standard_ranks(np.array([[0.0, -0.0, 1.0, -1.0]], dtype=dtype))
    np.testing.assert_allclose(found, np.array([[0, 0, 1.5, -1.5]]) / 4.5**0.5, rtol=1e-6)


@BOTH
def test_tiny_and_huge(dtype):
    limits = np.finfo(dtype)
    values = np.array([[limits.max, limits.smallest_subnormal, 0, -limits.smallest_subnormal, limits.min]], dtype=dtype)
    np.testing.assert_allclose(standard_ranks(values), np.array([[2, 1, 0, -1, -2]]) / 10**0.5, rtol=1e-6)


def test_what_is_given_stays():
    values = np.array([[-1.0, 2.0, -0.0]], dtype=np.float32)
    standard_ranks(values)
    assert values.tobytes() == np.array([[-1.0, 2.0, -0.0]], dtype=np.float32).tobytes()
