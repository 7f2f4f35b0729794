import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from xor import xor_class

from atlas.analysis.correlation.cumulants import cumulants_of
from atlas.analysis.correlation.streaming import ELEMENTS_AT_ONCE
from atlas.errors import BadParameter, NonFiniteActivations
from atlas.records import FloatArray

EXACT = {"rel": 1e-12, "abs": 1e-12}


def all_third(trials: FloatArray) -> FloatArray:
    """Give the whole tensor of third cumulants."""
    apart = trials - trials.mean(axis=0)
    return np.einsum("ti,tj,tk->ijk", apart, apart, apart) / len(trials)


def all_fourth(trials: FloatArray) -> FloatArray:
    """Give the whole tensor of fourth cumulants."""
    apart = trials - trials.mean(axis=0)
    two = apart.T @ apart / len(trials)
    pairs = sum(np.einsum(f"{a},{b}->ijkl", two, two) for a, b in (("ij", "kl"), ("ik", "jl"), ("il", "jk")))
    return np.einsum("ti,tj,tk,tl->ijkl", apart, apart, apart, apart) / len(trials) - pairs


def skewed(n_trials: int, n_elements: int) -> FloatArray:
    return np.random.default_rng(3).gamma(1.0, size=(n_trials, n_elements))


def test_one_coin_has_the_cumulants_worked_out_by_hand():
    found = cumulants_of(np.array([[0.0], [0.0], [0.0], [4.0]]), with_fourth=True)
    assert found.third.tolist() == [[6.0]]  # 16 * 4 p q (q - p), p = 1/4
    assert found.fourth is not None and found.fourth.tolist() == [[-6.0]]  # 256 p q (1 - 6 p q)


def gaussian_pairs() -> tuple[FloatArray, FloatArray]:
    """Give points and weights that have all moments of two standard normal variables up to the tenth of each."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(6)
    points = np.array([(one, other) for one in nodes for other in nodes])
    return points, np.outer(weights, weights).ravel() / weights.sum() ** 2 * 100


def test_a_quadratic_gives_one_gaussian_element_a_third_cumulant_of_four():
    points, counts = gaussian_pairs()
    z = points[:, :1]
    assert cumulants_of(z + z**2 / 2, trial_weights=counts).third == pytest.approx(np.array([[4.0]]), **EXACT)


def test_third_cumulants_that_a_quadratic_makes_of_gaussian_pairs_are_those_derived():
    points, counts = gaussian_pairs()
    mean, root, alpha = np.array([0.5, -1]), np.linalg.cholesky([[1, 0.6], [0.6, 2]]), 0.3
    z = mean + points @ root.T
    s, a = root @ root.T, 1 + 2 * alpha * mean
    own, a_i, a_j = s.diagonal()[:, None], a[:, None], a[None, :]
    expected = 2 * alpha * (a_i**2 * s**2 + 2 * a_i * a_j * own * s) + 8 * alpha**3 * own * s**2
    assert cumulants_of(z + alpha * z**2, trial_weights=counts).third == pytest.approx(expected, **EXACT)


@pytest.mark.parametrize(("number", "sign"), [(0, 1), (1, -1)])
def test_a_class_of_xor_has_its_fourth_cumulant_along_the_axis_of_its_blobs(number: int, sign: int):
    points, counts = xor_class(number)
    found = cumulants_of(points, trial_weights=counts, with_fourth=True)
    assert found.third == pytest.approx(np.zeros((2, 2)), abs=1e-15)
    assert found.fourth == pytest.approx(np.full((2, 2), -0.125), **EXACT)  # -2 a^4 v_i^2 v_j^2
    along = points @ np.array([[1.0, sign], [1.0, -sign]]).T
    turned = cumulants_of(along, trial_weights=counts, with_fourth=True)
    assert turned.fourth == pytest.approx(np.array([[-0.125 * 16, 0], [0, 0]]), **EXACT)  # (v . v)^4 = 16


def test_they_are_the_entries_of_the_whole_tensors_with_pairs():
    trials = skewed(50, 4)
    found = cumulants_of(trials, with_fourth=True)
    assert found.third == pytest.approx(np.einsum("iij->ij", all_third(trials)), **EXACT)
    assert found.fourth == pytest.approx(np.einsum("iijj->ij", all_fourth(trials)), **EXACT)


def test_an_affine_map_acts_on_every_index_of_every_order():
    trials, weight, bias = skewed(50, 4), np.random.default_rng(1).normal(size=(3, 4)), np.arange(3.0)
    found = cumulants_of(trials @ weight.T + bias, with_fourth=True)
    third = np.einsum("abc,ia,ib,jc->ij", all_third(trials), weight, weight, weight)
    fourth = np.einsum("abcd,ia,ib,jc,jd->ij", all_fourth(trials), *[weight] * 4)
    assert found.third == pytest.approx(third, **EXACT)
    assert found.fourth == pytest.approx(fourth, rel=1e-12, abs=1e-11)


def test_blocks_of_trials_give_what_all_trials_give_at_once():
    n_elements = 32
    trials = skewed(3 * ELEMENTS_AT_ONCE // (2 * n_elements), n_elements)
    apart = trials - trials.mean(axis=0)
    second = apart.T @ apart / len(trials)
    fourth = (apart**2).T @ apart**2 / len(trials) - np.outer(second.diagonal(), second.diagonal()) - 2 * second**2
    found = cumulants_of(trials, with_fourth=True)
    np.testing.assert_allclose(found.third, (apart**2).T @ apart / len(trials), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found.fourth, fourth, rtol=1e-11, atol=1e-11)


@given(
    trials=arrays(np.float64, (6, 3), elements=st.floats(-10, 10, width=16)),
    counts=arrays(np.int64, 6, elements=st.integers(0, 4)).filter(lambda counts: counts.sum() >= 4),
)
def test_weighed_trials_equal_repeated_ones(trials: FloatArray, counts: FloatArray):
    weighed = cumulants_of(trials, trial_weights=counts, with_fourth=True)
    repeated = cumulants_of(np.repeat(trials, counts, axis=0), with_fourth=True)
    assert weighed.third == pytest.approx(repeated.third, rel=1e-12, abs=1e-9)
    assert weighed.fourth == pytest.approx(repeated.fourth, rel=1e-12, abs=1e-9)


def test_fourth_cumulants_are_measured_only_when_asked_for():
    assert cumulants_of(skewed(5, 2)).fourth is None


@pytest.mark.parametrize(("with_fourth", "fewest", "order"), [(False, 3, "Third"), (True, 4, "Fourth")])
def test_too_few_trials_are_refused(with_fourth: bool, fewest: int, order: str):
    with pytest.raises(BadParameter, match=rf"{order} cumulants need {fewest}"):
        cumulants_of(skewed(fewest - 1, 2), with_fourth=with_fourth)


def test_activations_that_are_no_numbers_are_refused():
    with pytest.raises(NonFiniteActivations, match="element 0 "):
        cumulants_of(np.array([[1.0], [np.nan], [2.0]]))
