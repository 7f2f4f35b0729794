import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.information.discretising import DISCRETISATIONS, Discretisation
from atlas.errors import BadParameter, EmptySelection, NonFiniteActivations, ShapeError, UnknownName

NEURON = np.array([[-1.0], [-0.5], [-0.2], [0.0], [0.1], [0.9]])
LIMITS = {"low": -1.0, "high": 1.0}
NEURONS = st.lists(st.lists(st.integers(-8, 8), min_size=3, max_size=3), min_size=1, max_size=30)


def every_method() -> list[Discretisation]:
    return [Discretisation(method=method, **(LIMITS if method == "equal_width" else {})) for method in DISCRETISATIONS]


@pytest.mark.parametrize(
    "discretisation, states",
    [
        (Discretisation(n_states=3), [0, 0, 1, 1, 2, 2]),
        (Discretisation(method="two_means"), [0, 0, 0, 0, 0, 1]),  # squares 0.788; cut below -0.2: 0.825
        (Discretisation(method="median"), [0, 0, 0, 1, 1, 1]),
        (Discretisation(method="zero"), [0, 0, 0, 0, 1, 1]),
        (Discretisation(method="equal_width", n_states=4, **LIMITS), [0, 1, 1, 2, 2, 3]),
        (Discretisation(method="quantiser", n_states=3), [0, 0, 1, 1, 1, 2]),
    ],
    ids=DISCRETISATIONS,
)
def test_methods(discretisation, states):
    assert discretisation.states(NEURON).tolist() == [states]


def test_default_is_eight_quantiles():
    assert Discretisation().states(np.arange(16.0)[:, None])[0].tolist() == [i // 2 for i in range(16)]


def test_number_of_states_of_each_method():
    assert {each.method: each.most_states for each in every_method()} == {
        "quantile": 8,
        "two_means": 2,
        "median": 2,
        "zero": 2,
        "equal_width": 8,
        "quantiser": 8,
    }


def test_for_run():
    assert Discretisation(method="median").for_run == {
        "discretisation": "median",
        "states": 2,
        "low_limit": None,
        "high_limit": None,
        "stochastic": False,
    }
    assert Discretisation(method="quantiser", high=2.0, n_states=4, stochastic=True).for_run == {
        "discretisation": "quantiser",
        "states": 4,
        "low_limit": -1.0,
        "high_limit": 2.0,
        "stochastic": True,
    }


def test_constant_neurons_have_one_state():
    for discretisation in every_method():
        assert len(set(discretisation.states(np.full((9, 1), 0.25))[0])) == 1


def test_layer_without_neurons():
    for discretisation in every_method():
        assert discretisation.states(np.zeros((4, 0))).shape == (0, 4)


@given(NEURONS, st.randoms(use_true_random=False))
def test_trials_in_any_order(neurons, random):
    activations = np.array(neurons) / 8
    order = random.sample(range(len(activations)), len(activations))
    for discretisation in every_method():
        mixed = discretisation.states(activations[order])
        assert mixed.tolist() == discretisation.states(activations)[:, order].tolist()


@given(NEURONS)
def test_precision_does_not_matter(neurons):
    activations = np.array(neurons) / 8
    for discretisation in every_method():
        single = discretisation.states(activations.astype(np.float32))
        assert single.tolist() == discretisation.states(activations).tolist()


@given(NEURONS)
def test_states_are_in_order_of_activation(neurons):
    activations = np.array(neurons) / 8
    for discretisation in every_method():
        for neuron, states in zip(activations.T, discretisation.states(activations), strict=True):
            assert (np.diff(states[np.argsort(neuron, kind="stable")].astype(int)) >= 0).all()
            assert states.max() < discretisation.most_states


def test_stochastic_rounding_repeats_with_its_seed():
    activations = np.random.default_rng(0).uniform(-1, 1, size=(50, 3))
    once, again, other = (
        Discretisation(method="quantiser", stochastic=True, seed=seed).states(activations).tolist()
        for seed in (3, 3, 4)
    )
    assert once == again != other


def test_neurons_and_layers_are_rounded_by_draws_of_their_own():
    halfway = np.zeros((64, 2))  # between levels 3 and 4
    stochastic = Discretisation(method="quantiser", stochastic=True)
    one, other = stochastic.states(halfway), stochastic.states(halfway, stream=1)
    rows = [tuple(row) for row in (*one.tolist(), *other.tolist())]
    assert len(set(rows)) == 4
    assert all(set(row) == {3, 4} for row in rows)


def test_unknown_method():
    with pytest.raises(UnknownName, match=r"Unknown discretisation 'two_mean'. Did you mean 'two_means'\?"):
        Discretisation(method="two_mean")


@pytest.mark.parametrize("n_states", [0, 1, 257, 2.5, True])
def test_number_of_states(n_states):
    with pytest.raises(BadParameter, match=f"number of states is {n_states}"):
        Discretisation(n_states=n_states)


def test_methods_of_two_states_refuse_more():
    for method in ("two_means", "median", "zero"):
        assert Discretisation(method=method, n_states=2).most_states == 2
        with pytest.raises(BadParameter, match=f"number of states is 8, discretisation '{method}' has 2"):
            Discretisation(method=method, n_states=8)


def test_only_the_quantiser_rounds_by_chance():
    with pytest.raises(BadParameter, match="'equal_width' cannot be stochastic"):
        Discretisation(method="equal_width", **LIMITS, stochastic=True)


def test_limits():
    with pytest.raises(BadParameter, match="'quantile' has no limits"):
        Discretisation(low=0.0)
    with pytest.raises(BadParameter, match="equal width need two limits"):
        Discretisation(method="equal_width", low=0.0)
    for low, high in ((1.0, 1.0), (1.0, 0.0), (float("nan"), 1.0), (0.0, float("inf"))):
        with pytest.raises(BadParameter, match=f"limits are {low} and {high}"):
            Discretisation(method="quantiser", low=low, high=high)


def test_bad_activations():
    for discretisation in every_method():
        with pytest.raises(ShapeError, match=r"activations have shape \(3,\)"):
            discretisation.states(np.zeros(3))
        with pytest.raises(EmptySelection, match="no trials"):
            discretisation.states(np.zeros((0, 3)))
        with pytest.raises(NonFiniteActivations, match="Neuron 1 puts out nan in trial 2"):
            discretisation.states(np.array([[0, 0], [0, 0], [0, np.nan]]))
        with pytest.raises(NonFiniteActivations, match="Neuron 0 puts out -inf in trial 0"):
            discretisation.states(np.array([[-np.inf, 0.0]]))
