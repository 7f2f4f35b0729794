import numpy as np
import pytest

from atlas.analysis.correlation.drawing import layer_surrogates, principal_axes
from atlas.analysis.seeds import generator


def covariance(deviations):
    return deviations.T @ deviations / len(deviations)


def skewed(n_trials, n_elements, *, rank=None):
    """Draw skewed, correlated trials of three classes of their own means and covariances."""
    random = generator(1, n_trials, n_elements)
    labels = np.arange(n_trials) % 3
    mix = random.normal(size=(3, rank or n_elements, n_elements))
    apart = random.gamma(1.0, size=(n_trials, rank or n_elements))
    return np.einsum("nr,nre->ne", apart, mix[labels]) + random.normal(size=(3, n_elements))[labels], labels


@pytest.mark.parametrize(
    ("n_trials", "n_elements", "rank"),
    [(90, 4, None), (90, 6, 2), (15, 6, None), (12, 40, None), (90, 40, None)],
    ids=["narrow", "singular", "few trials", "wide", "wide in every class"],
)
def test_surrogates_have_the_moments_of_the_class(n_trials, n_elements, rank):
    activations, labels = skewed(n_trials, n_elements, rank=rank)
    surrogates = layer_surrogates(activations, labels, 3)
    for label in range(3):
        own, made = activations[labels == label], surrogates.of_class(label)
        expected = covariance(own - own.mean(axis=0))
        recoloured = made.whitened @ made.recolouring
        assert made.mean == pytest.approx(own.mean(axis=0), abs=1e-12)
        assert recoloured.mean(axis=0) == pytest.approx(0, abs=1e-9)
        assert covariance(recoloured) == pytest.approx(expected, abs=1e-9)
        assert made.root.T @ made.root == pytest.approx(expected, abs=1e-9)


def symmetric_power(matrix, power):
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-9
    return (vectors[:, kept] * values[kept] ** power) @ vectors[:, kept].T


@pytest.mark.parametrize("rank", [None, 2], ids=["regular", "singular"])
def test_recoloured_deviations_are_those_of_the_formula(rank):
    activations, labels = skewed(90, 4, rank=rank)
    means = np.stack([activations[labels == label].mean(axis=0) for label in range(3)])
    apart = activations - means[labels]
    roots = [symmetric_power(covariance(apart[labels == label]), 0.5) for label in range(3)]
    inverse = [symmetric_power(covariance(apart[labels == label]), -0.5) for label in range(3)]
    whitened = np.stack([inverse[label] @ row for label, row in zip(labels, apart, strict=True)])
    common = symmetric_power(covariance(whitened), -0.5)
    made = layer_surrogates(activations, labels, 3).of_class(1)
    assert made.whitened @ made.recolouring == pytest.approx(whitened @ common @ roots[1], abs=1e-9)


def test_deviations_of_regular_gaussian_classes_stay_gaussian():
    # whitened in its own class, the fourth moment of every class is 3: none of it comes from other covariances
    random = generator(0)
    labels = np.repeat([0, 1], 20_000)
    activations = random.normal(size=(40_000, 2)) * np.where(labels[:, None] == 0, [1, 0.1], [0.1, 1])
    made = layer_surrogates(activations, labels, 2).of_class(0)
    recoloured = made.whitened @ made.recolouring
    fourth = (recoloured**4).mean(axis=0) / (recoloured**2).mean(axis=0) ** 2
    assert fourth == pytest.approx([3, 3], abs=0.1)


def test_same_random_numbers_take_deviations_of_the_same_trials():
    activations, labels = skewed(30, 3)
    made = layer_surrogates(activations, labels, 3).of_class(2)
    means, covariances = (made.drawn(kept, generator(5)) for kept in ("means", "covariances"))
    trials = [int(np.argmin(np.abs(made.deviations - row).sum(axis=1))) for row in means - made.mean]
    assert covariances - made.mean == pytest.approx(made.whitened[trials] @ made.recolouring)


def test_gaussian_draws_have_the_moments_of_the_class():
    activations, labels = skewed(3 * 20_000, 2)
    own = activations[labels == 0]
    drawn = layer_surrogates(activations, labels, 3).of_class(0).drawn("gaussian", generator(0))
    assert drawn.shape == own.shape
    sd = own.std(axis=0)
    assert drawn.mean(axis=0) == pytest.approx(own.mean(axis=0), abs=4 * sd.max() / np.sqrt(20_000))
    assert np.cov(drawn.T) == pytest.approx(np.cov(own.T), rel=0.05)
    third = (((drawn - drawn.mean(axis=0)) / sd) ** 3).mean(axis=0)
    assert third == pytest.approx([0, 0], abs=4 * np.sqrt(15 / 20_000))


def test_constant_activations_stay_what_they_are():
    labels = np.array([0, 0, 1, 1])
    made = layer_surrogates(np.array([[1.0, 2.0]] * 2 + [[3.0, 4.0]] * 2), labels, 2).of_class(1)
    for kept in ("means", "covariances", "gaussian"):
        assert made.drawn(kept, generator(0)).tolist() == [[3, 4], [3, 4]]


@pytest.mark.parametrize("shape", [(30, 5), (5, 30)], ids=["narrow", "wide"])
def test_principal_axes_are_orthonormal_and_make_the_covariance(shape):
    deviations = generator(2).normal(size=shape)
    deviations -= deviations.mean(axis=0)
    directions, sds = principal_axes(deviations)
    assert len(sds) == (5 if shape == (30, 5) else 4)  # 5 trials differ from their mean in 4 directions
    assert directions @ directions.T == pytest.approx(np.eye(len(sds)), abs=1e-12)
    assert (directions.T * sds**2) @ directions == pytest.approx(covariance(deviations), abs=1e-12)
