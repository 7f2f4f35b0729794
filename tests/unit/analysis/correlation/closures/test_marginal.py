"""Mean and variance of each element alone, without the pairs."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import Cumulants

ALL = (
    *("identity", "relu", "leaky_relu(0.2)", "quadratic(0.5)", "erf", "tanh", "sigmoid", "gelu", "gelu_tanh", "silu"),
    *("mish", "softplus"),
)
RANDOM = np.random.default_rng(0)
MEAN, VARIANCE = RANDOM.normal(size=(2, 3)), RANDOM.gamma(1, size=(2, 3))
VARIANCE[0, 0] = 0
SKEWNESS = np.array([[0, 0.5, -0.5], [3, -3, 1]])  # 3 is more than a first order can bear


@pytest.mark.parametrize("activation", ALL)
def test_gaussian_elements_alone_are_the_diagonal_of_pairs(activation: str) -> None:
    closure = closure_of(activation)
    mean, variance = closure.marginal(MEAN, VARIANCE)
    of_pairs = closure.moments(MEAN.ravel(), np.diag(VARIANCE.ravel()))
    assert mean.ravel() == pytest.approx(of_pairs[0], abs=1e-14)
    assert variance.ravel() == pytest.approx(np.diagonal(of_pairs[1]), abs=1e-14)


@pytest.mark.parametrize("activation", ALL)
def test_skewed_elements_alone_are_those_of_pairs(activation: str) -> None:
    closure, third = closure_of(activation), SKEWNESS * VARIANCE**1.5
    mean, variance = closure.marginal(MEAN, VARIANCE, third=third)
    for at in np.ndindex(*MEAN.shape):
        cumulants = Cumulants(third[at].reshape(1, 1))
        of_pairs = closure.moments(MEAN[at].reshape(1), VARIANCE[at].reshape(1, 1), cumulants=cumulants)
        assert mean[at] == pytest.approx(of_pairs[0].item(), abs=1e-14)
        assert variance[at] == pytest.approx(of_pairs[1].item(), abs=1e-14)


def test_more_skewness_than_a_first_order_can_bear_is_cut_off() -> None:
    # Of ReLU at mean 0 and variance 1, K3 leaves the mean as it is and changes the variance by K3 * 2 phi(0) / 6.
    mean, variance = closure_of("relu").marginal(np.zeros(2), np.ones(2), third=np.array([2.0, 50.0]))
    gaussian = 1 / 2 - 1 / (2 * np.pi)
    assert mean == pytest.approx(np.full(2, 1 / np.sqrt(2 * np.pi)))
    assert variance == pytest.approx(np.full(2, gaussian + 2 * 2 / np.sqrt(2 * np.pi) / 6))


def test_the_variance_is_never_negative() -> None:
    # Of z + z^2 / 2 at mean 0: 1 + 1/2 + K3, with K3 = -2.
    _, variance = closure_of("quadratic(0.5)").marginal(np.zeros(1), np.ones(1), third=np.array([-2.0]))
    assert variance.tolist() == [0]
