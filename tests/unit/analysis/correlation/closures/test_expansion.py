"""Series in Hermite polynomials: accuracy, number of terms, derivatives."""

import numpy as np
import pytest
from scipy import integrate

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.closures.expansion import MOST_TERMS, expanded, schur_series
from atlas.analysis.correlation.closures.smooth import gelu, tanh

MEAN, R = np.array([0.5, -1.0]), np.array([[1, 0.5], [0.5, 1]])


def tanh_of(deviation=1.0):
    return expanded(tanh, MEAN, np.full(2, deviation))


@pytest.mark.parametrize(("n_terms", "error"), [(2, 3e-4), (4, 3.1e-5), (8, 2.2e-7)])
def test_few_terms_are_as_accurate_as_published(n_terms, error):
    found, full = (tanh_of().covariance(R, n)[0, 1] for n in (n_terms, MOST_TERMS))
    assert error / 2 < abs(found - full) < error


def test_covariance_is_that_of_a_double_integral():
    scale, r = np.array([0.7, 1.5]), 0.6
    given = np.outer(scale, scale) * np.array([[1, r], [r, 1]])
    mean, covariance = closure_of("gelu").moments(MEAN, given)

    def integrand(y, x):
        values = gelu(MEAN[0] + scale[0] * x) * gelu(MEAN[1] + scale[1] * (r * x + np.sqrt(1 - r**2) * y))
        return values * np.exp(-(x**2 + y**2) / 2) / (2 * np.pi)

    second = integrate.nquad(integrand, [(-9, 9), (-9, 9)], opts={"epsabs": 1e-10})[0]
    assert covariance[0, 1] == pytest.approx(second - mean.prod(), abs=1e-9)


def test_variance_is_summed_directly():
    covariance = tanh_of().covariance(R, 4)
    second = integrate.quad(lambda x: np.tanh(0.5 + x) ** 2 * np.exp(-(x**2) / 2), -12, 12, epsabs=1e-13)[0]
    mean = integrate.quad(lambda x: np.tanh(0.5 + x) * np.exp(-(x**2) / 2), -12, 12, epsabs=1e-13)[0]
    wanted = second / np.sqrt(2 * np.pi) - mean**2 / (2 * np.pi)
    assert covariance[0, 0] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("deviation", [0.1, 1.0, 3.0, 30.0, 1_000.0])
def test_terms_never_hold_more_than_the_variance(deviation):
    expansion = tanh_of(deviation)
    held = (expansion.coefficients[1:] ** 2).sum(axis=0)
    assert (held <= expansion.variance * (1 + 1e-12)).all()


def test_weak_correlations_and_straight_functions_need_few_terms():
    expansion = tanh_of()
    weak, strong = (expansion.n_terms(np.array([[1, r], [r, 1]])) for r in (0.1, 0.9))
    assert weak < 12 < strong
    assert tanh_of(1e-4).n_terms(R) <= 3
    assert expanded(tanh, MEAN, np.full(2, 30.0)).n_terms(np.ones((2, 2))) == MOST_TERMS


def test_uncorrelated_elements_need_one_term():
    assert tanh_of().n_terms(np.eye(2)) == 1


def test_series_is_the_sum_of_its_terms():
    draws = np.random.default_rng(0)
    r, left, right = draws.uniform(-1, 1, (3, 3)), draws.normal(size=(5, 3)), draws.normal(size=(5, 3))
    wanted = sum(r**k * np.outer(left[k], right[k]) for k in range(5))
    assert schur_series(r, left, right) == pytest.approx(wanted, abs=1e-14)


def test_derivatives_are_those_of_the_function():
    """Third-order corrections rest on expectations of derivatives; tanh has them in closed form."""
    scale, r = np.array([0.7, 1.2]), np.array([[1, 0.6], [0.6, 1]])
    found = expanded(tanh, MEAN, scale).derivatives(r)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = np.outer(weights, weights) / weights.sum() ** 2
    x, y = nodes[:, None], 0.6 * nodes[:, None] + 0.8 * nodes
    t, u = np.tanh(MEAN[0] + scale[0] * x), np.tanh(MEAN[1] + scale[1] * y)
    third = -2 * (1 - t**2) * (1 - 3 * t**2)
    own = (weights * third).sum()
    mean = (weights * u).sum()
    assert found.own[0] == pytest.approx(scale[0] ** 3 * own, abs=1e-8)
    assert found.alone[0, 1] == pytest.approx(scale[0] ** 3 * (weights * third * (u - mean)).sum(), abs=1e-8)
    shared = (weights * -2 * t * (1 - t**2) * (1 - u**2)).sum()
    assert found.shared[0, 1] == pytest.approx(scale[0] ** 2 * scale[1] * shared, abs=1e-8)
    centred = t - (weights * t).sum()
    square = (weights * (6 * (1 - t**2) * -2 * t * (1 - t**2) + 2 * centred * third)).sum()
    assert found.square[0] == pytest.approx(scale[0] ** 3 * square, abs=1e-8)
