import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from atlas.analysis.information.states import equal_width_states, joint_states, quantile_states, quantiser_states
from atlas.errors import BadParameter

NEURON = st.lists(st.integers(-5, 5), min_size=1, max_size=40)


def states_of(*activations: float, n_states: int) -> list[int]:
    return quantile_states(np.array([activations], dtype=float).T, n_states)[0].tolist()


def levels_of(*activations: float, n_states: int, low: float = -1, high: float = 1) -> list[int]:
    return quantiser_states(np.array([activations], dtype=float).T, n_states, low=low, high=high)[0].tolist()


def test_equal_shares():
    assert states_of(*range(16), n_states=8) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]


def test_silent_relu():
    assert states_of(0, 0, 0, 0, 0, 1, 2, 3, n_states=8) == [0, 0, 0, 0, 0, 1, 2, 3]
    assert states_of(0, 0, 0, 0, 0, 1, 2, 3, n_states=2) == [0, 0, 0, 0, 0, 1, 1, 1]


def test_mostly_at_the_top():
    assert states_of(-1, 1, 1, 1, 1, 1, 1, 1, 1, n_states=8) == [0] + [1] * 8
    assert states_of(-1, 0, 1, 1, 1, n_states=2) == [0, 0, 1, 1, 1]


def test_constant():
    assert states_of(3, 3, 3, n_states=8) == [0, 0, 0]


@given(NEURON, st.integers(2, 9))
def test_rules(neuron, n_states):
    values, states = np.array(neuron), np.array(states_of(*neuron, n_states=n_states))
    assert (np.diff(states[np.argsort(values, kind="stable")]) >= 0).all()  # in order of activation
    assert all(len(set(states[values == value])) == 1 for value in neuron)  # equal values share a state
    assert set(states) == set(range(states.max() + 1))  # every state occurs
    assert states.max() + 1 <= n_states
    assert (states.max() == 0) == (values.min() == values.max())


@given(NEURON, st.sampled_from([2, 4, 8]))
def test_scale_does_not_matter(neuron, n_states):
    assert states_of(*neuron, n_states=n_states) == states_of(*np.exp(neuron), n_states=n_states)


def test_number_of_states():
    for n_states in (1, 257):
        with pytest.raises(BadParameter, match=f"number of states is {n_states}"):
            quantile_states(np.zeros((3, 1)), n_states)


def test_equal_width():
    activations = np.array([[0.0], [0.24], [0.25], [0.74], [0.75], [1.0], [-9.0], [9.0]])
    assert equal_width_states(activations, 4, low=0, high=1).tolist() == [[0, 0, 1, 2, 3, 3, 0, 3]]


def test_equal_width_keeps_states_that_do_not_occur():
    assert equal_width_states(np.array([[9.5], [5.5]]), 10, low=0, high=10).tolist() == [[9, 5]]


def test_levels_of_the_quantiser():
    # three levels from -1 to 1: the middle one takes half of the range
    assert levels_of(-1, -0.51, -0.49, 0, 0.49, 0.51, 1, n_states=3) == [0, 0, 1, 1, 1, 2, 2]
    assert levels_of(-7, 7, n_states=8) == [0, 7]
    assert levels_of(0, 0.9, 1.1, 4.9, 5.1, 6, n_states=4, low=0, high=6) == [0, 0, 1, 2, 3, 3]


def test_halfway_the_quantiser_takes_the_even_level():
    assert levels_of(0.5, 1.5, 2.5, n_states=4, low=0, high=3) == [0, 2, 2]


@pytest.mark.parametrize("n_states", [2, 4, 8, 256])
def test_levels_are_found_again(n_states):
    levels = np.arange(n_states)
    values = (-1 + levels * np.float32(2 / (n_states - 1))).astype(np.float32)  # as a network puts them out
    assert levels_of(*values, n_states=n_states) == levels.tolist()


def test_stochastic_levels_have_the_activation_as_their_mean():
    activation = np.full((20_000, 1), 0.3)  # 4.55 steps above -1: between levels 4 and 5
    levels = quantiser_states(activation, 8, low=-1, high=1, random=np.random.default_rng(0))[0]
    assert set(levels) == {4, 5}
    assert levels.mean() == pytest.approx(4.55, abs=4 * 0.5 / np.sqrt(20_000))


def test_stochastic_levels_stay_within_the_limits():
    activations = np.repeat([-1.0, 1.0, 3.0], 50)[:, None]
    levels = quantiser_states(activations, 8, low=-1, high=1, random=np.random.default_rng(0))[0]
    assert levels.tolist() == [0] * 50 + [7] * 100


def test_joint():
    assert joint_states(np.array([[0, 0, 1, 1, 0], [0, 1, 0, 1, 0]])).tolist() == [0, 1, 2, 3, 0]


def test_joint_of_many():
    joint = joint_states(np.eye(70, dtype=np.uint8))
    assert sorted(joint) == list(range(70))


def test_joint_of_none():
    assert joint_states(np.zeros((0, 3), dtype=np.uint8)).tolist() == [0, 0, 0]


@given(arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 20)), elements=st.sampled_from([0, 1, 7, 255])))
def test_joint_numbers_patterns_in_order(states):
    patterns = sorted({tuple(column) for column in states.T.tolist()})
    assert joint_states(states).tolist() == [patterns.index(tuple(column)) for column in states.T.tolist()]
