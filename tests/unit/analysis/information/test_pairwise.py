import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, kstest
from sklearn.metrics import mutual_info_score

from atlas.analysis.information import pairwise, pairwise_bias, pairwise_information, pairwise_p
from atlas.errors import BadParameter, EmptySelection, ShapeError


def plain(states: np.ndarray) -> np.ndarray:
    return np.array([[mutual_info_score(a, b) for a in states] for b in states]) / np.log(2)


def test_by_hand():
    # a bit; its copy with other names; both bits of a number; a bit apart; a constant
    states = np.array([[0, 0, 1, 1], [5, 5, 2, 2], [0, 1, 2, 3], [0, 1, 0, 1], [7, 7, 7, 7]])
    bits = pairwise_information(states)
    expected = [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [1, 1, 2, 1, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0]]
    assert bits == pytest.approx(np.array(expected, dtype=float), abs=1e-12)


def test_and():
    # a and b tell 0.311278 bits each about their conjunction, whose entropy is 0.811278
    bits = pairwise_information(np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]]))
    assert bits[2] == pytest.approx([0.311278, 0.311278, 0.811278], abs=1e-6)


@given(seed=st.integers(0, 10_000), n_neurons=st.integers(1, 7), n_states=st.integers(1, 6), n=st.integers(1, 60))
@settings(max_examples=40)
def test_sklearn(seed, n_neurons, n_states, n):
    states = np.random.default_rng(seed).integers(0, n_states, (n_neurons, n)).astype(np.uint8)
    bits = pairwise_information(states)
    assert bits == pytest.approx(plain(states), abs=1e-10)
    assert (bits == bits.T).all() and (bits >= 0).all()


def test_blocks_change_nothing(monkeypatch):
    states = np.random.default_rng(0).integers(0, 3, (10, 50))
    whole = pairwise_information(states)
    monkeypatch.setattr(pairwise, "MOST_ROWS", 9)  # three neurons of three states
    assert pairwise_information(states) == pytest.approx(whole, abs=1e-12)


def test_names_of_states_do_not_matter():
    draws = np.random.default_rng(0)
    states = draws.integers(0, 4, (6, 200))
    renamed = np.array([draws.permutation(4)[neuron] for neuron in states])
    assert pairwise_information(renamed) == pytest.approx(pairwise_information(states), abs=1e-12)


def test_all_states_of_a_byte():
    assert pairwise_information(np.arange(256)[None]) == pytest.approx(8)


def test_exact_distribution():
    # a bit flipped with probability 0.1: 1 - H(0.1) = 0.531004 bits
    draws, n = np.random.default_rng(0), 40_000
    bit = draws.integers(0, 2, n)
    bits = pairwise_information(np.stack([bit, bit ^ (draws.random(n) < 0.1)]))
    assert bits[0, 1] == pytest.approx(0.531004, abs=3 / np.sqrt(n))


def test_bias_of_independent_neurons():
    states = np.random.default_rng(0).integers(0, 4, (60, 500))
    states[0] %= 2
    bias = pairwise_bias(states)
    assert bias[1, 2] == pytest.approx(9 / (2 * np.log(2) * 500))
    assert bias[0, 1] == pytest.approx(3 / (2 * np.log(2) * 500))
    assert np.isnan(np.diag(bias)).all()
    apart = np.triu_indices(60, 1)
    assert pairwise_information(states)[apart].mean() == pytest.approx(bias[apart].mean(), rel=0.05)


def test_p_is_that_of_the_g_test():
    draws = np.random.default_rng(0)
    first = draws.integers(0, 3, 300)
    second = (first + (draws.random(300) < 0.8) * draws.integers(0, 3, 300)) % 3
    states = np.stack([first, second])
    table = np.histogram2d(first, second, bins=(3, 3))[0]
    expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue
    p = pairwise_p(pairwise_information(states), states)
    assert p[0, 1] == p[1, 0] == pytest.approx(expected, rel=1e-9)
    assert np.isnan(np.diag(p)).all()


def test_p_of_independent_neurons_is_uniform():
    states = np.random.default_rng(0).integers(0, 3, (120, 400))
    p = pairwise_p(pairwise_information(states), states)
    assert kstest(p[:60, 60:].ravel(), "uniform").statistic < 0.03


def test_no_p_where_chi_square_does_not_hold():
    states = np.zeros((4, 100), dtype=int)
    states[0, ::2], states[1, :10], states[2, :9] = 1, 1, 1  # 50, 10, 9 and no trials in state 1
    p = pairwise_p(pairwise_information(states), states)
    assert np.isnan(p).tolist() == [
        [True, False, True, True],  # 5 trials expected with the second, 4.5 with the third
        [False, True, True, True],
        [True, True, True, True],
        [True, True, True, True],
    ]


def test_bad_input():
    with pytest.raises(ShapeError, match=r"states have shape \(3,\)"):
        pairwise_information(np.zeros(3, dtype=int))
    with pytest.raises(EmptySelection, match="0 neurons and 3 trials"):
        pairwise_information(np.zeros((0, 3), dtype=int))
    with pytest.raises(BadParameter, match="states are float64"):
        pairwise_information(np.full((2, 3), np.nan))
    with pytest.raises(BadParameter, match="A state is -1"):
        pairwise_information(np.full((2, 3), -1))
    with pytest.raises(BadParameter, match=r"A state is 256\. Neurons have states from 0 to 255"):
        pairwise_information(np.array([[0, 256], [1, 0]]))
    with pytest.raises(ShapeError, match=r"bits have shape \(3, 3\), the states are of 2 neurons"):
        pairwise_p(np.zeros((3, 3)), np.zeros((2, 5), dtype=int))
