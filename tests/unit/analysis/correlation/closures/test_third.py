"""Skewed elements: z = mu + L u with gamma-distributed u, of which third cumulants and ReLU moments are known."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special, stats

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.closures.third import MOST_SKEWED, standard_skewness
from atlas.analysis.correlation.cumulants import Cumulants

MEAN, GIVEN = np.array([0.5, -1]), np.array([[1, 0.6], [0.6, 2]])
ROOT = np.linalg.cholesky(GIVEN)


def third_cumulants(shape):
    """K_iij; that of a gamma variable, centred and of variance 1, is 2 / sqrt(shape)."""
    return Cumulants(2 / np.sqrt(shape) * ROOT**2 @ ROOT.T)


def exact_relu(shape):
    """Mean and covariance after ReLU: over the second element in closed form, over the first by quadrature."""
    of_gamma, side = stats.gamma(shape), np.sqrt(shape)
    (a, _), (b, c) = ROOT

    def moment(z, power):
        """E[relu(z + c u)^power], by incomplete gamma functions."""
        low, step = z - c * side, c / side
        from_here = max(-low / step, 0)
        parts = [special.gammaincc(shape + k, from_here) * special.poch(shape, k) for k in range(power + 1)]
        return sum(special.comb(power, k) * low ** (power - k) * step**k * parts[k] for k in range(power + 1))

    bends = (shape - MEAN[0] / a * side, shape + side * (c * side - MEAN[1]) / b, shape, shape + 12 * side + 40)
    ends = sorted({0.0, *(bend for bend in bends if bend > 0)})

    def mean_of(values):
        def integrand(g):
            u = (g - shape) / side
            return values(max(MEAN[0] + a * u, 0), MEAN[1] + b * u) * of_gamma.pdf(g)

        return sum(integrate.quad(integrand, low, high, epsabs=1e-13)[0] for low, high in pairwise(ends))

    mean = np.array([mean_of(lambda y, _: y), mean_of(lambda _, z: moment(z, 1))])
    both = mean_of(lambda y, z: y * moment(z, 1))
    second = np.array([[mean_of(lambda y, _: y**2), both], [both, mean_of(lambda _, z: moment(z, 2))]])
    return mean, second - np.outer(mean, mean)


def relu_errors(shape, cumulants):
    """Relative errors of mean and covariance."""
    found = closure_of("relu").moments(MEAN, GIVEN, cumulants=cumulants)
    pairs = zip(found, exact_relu(shape), strict=True)
    return [float(np.linalg.norm(one - exact) / np.linalg.norm(exact)) for one, exact in pairs]


@pytest.mark.parametrize(
    ("shape", "gaussian", "corrected"),
    [
        (1, (0.1587, 0.4351), (0.0726, 0.0477)),
        (4, (0.0725, 0.2770), (0.0179, 0.0198)),
        (16, (0.0355, 0.1577), (0.0044, 0.0066)),
    ],
)
def test_relu_errors_of_skewed_elements(shape, gaussian, corrected):
    assert relu_errors(shape, None) == pytest.approx(gaussian, abs=6e-5)
    assert relu_errors(shape, third_cumulants(shape)) == pytest.approx(corrected, abs=6e-5)


def test_what_is_left_falls_with_the_square_of_the_skewness():
    few, many = (np.array(relu_errors(shape, third_cumulants(shape))) for shape in (64, 256))
    gaussian_few, gaussian_many = (np.array(relu_errors(shape, None)) for shape in (64, 256))
    assert few / many == pytest.approx([4, 4], rel=0.2)
    assert gaussian_few / gaussian_many == pytest.approx([2, 2], rel=0.1)


@pytest.mark.parametrize("activation", ["tanh", "erf", "gelu", "leaky_relu(0.2)"])
def test_others_come_closer_to_skewed_samples(activation):
    closure, draws = closure_of(activation), np.random.default_rng(0)
    z = MEAN + (draws.gamma(4, size=(100_000, 2)) - 4) / 2 @ ROOT.T
    exact = np.cov(closure.function(z).T, bias=True)
    _, gaussian = closure.moments(MEAN, GIVEN)
    _, corrected = closure.moments(MEAN, GIVEN, cumulants=third_cumulants(4))
    assert np.linalg.norm(corrected - exact) < 0.5 * np.linalg.norm(gaussian - exact)


def test_skewness_in_standard_deviations():
    third = np.array([[4.0, 6.0], [12.0, 27.0]])
    assert standard_skewness(Cumulants(third), np.array([2.0, 3.0])) == pytest.approx(
        np.array([[0.5, 0.5], [2 / 3, 1]])
    )


def test_too_much_skewness_is_taken_back():
    third = np.array([[8 * MOST_SKEWED, 1.0], [1.0, 1.0]])
    skewness = standard_skewness(Cumulants(third), np.ones(2))
    assert skewness == pytest.approx(np.array([[MOST_SKEWED, 1 / 4], [1 / 2, 1]]))  # half for each time it occurs


def test_elements_without_variance_have_no_skewness():
    assert not standard_skewness(Cumulants(np.ones((2, 2))), np.array([0.0, 0.0])).any()
