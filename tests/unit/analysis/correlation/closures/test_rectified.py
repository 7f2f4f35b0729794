"""ReLU and leaky ReLU: worked values, and a reference integrator over means and correlations."""

from itertools import product

import numpy as np
import pytest
from scipy import integrate, special

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import Cumulants

PLACES = (-4.0, -1.0, 0.0, 0.5, 3.0)
CORRELATIONS = (0.0, 0.3, 0.9, 0.99, 0.99999, 1.0)
RELU = closure_of("relu")


def density(x):
    return np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi)


def pair(place, other, r):
    """Mean and covariance after ReLU of two elements of variance 1."""
    return RELU.moments(np.array([place, other]), np.array([[1, r], [r, 1]]))


def rectified(mean, deviation):
    """E[relu] of a Gaussian variable."""
    if deviation == 0:
        return np.maximum(mean, 0)
    return mean * special.ndtr(mean / deviation) + deviation * density(mean / deviation)


def integrated(place, other, r):
    """E[relu(z_i) E[relu(z_j) | z_i]] - E[relu(z_i)] E[relu(z_j)], piece by piece between bends and steps."""
    q = np.sqrt((1 - r) * (1 + r))
    bends = [] if r == 0 else [(step * q - other) / r for step in (-8, -3, 0, 3, 8)]
    ends = sorted({-place, 9.0, *(point for point in (*bends, -4.0, 0.0, 4.0) if -place < point < 9)})

    def integrand(x):
        return (place + x) * rectified(other + r * x, q) * density(x)

    pieces = (integrate.quad(integrand, *ends[at : at + 2], epsabs=1e-14)[0] for at in range(len(ends) - 1))
    return sum(pieces) - rectified(place, 1) * rectified(other, 1)


def below_both(h, k, r):
    """P(x < h, y < k) by Owen's T; exact zeros are moved, as its form divides by h and k."""
    h, k = (value if value != 0 else 1e-300 for value in (h, k))
    q = np.sqrt((1 - r) * (1 + r))
    apart = 0.5 if h * k < 0 else 0.0
    owen = special.owens_t(h, (k - r * h) / (h * q)) + special.owens_t(k, (h - r * k) / (k * q))
    return (special.ndtr(h) + special.ndtr(k)) / 2 - owen - apart


def by_owen(place, other, r):
    """The covariance in closed form."""
    q = np.sqrt((1 - r) * (1 + r))
    both = density(place) * density((other - r * place) / q) / q
    second = (place * other + r) * below_both(place, other, r) + q**2 * both
    second += place * density(other) * special.ndtr((place - r * other) / q)
    second += other * density(place) * special.ndtr((other - r * place) / q)
    return second - rectified(place, 1) * rectified(other, 1)


@pytest.mark.parametrize("r", sorted({*CORRELATIONS, *(-r for r in CORRELATIONS)}))
def test_covariance_is_that_of_a_reference_integrator(r):
    for place, other in product(PLACES, PLACES):
        _, covariance = pair(place, other, r)
        assert covariance[0, 1] == pytest.approx(integrated(place, other, r), abs=1e-12)


@pytest.mark.parametrize("r", [-0.99, -0.9, -0.3, 0.0, 0.3, 0.9, 0.99])
def test_covariance_is_that_of_the_closed_form(r):
    for place, other in product(PLACES, PLACES):
        _, covariance = pair(place, other, r)
        assert covariance[0, 1] == pytest.approx(by_owen(place, other, r), abs=1e-13)


def test_places_that_nearly_meet_at_strong_correlations():
    for apart, r in product((1e-6, 1e-4, 1e-2), (0.999, 0.99999, 1 - 1e-9)):
        _, covariance = pair(0.3, 0.3 + apart, r)
        assert covariance[0, 1] == pytest.approx(integrated(0.3, 0.3 + apart, r), abs=1e-12)


def test_worked_values():
    mean, covariance = RELU.moments(np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]]))
    assert mean == pytest.approx([0.69779656, 0.19964123], abs=5e-9)
    assert covariance == pytest.approx(np.array([[0.55344070, 0.11272513], [0.11272513, 0.24000227]]), abs=5e-9)


