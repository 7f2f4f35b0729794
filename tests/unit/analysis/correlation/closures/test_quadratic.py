"""z + alpha z^2: worked values; exact with the cumulants of any distribution."""

import numpy as np
import pytest

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import Cumulants, cumulants_of

MEAN, GIVEN = np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]])


def test_worked_values():
    mean, covariance = closure_of("quadratic(0.5)").moments(MEAN, GIVEN)
    assert mean == pytest.approx([1.125, 0.5], abs=1e-15)
    assert covariance == pytest.approx(np.array([[2.75, 0.18], [0.18, 2.0]]), abs=1e-15)


def test_one_element_around_zero():
    mean, covariance = closure_of("quadratic").moments(np.zeros(1), np.ones((1, 1)))
    assert (mean.item(), covariance.item()) == (0.5, 1.5)


def test_third_and_fourth_cumulants_make_it_exact():
    draws = np.random.default_rng(0)
    z = 0.3 + draws.gamma(0.5, size=(50, 4)) @ draws.normal(size=(4, 5))
    y = z + 0.7 * z**2
    given = np.cov(z.T, bias=True)
    cumulants = cumulants_of(z, with_fourth=True)
    mean, covariance = closure_of("quadratic(0.7)").moments(z.mean(axis=0), given, cumulants=cumulants)
    assert mean == pytest.approx(y.mean(axis=0), rel=1e-12)
    assert covariance == pytest.approx(np.cov(y.T, bias=True), rel=1e-9)


def test_third_cumulants_alone_enter_with_the_slope_of_the_other():
    third = np.array([[0.3, 0.1], [-0.2, 0.4]])
    _, covariance = closure_of("quadratic(0.5)").moments(MEAN, GIVEN, cumulants=Cumulants(third))
    # slopes 1 + 2 * 0.5 * mean: 1.5 and 0; 0.18 + 0.5 * (0 * 0.1 + 1.5 * -0.2), 2.75 + 2 * 0.5 * 1.5 * 0.3
    assert covariance == pytest.approx(np.array([[3.2, 0.03], [0.03, 2.0]]), abs=1e-15)


def test_without_the_square_nothing_changes():
    for activation in ("identity", "quadratic(0)"):
        mean, covariance = closure_of(activation).moments(MEAN, GIVEN)
        assert mean.tolist() == MEAN.tolist()
        assert covariance.tolist() == GIVEN.tolist()
