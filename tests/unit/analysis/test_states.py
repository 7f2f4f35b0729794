import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.information.states import joint_states, quantile_states
from atlas.errors import BadParameter

NEURON = st.lists(st.integers(-5, 5), min_size=1, max_size=40)


def states_of(*activations: float, n_states: int) -> list[int]:
    return quantile_states(np.array([activations], dtype=float).T, n_states)[0].tolist()


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


@given(NEURON)
def test_scale_does_not_matter(neuron):
    assert states_of(*neuron, n_states=4) == states_of(*np.exp(neuron), n_states=4)


def test_number_of_states():
    for n_states in (1, 257):
        with pytest.raises(BadParameter, match=f"number of states is {n_states}"):
            quantile_states(np.zeros((3, 1)), n_states)


def test_joint():
    joint = joint_states(np.array([[0, 0, 1, 1, 0], [0, 1, 0, 1, 0]]))
    assert joint[0] == joint[4]
    assert len(set(joint)) == 4 and joint.max() == 3


def test_joint_of_many():
    joint = joint_states(np.eye(70, dtype=np.uint8))
    assert sorted(joint) == list(range(70))
