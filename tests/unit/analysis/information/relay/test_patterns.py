import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from atlas.analysis.information.relay.patterns import Patterns, n_states_of_prefixes

STATES = st.integers(0, 70).flatmap(
    lambda n: arrays(np.uint8, st.tuples(st.just(n), st.integers(1, 12)), elements=st.sampled_from([0, 1, 2, 255]))
)


@settings(max_examples=30)
@given(STATES)
def test_patterns_are_the_distinct_columns(states):
    found = Patterns.of(states)
    assert (states == found.states[found.of_trials].T).all()
    assert len(np.unique(found.states, axis=0)) == len(found.states)
    assert (np.unique(found.of_trials) == np.arange(len(found.states))).all()


@settings(max_examples=30)
@given(STATES.filter(len))
def test_states_of_prefixes(states):
    expected = [len(np.unique(states[:end], axis=1).T) for end in range(1, len(states) + 1)]
    assert n_states_of_prefixes(states.T).tolist() == expected


@pytest.mark.parametrize("n_neurons", [63, 64, 65, 130])
def test_a_difference_in_any_neuron_counts(n_neurons):
    one_on = np.eye(n_neurons, dtype=np.uint8)
    assert len(Patterns.of(one_on).states) == n_neurons
    assert n_states_of_prefixes(one_on).tolist() == [*range(2, n_neurons + 1), n_neurons]
