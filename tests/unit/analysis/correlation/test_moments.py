import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse
from xor import xor_class

from atlas.analysis.correlation.moments import Mixture, Moments, moments_of
from atlas.analysis.correlation.streaming import ELEMENTS_AT_ONCE
from atlas.errors import BadParameter, NonFiniteActivations, ShapeError
from atlas.records import FloatArray

EXACT = {"rel": 1e-12, "abs": 1e-12}


def normal(*shape: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=shape)


def test_the_covariance_is_divided_by_the_number_of_trials():
    found = moments_of(np.array([[0.0, 0.0], [2.0, 4.0], [4.0, 2.0]]))
    assert found.mean.tolist() == [2.0, 2.0]
    assert found.covariance == pytest.approx(np.array([[8.0, 4.0], [4.0, 8.0]]) / 3)


def test_a_class_of_xor_has_no_mean_and_the_covariance_of_its_sign():
    for number, sign in enumerate((1, -1)):
        points, counts = xor_class(number)
        found = moments_of(points, trial_weights=counts)
        assert found.mean == pytest.approx(np.zeros(2), abs=1e-15)
        assert found.covariance == pytest.approx(np.array([[0.3, sign * 0.25], [sign * 0.25, 0.3]]), **EXACT)


def test_blocks_of_trials_give_what_all_trials_give_at_once():
    n_elements = 64
    trials = normal(3 * ELEMENTS_AT_ONCE // (2 * n_elements), n_elements).astype(np.float32)
    found = moments_of(trials)
    whole = trials.astype(np.float64)
    np.testing.assert_allclose(found.mean, whole.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(whole.T, bias=True), rtol=1e-12, atol=1e-12)


def test_single_precision_far_from_zero_keeps_its_variance():
    trials = (1e6 + np.array([[-1.0], [1.0]])).astype(np.float32)
    assert moments_of(trials).covariance.tolist() == [[1.0]]


def test_an_element_that_never_varies_has_exactly_no_variance():
    trials = np.column_stack([np.full(7, 0.1), np.arange(7.0)])
    found = moments_of(trials, trial_weights=np.array([1, 2, 0, 3, 1, 1, 1]))
    assert found.mean[0] == 0.1
    assert found.covariance[0].tolist() == [0.0, 0.0]


def test_fewer_trials_than_elements_keep_a_root_with_a_column_for_each_trial():
    trials = normal(5, 8)
    found = moments_of(trials)
    assert found.root is not None and found.root.shape == (8, 5)
    assert found.covariance == pytest.approx(np.cov(trials.T, bias=True), **EXACT)
    assert found.variance == pytest.approx(trials.var(axis=0), **EXACT)


@given(
    trials=arrays(np.float64, (6, 3), elements=st.floats(-100, 100, width=16)),
    counts=arrays(np.int64, 6, elements=st.integers(0, 4)).filter(lambda counts: counts.sum() >= 2),
)
def test_weighed_trials_equal_repeated_ones(trials: FloatArray, counts: FloatArray):
    weighed, repeated = moments_of(trials, trial_weights=counts), moments_of(np.repeat(trials, counts, axis=0))
    assert weighed.mean == pytest.approx(repeated.mean, **EXACT)
    assert weighed.covariance == pytest.approx(repeated.covariance, rel=1e-12, abs=1e-9)


@given(
    trials=arrays(np.float64, (9, 4), elements=st.floats(-10, 10, width=16)),
    weight=arrays(np.float64, (3, 4), elements=st.floats(-10, 10, width=16)),
    bias=arrays(np.float64, 3, elements=st.floats(-10, 10, width=16)),
)
def test_an_affine_map_of_moments_gives_the_moments_of_the_mapped(
    trials: FloatArray, weight: FloatArray, bias: FloatArray
):
    mapped = moments_of(trials @ weight.T + bias)
    found = moments_of(trials).through(weight, bias)
    assert found.mean == pytest.approx(mapped.mean, rel=1e-12, abs=1e-11)
    assert found.covariance == pytest.approx(mapped.covariance, rel=1e-12, abs=1e-9)


def test_a_root_goes_through_maps_as_the_full_covariance_does():
    given = moments_of(normal(5, 8))
    full = Moments(given.mean, given.covariance)
    for seed, n_out in enumerate((12, 7, 3)):  # with 3 outputs the root has more columns than rows
        weight, bias = normal(n_out, len(given.mean), seed=seed), normal(n_out, seed=seed)
        given, full = given.through(weight, bias), full.through(weight, bias)
        assert given.mean == pytest.approx(full.mean, **EXACT)
        assert given.covariance == pytest.approx(full.covariance, **EXACT)
    assert given.root is None


@pytest.mark.parametrize("n_trials", [3, 20])
def test_a_sparse_map_gives_what_the_same_dense_one_gives(n_trials: int):
    given, weight, bias = moments_of(normal(n_trials, 6)), normal(5, 6) * (normal(5, 6, seed=1) > 0), normal(5)
    found, dense = given.through(sparse.csr_array(weight), bias), given.through(weight, bias)
    assert found.mean == pytest.approx(dense.mean, **EXACT)
    assert found.covariance == pytest.approx(dense.covariance, **EXACT)


def test_the_covariance_after_a_map_is_exactly_symmetric():
    covariance = moments_of(normal(50, 20)).through(normal(30, 20), np.zeros(30)).covariance
    assert (covariance == covariance.T).all()


def test_a_mixture_has_the_variance_within_its_parts_and_between_them():
    parts = (Moments(np.array([0.0]), np.array([[1.0]])), Moments(np.array([4.0]), np.array([[3.0]])))
    found = Mixture(np.array([0.75, 0.25]), parts)
    assert found.mean.tolist() == [1.0]
    assert found.covariance.tolist() == [[1.5 + 3.0]]  # within .75 * 1 + .25 * 3; between .75 * 1 + .25 * 9
    assert found.variance.tolist() == [4.5]


def test_parts_have_the_moments_of_all_trials_together():
    trials = normal(30, 4)
    parts = tuple(moments_of(own) for own in np.split(trials, [5, 15]))
    pooled = Mixture(np.array([5, 10, 15]) / 30, parts)
    assert pooled.mean == pytest.approx(trials.mean(axis=0), **EXACT)
    assert pooled.covariance == pytest.approx(np.cov(trials.T, bias=True), **EXACT)


@pytest.mark.parametrize("mean", [np.zeros(2), np.zeros(4)])
def test_moments_that_do_not_fit_a_map_are_refused(mean: FloatArray):
    with pytest.raises(ShapeError, match=rf"shape \(5, 3\).*does not fit {len(mean)} elements"):
        Moments(mean, np.eye(len(mean))).through(np.ones((5, 3)), np.zeros(5))


@pytest.mark.parametrize(
    "given", [{"covariance": np.eye(2)}, {"covariance": np.ones((3, 2))}, {"root": np.ones((2, 3))}]
)
def test_a_covariance_that_does_not_fit_the_mean_is_refused(given: dict[str, FloatArray]):
    with pytest.raises(ShapeError, match=r"the mean \(3,\)"):
        Moments(np.zeros(3), **given)


def test_neither_covariance_nor_root_is_refused():
    with pytest.raises(BadParameter, match="0 of covariance and root"):
        Moments(np.zeros(3))


def test_one_trial_has_no_covariance():
    with pytest.raises(BadParameter, match="Covariances need 2 trials or more, and are given 1"):
        moments_of(np.ones((1, 3)))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_activations_that_are_no_numbers_are_refused(wrong: float):
    trials = np.ones((4, 3))
    trials[2, 1] = wrong
    with pytest.raises(NonFiniteActivations, match="element 1 "):
        moments_of(trials)


def test_activations_that_are_no_table_are_refused():
    with pytest.raises(ShapeError, match=r"\(2, 3, 4\)"):
        moments_of(np.ones((2, 3, 4)))


def test_weights_for_other_trials_are_refused():
    with pytest.raises(ShapeError, match="there are 4 trials"):
        moments_of(np.ones((4, 2)), trial_weights=np.ones(3))


@pytest.mark.parametrize("wrong", [-1.0, np.nan])
def test_a_trial_cannot_count_less_than_not_at_all(wrong: float):
    with pytest.raises(BadParameter, match="weight of a trial is negative or not finite"):
        moments_of(np.ones((3, 2)), trial_weights=np.array([1.0, 1.0, wrong]))


@pytest.mark.parametrize("weights", [[0.5, 0.4], [1.5, -0.5]])
def test_shares_that_are_none_are_refused(weights: list[float]):
    part = Moments(np.zeros(1), np.eye(1))
    with pytest.raises(BadParameter, match="add up to"):
        Mixture(np.array(weights), (part, part))


def test_parts_of_different_size_are_refused():
    with pytest.raises(ShapeError, match=r"\[1, 2\] elements"):
        Mixture(np.array([0.5, 0.5]), (Moments(np.zeros(1), np.eye(1)), Moments(np.zeros(2), np.eye(2))))
