import numpy as np
import pytest

from atlas.analysis.lesion.statistics import coherence, importance, mean_error, published_coherence


def test_one_class_bears_the_loss():
    losses = np.array([1.0, 0.0, 0.0, 0.0])
    assert importance(losses) == 25
    assert coherence(losses, least=0.0) == 4  # changes in multiples of their mean: 4, 0, 0, 0


def test_all_classes_lose_alike():
    assert coherence(np.array([0.5, 0.5]), least=0.0) == 0


def test_a_class_that_gains():
    # mean 0.1, changes -1, 0 and 4 times that
    assert coherence(np.array([-0.1, 0.0, 0.4]), least=0.0) == pytest.approx(5, abs=1e-12)
    assert coherence(-np.array([-0.1, 0.0, 0.4]), least=0.0) == pytest.approx(5, abs=1e-12)


def test_standard_error_of_the_mean():
    # variances 0.16 / 4 and 0.25 / 100 of the classes: sqrt(0.0425) / 2
    assert mean_error(np.array([0.8, 0.5]), np.array([4.0, 100.0])) == pytest.approx(0.0425**0.5 / 2, abs=1e-15)
    assert mean_error(np.array([1.0, 0.0]), np.array([4.0, 100.0])) == 0


def test_undefined_below_one_standard_error():
    losses = np.array([[0.2, 0.0], [0.19, 0.0], [0.0, -0.2], [0.5, -0.5]])
    assert coherence(losses, least=0.1) == pytest.approx([2, np.nan, 2, np.nan], abs=1e-12, nan_ok=True)


def test_undefined_where_rounding_hides_a_mean_of_zero():
    losses = np.array([[1 / 3, 1 / 3, -2 / 3], [0.0, 0.0, 0.0]])
    assert np.isnan(coherence(losses, least=0.0)).all()


def test_published_is_defined_but_for_0_by_0():
    losses = np.array([[0.0, 0.0], [0.5, -0.5], [1.0, 0.0]])
    assert published_coherence(losses) == pytest.approx([np.nan, np.inf, 2], nan_ok=True)
