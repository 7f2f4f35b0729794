import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from atlas.analysis.information.two_means import two_means_states

NEURON = st.lists(st.integers(-20, 20), min_size=1, max_size=12)


def states_of(neuron) -> np.ndarray:
    return two_means_states(np.asarray(neuron, dtype=float)[:, None])[0]


def squares(neuron, states) -> float:
    """Sum the squares about the means of the states."""
    values = np.asarray(neuron, dtype=float)
    return sum(np.square(values[states == state] - values[states == state].mean()).sum() for state in set(states))


@given(NEURON)
def test_no_threshold_is_better(neuron):
    values = np.array(neuron)
    best = min(squares(values, values > threshold) for threshold in neuron)
    assert squares(values, states_of(neuron)) == pytest.approx(best)


@given(NEURON)
def test_of_equal_splits_the_lowest(neuron):
    values = np.array(neuron)
    splits = {threshold: squares(values, values > threshold) for threshold in neuron}
    best = min(splits.values()) + 1e-9
    lowest = min(threshold for threshold, sum_of_squares in splits.items() if sum_of_squares <= best)
    assert states_of(neuron).tolist() == (values > lowest).tolist()


def test_by_hand():
    # {0, 1, 2} and {9}: 2 about the means; {0, 1} and {2, 9}: 25
    assert states_of([0, 9, 1, 2]).tolist() == [0, 1, 0, 0]
    # {0} and {1, 2} is as good as {0, 1} and {2}
    assert states_of([0, 1, 2]).tolist() == [0, 1, 1]


def test_splits_are_equal_within_rounding():
    # three and four is as good as four and three; in floating point, the sums of squares differ
    assert states_of(0.7 * np.arange(7)).tolist() == [0, 0, 0, 1, 1, 1, 1]


def test_constant_neuron_has_one_state():
    assert states_of([0.3] * 7).tolist() == [0] * 7
    assert states_of([5]).tolist() == [0]


def test_each_neuron_for_itself():
    activations = np.array([[0, 5, 1], [0, 5, 9], [8, 5, 0], [9, 5, 9]], dtype=np.float32)
    assert two_means_states(activations).tolist() == [[0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 0, 1]]
    assert two_means_states(activations[:, :0]).shape == (0, 4)


def test_k_means_on_separable_neurons():
    random = np.random.default_rng(0)
    two = random.integers(0, 2, size=(300, 4))
    activations = random.normal(5 * two, 0.5)
    states = two_means_states(activations)
    for neuron, mine in zip(activations.T, states, strict=True):
        means = KMeans(2, n_init=1, random_state=0).fit(neuron[:, None])
        upper = np.argmax(means.cluster_centers_[:, 0])
        assert (means.labels_ == upper).tolist() == mine.astype(bool).tolist()
    assert (states == two.T).all()


@pytest.mark.parametrize("seed", range(5))
def test_never_worse_than_k_means(seed):
    neuron = np.random.default_rng(seed).standard_t(2, size=200)
    means = KMeans(2, n_init=1, init="random", random_state=seed).fit(neuron[:, None])
    assert squares(neuron, states_of(neuron)) <= means.inertia_ * (1 + 1e-12)


def test_far_from_zero():
    # in single precision, numbers near 10,000 are 0.001 apart
    neuron = np.array([0, 1, 2, 9, 10, 11, 12] * 500, dtype=np.float32) / 8 + 10_000
    assert two_means_states(neuron[:, None])[0].tolist() == [0, 0, 0, 1, 1, 1, 1] * 500


@given(NEURON, st.integers(-9, 9), st.sampled_from([0.25, 1.0, 8.0]))
def test_shift_and_scale_do_not_matter(neuron, shift, scale):
    assert states_of(np.array(neuron) * scale + shift).tolist() == states_of(neuron).tolist()
