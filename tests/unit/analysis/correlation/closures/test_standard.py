"""Elements in their own standard deviations."""

import numpy as np
import pytest

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.closures.standard import FARTHEST, standardised
from atlas.errors import NonFiniteActivations


def test_scale_place_and_correlation():
    standard = standardised(np.array([1.0, -6.0]), np.array([[4.0, 3.0], [3.0, 9.0]]))
    assert standard.scale.tolist() == [2, 3]
    assert standard.place.tolist() == [0.5, -2]
    assert standard.correlation == pytest.approx(np.array([[1, 0.5], [0.5, 1]]), abs=1e-15)


def test_elements_without_variance_are_as_far_from_zero_as_can_be():
    standard = standardised(np.array([1e-9, -2.0, 0.0]), np.zeros((3, 3)))
    assert standard.place.tolist() == [FARTHEST, -FARTHEST, 0]
    assert not standard.correlation.any()


def test_variances_below_double_precision_are_none():
    standard = standardised(np.zeros(2), np.array([[1e-320, 0], [0, 1.0]]))
    assert standard.scale.tolist() == [0, 1]
    assert np.isfinite(standard.correlation).all()


def test_rounding_takes_no_correlation_beyond_one():
    assert standardised(np.zeros(2), np.array([[1, 1 + 1e-9], [1 + 1e-9, 1]])).correlation.max() == 1


@pytest.mark.parametrize("activation", ["relu", "quadratic(0.5)", "tanh", "erf"])
def test_moments_that_have_overflowed_are_refused(activation):
    with pytest.raises(NonFiniteActivations, match="1 elements is not finite, the first has number 1"):
        closure_of(activation).moments(np.array([0, np.inf]), np.eye(2))
    with pytest.raises(NonFiniteActivations, match="2 elements"):
        closure_of(activation).moments(np.zeros(2), np.full((2, 2), np.nan))
