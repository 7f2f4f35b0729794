"""What holds for every closure, whatever means and covariances it is given."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.closures.known import PLAIN, WITH_NUMBER
from atlas.analysis.correlation.cumulants import Cumulants, cumulants_of

ALL = (*PLAIN, *WITH_NUMBER, "leaky_relu(0.2)")
SMALL = settings(max_examples=10)
SEEDS = st.integers(0, 2**32 - 1)


def moments(seed):
    """Means and a covariance, often singular: duplicates of either sign, elements without variance, scales apart."""
    draws = np.random.default_rng(seed)
    n = int(draws.integers(1, 8))
    root = draws.normal(size=(n, draws.integers(1, n + 3))) * draws.choice([0, 1e-3, 1, 5], size=(n, 1))
    mean = draws.normal(size=n) * draws.choice([0, 1, 10], size=n)
    copied = draws.integers(n, size=n)
    twins = draws.random(n) < 0.3
    root[twins] = (root[copied] * draws.choice([-1, 1], size=(n, 1)))[twins]
    return mean, root @ root.T


def least(covariance):
    """The smallest eigenvalue, in units of the largest variance."""
    return np.linalg.eigvalsh(covariance)[0] / max(np.diagonal(covariance).max(), 1e-300)


@pytest.mark.parametrize("activation", ALL)
@SMALL
@given(seed=SEEDS)
def test_covariances_are_symmetric_positive_and_finite(activation, seed):
    mean, covariance = closure_of(activation).moments(*moments(seed))
    assert np.isfinite(mean).all()
    assert (covariance == covariance.T).all()
    assert least(covariance) > -1e-12


@pytest.mark.parametrize("activation", ALL)
@SMALL
@given(seed=SEEDS, size=st.floats(0, 50))
def test_third_cumulants_of_any_size_leave_a_covariance(activation, seed, size):
    given_mean, given_covariance = moments(seed)
    third = np.random.default_rng(seed).normal(size=given_covariance.shape) * size
    mean, covariance = closure_of(activation).moments(given_mean, given_covariance, cumulants=Cumulants(third))
    assert np.isfinite(mean).all()
    assert np.isfinite(covariance).all()
    assert least(covariance) > -1e-12


@pytest.mark.parametrize("activation", ALL)
@SMALL
@given(seed=SEEDS)
def test_the_order_of_elements_is_theirs(activation, seed):
    mean, covariance = moments(seed)
    draws = np.random.default_rng(seed)
    order, third = draws.permutation(len(mean)), draws.normal(size=covariance.shape)
    for skewed in (False, True):
        here, there = (Cumulants(each) if skewed else None for each in (third, third[np.ix_(order, order)]))
        after, spread = closure_of(activation).moments(mean, covariance, cumulants=here)
        other, other_spread = closure_of(activation).moments(
            mean[order], covariance[np.ix_(order, order)], cumulants=there
        )
        size = max(1, np.abs(spread).max())
        assert other == pytest.approx(after[order], abs=1e-12 * max(1, np.abs(after).max()))
        assert other_spread == pytest.approx(spread[np.ix_(order, order)], abs=1e-10 * size)


@SMALL
@given(seed=SEEDS, factor=st.floats(1e-3, 1e3))
def test_relu_scales_with_what_it_takes_in(seed, factor):
    mean, covariance = moments(seed)
    third = np.random.default_rng(seed).normal(size=covariance.shape)
    relu = closure_of("relu")
    for power in (None, 3):
        here, there = (None if power is None else Cumulants(third * by) for by in (1, factor**3))
        after, spread = relu.moments(mean, covariance, cumulants=here)
        scaled, scaled_spread = relu.moments(factor * mean, factor**2 * covariance, cumulants=there)
        assert scaled == pytest.approx(factor * after, rel=1e-9, abs=1e-12 * factor)
        assert scaled_spread == pytest.approx(factor**2 * spread, rel=1e-9, abs=1e-10 * factor**2)


@pytest.mark.parametrize("activation", ALL)
def test_an_element_without_variance_becomes_its_value(activation):
    closure, mean = closure_of(activation), np.array([-2.0, 0.5, 0.0, 1.0])
    covariance = np.diag([0, 0, 0, 1.0])
    for cumulants in (None, Cumulants(np.diag([0, 0, 0, 0.1]))):
        after, spread = closure.moments(mean, covariance, cumulants=cumulants)
        assert after[:3] == pytest.approx(closure.function(mean)[:3], abs=1e-15)
        assert not spread[:3].any()
        assert spread[3, 3] > 0


@pytest.mark.parametrize("activation", ALL)
def test_twins_stay_twins(activation):
    given_covariance = np.array([[1, 1, 0.3], [1, 1, 0.3], [0.3, 0.3, 2]])
    _, covariance = closure_of(activation).moments(np.array([0.4, 0.4, -1]), given_covariance)
    assert covariance[0, 1] == pytest.approx(covariance[0, 0], abs=1e-11)
    assert covariance[0, 2] == covariance[1, 2]


@pytest.mark.parametrize("activation", ALL)
def test_far_from_zero_small_deviations_follow_the_slope(activation):
    closure, mean = closure_of(activation), np.array([1.3, -0.8])
    given_covariance = 1e-8 * np.array([[1, 0.6], [0.6, 2]])
    slope = (closure.function(mean + 1e-6) - closure.function(mean - 1e-6)) / 2e-6
    after, covariance = closure.moments(mean, given_covariance)
    assert after == pytest.approx(closure.function(mean), abs=1e-7)
    assert covariance == pytest.approx(np.outer(slope, slope) * given_covariance, rel=1e-5, abs=1e-20)


@pytest.mark.parametrize("activation", ALL)
def test_samples_agree_the_better_the_more_there_are(activation):
    mean, given_covariance = np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]])
    closure, draws = closure_of(activation), np.random.default_rng(5)
    after, covariance = closure.moments(mean, given_covariance)
    wanted = np.array([*after, *covariance[[0, 0, 1], [0, 1, 1]]])

    def error(n_samples):
        """Root mean square over 200 runs, of the means and covariances in units of their own errors' size."""
        z = mean + draws.normal(size=(200, n_samples, 2)) @ np.linalg.cholesky(given_covariance).T
        y = closure.function(z)
        apart = y - after
        second = np.einsum("rni,rnj->rij", apart, apart)[:, [0, 0, 1], [0, 1, 1]] / n_samples
        found = np.concatenate([y.mean(axis=1), second], axis=1)
        return np.sqrt(((found - wanted) ** 2).mean(axis=0))

    few, many = error(25), error(1_600)
    assert few / many == pytest.approx(np.full(5, 8), rel=0.3)  # sqrt(1600 / 25); a wrong formula leaves a floor


def test_cumulants_measured_from_gaussian_samples_change_little():
    z = np.random.default_rng(0).normal(size=(20_000, 3))
    cumulants = cumulants_of(z)
    for activation in ("relu", "tanh", "erf"):
        _, covariance = closure_of(activation).moments(np.zeros(3), np.eye(3))
        _, corrected = closure_of(activation).moments(np.zeros(3), np.eye(3), cumulants=cumulants)
        assert corrected == pytest.approx(covariance, abs=0.02)