def test_values_around_zero_are_those_in_closed_form():
    mean, covariance = pair(0, 0, 0.5)
    wanted = (np.sqrt(3) / 2 + 0.5 * (np.pi / 2 + np.arcsin(0.5)) - 1) / (2 * np.pi)
    assert mean == pytest.approx(np.full(2, 1 / np.sqrt(2 * np.pi)), abs=1e-15)
    assert covariance[0, 1] == pytest.approx(wanted, abs=1e-12)
    assert covariance[0, 0] == pytest.approx(0.5 - 1 / (2 * np.pi), abs=1e-15)


def test_variance_is_the_second_moment_less_the_squared_mean():
    for place in PLACES:
        mean, covariance = pair(place, 0, 0)
        second = (place**2 + 1) * special.ndtr(place) + place * density(place)
        assert covariance[0, 0] == pytest.approx(second - mean[0] ** 2, abs=1e-14)


def test_far_above_zero_nothing_changes():
    given = np.array([[1, 0.6], [0.6, 2]])
    mean, covariance = RELU.moments(np.array([1e6, 3e6]), given)
    assert mean.tolist() == [1e6, 3e6]
    assert covariance == pytest.approx(given, rel=1e-15)


def test_far_below_zero_nothing_is_left():
    mean, covariance = RELU.moments(np.array([-1e6, -3e6]), np.array([[1, 0.6], [0.6, 2]]))
    assert not mean.any()
    assert not covariance.any()


def test_leaky_relu_is_made_of_relu_and_the_identity():
    mean, given, slope = np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]]), 0.2
    after, covariance = closure_of("leaky_relu(0.2)").moments(mean, given)
    relu, spread = RELU.moments(mean, given)
    above = special.ndtr(mean / np.sqrt(np.diagonal(given)))
    crossed = given * above  # cov(z_i, relu(z_j)), by Stein's lemma
    assert after == pytest.approx(slope * mean + (1 - slope) * relu, abs=1e-15)
    wanted = slope**2 * given + slope * (1 - slope) * (crossed + crossed.T) + (1 - slope) ** 2 * spread
    assert covariance == pytest.approx(wanted, abs=1e-12)


def test_slope_one_is_the_identity():
    mean, given = np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]])
    after, covariance = closure_of("leaky_relu(1.0)").moments(mean, given)
    assert after.tolist() == [0.5, -1]
    assert covariance == pytest.approx(given, rel=1e-15)


@pytest.mark.parametrize(("r", "error"), [(0.9, 1e-12), (0.99, 1e-8), (0.99999, 1e-6)])
def test_twelve_nodes_are_enough_up_to_nine_tenths(r, error):
    given = np.array([[1, r], [r, 1]])
    for place, other in product(PLACES, PLACES):
        _, covariance = RELU.moments(np.array([place, other]), given, n_nodes=12)
        assert covariance[0, 1] == pytest.approx(integrated(place, other, r), abs=error)


def test_too_few_nodes_leave_a_covariance_still():
    given = np.full((6, 6), 0.99999) + np.diag(np.full(6, 1e-5))
    _, covariance = RELU.moments(np.linspace(-1, 1, 6), given, n_nodes=1)
    assert np.linalg.eigvalsh(covariance)[0] >= -1e-15


def test_third_cumulants_change_moments_as_derived():
    mu, given = np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]])
    third = np.array([[0.3, 0.1], [-0.2, 0.4]])
    s = np.sqrt(np.diagonal(given))
    p = density(mu / s) / s

    def derivatives(i, j):
        """E[f''(z_i) f'(z_j)] and E[f'''(z_i) f(z_j)]."""
        beta = given[i, j] / given[i, i]
        c, d = mu[j] - beta * mu[i], np.sqrt(given[j, j] - beta * given[i, j])
        above = special.ndtr(c / d)
        return p[i] * above, -(p[i] * mu[i] / s[i] ** 2 * (c * above + d * density(c / d)) + p[i] * beta * above)

    (a, b), (a_back, b_back) = derivatives(0, 1), derivatives(1, 0)
    mean, covariance = RELU.moments(mu, given)
    change = third[0, 0] * b + 3 * third[0, 1] * a + 3 * third[1, 0] * a_back + third[1, 1] * b_back
    corrected = mean - np.diagonal(third) * mu * p / (6 * s**2)
    second = covariance + np.outer(mean, mean) + change / 6
    second[[0, 1], [0, 1]] = np.diagonal(covariance) + mean**2 + np.diagonal(third) * p / 3
    after, spread = RELU.moments(mu, given, cumulants=Cumulants(third))
    assert after == pytest.approx(corrected, abs=1e-14)
    assert spread == pytest.approx(second - np.outer(corrected, corrected), abs=1e-12)
