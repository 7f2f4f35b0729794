"""erf: closed forms."""

import numpy as np
import pytest
from scipy import special

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.closures.series import Smooth

ERF = closure_of("erf")


def below_both(h, k, r):
    """P(x < h, y < k) by Owen's T, for h, k > 0."""
    q = np.sqrt((1 - r) * (1 + r))
    owen = special.owens_t(h, (k - r * h) / (h * q)) + special.owens_t(k, (h - r * k) / (k * q))
    return (special.ndtr(h) + special.ndtr(k)) / 2 - owen


def test_worked_values():
    mean, covariance = ERF.moments(np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]]))
    assert mean == pytest.approx([0.31690860, -0.47291074], abs=5e-9)
    assert covariance == pytest.approx(np.array([[0.40953121, 0.14347001], [0.14347001, 0.44334871]]), abs=5e-9)


@pytest.mark.parametrize("r", [-1.0, -0.5, 0.0, 0.5, 0.999, 1.0])
@pytest.mark.parametrize("variance", [1e-6, 1.0, 1e3])
def test_covariance_around_zero_is_an_arcsine(r, variance):
    _, covariance = ERF.moments(np.zeros(2), variance * np.array([[1, r], [r, 1]]))
    widened = 2 * variance / (1 + 2 * variance) * np.array([[1, r], [r, 1]])
    assert covariance == pytest.approx(2 / np.pi * np.arcsin(widened), rel=1e-11, abs=1e-300)


@pytest.mark.parametrize("r", [-0.95, -0.4, 0.2, 0.7, 0.99])
def test_covariance_is_that_of_two_probabilities(r):
    mean, scale = np.array([0.3, 1.7]), np.array([0.8, 2.5])
    _, covariance = ERF.moments(mean, np.outer(scale, scale) * np.array([[1, r], [r, 1]]))
    h, k = np.sqrt(2) * mean / np.sqrt(1 + 2 * scale**2)
    shared = 2 * r * scale.prod() / np.sqrt(1 + 2 * scale**2).prod()
    wanted = 4 * (below_both(h, k, shared) - special.ndtr(h) * special.ndtr(k))
    assert covariance[0, 1] == pytest.approx(wanted, abs=1e-12)


def test_small_deviations_follow_the_slope():
    given = 1e-12 * np.array([[1, 0.6], [0.6, 2]])
    _, covariance = ERF.moments(np.array([0.5, -1]), given)
    slope = 2 / np.sqrt(np.pi) * np.exp(-np.array([0.25, 1.0]))
    assert covariance == pytest.approx(np.outer(slope, slope) * given, rel=1e-10)


def test_too_few_nodes_leave_a_covariance_still():
    given = 1e4 * (np.full((6, 6), 0.99999) + np.diag(np.full(6, 1e-5)))
    _, covariance = ERF.moments(np.linspace(-100, 100, 6), given, n_nodes=1)
    assert np.linalg.eigvalsh(covariance)[0] >= -1e-15


def test_the_series_of_a_smooth_function_gives_the_same():
    draws = np.random.default_rng(0)
    root, mean = draws.normal(size=(8, 12)), draws.normal(size=8)
    given = root @ root.T / 6
    for closed, summed in zip(ERF.moments(mean, given), Smooth(special.erf).moments(mean, given), strict=True):
        assert summed == pytest.approx(closed, abs=1e-12)
