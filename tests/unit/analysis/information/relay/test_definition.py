import numpy as np
import plain_relay
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from atlas.analysis.information.relay import relay_information
from atlas.errors import BadParameter, EmptySelection, ShapeError

BIT = np.array([0, 1, 0, 1])
COPIES = np.column_stack([BIT, BIT])


@st.composite
def trials(draw, n_states=2):
    """Draw inputs, outputs and hidden states of up to 40 trials and 5 neurons, and a set of them."""
    n_trials, n_neurons = draw(st.integers(1, 40)), draw(st.integers(1, 5))
    classes = arrays(np.int64, n_trials, elements=st.integers(0, 2))
    hidden = draw(arrays(np.uint8, (n_trials, n_neurons), elements=st.integers(0, n_states - 1)))
    neurons = draw(st.lists(st.integers(0, n_neurons - 1), unique=True))
    return draw(classes), draw(classes), hidden, neurons


def values(*args, **options):
    found = relay_information(*args, **options)
    return [found.bits, found.alone_bits]


@settings(max_examples=30)
@given(trials(n_states=4))
def test_eight_entropies(drawn):
    inputs, outputs, hidden, neurons = drawn
    plain = [measure(inputs, outputs, hidden, neurons) for measure in (plain_relay.relay, plain_relay.alone)]
    assert values(inputs, outputs, hidden, relay=neurons) == pytest.approx(plain, abs=1e-12)


@settings(max_examples=30)
@given(trials(n_states=3), st.randoms(use_true_random=False))
def test_order_of_neurons_and_names_of_states_do_not_matter(drawn, random):
    inputs, outputs, hidden, neurons = drawn
    order = random.sample(range(hidden.shape[1]), hidden.shape[1])
    names = np.array(random.sample(range(9), 3))
    renamed = values(5 - inputs, outputs * 3 - 1, names[hidden][:, order], relay=[order.index(n) for n in neurons])
    assert renamed == pytest.approx(values(inputs, outputs, hidden, relay=neurons), abs=1e-12)


@settings(max_examples=30)
@given(trials(), st.integers(1, 3))
def test_weights_stand_for_repeated_trials(drawn, seed):
    inputs, outputs, hidden, neurons = drawn
    weights = np.random.default_rng(seed).integers(0, 4, len(inputs)).astype(np.uint8) + (np.arange(len(inputs)) == 0)
    repeated = [np.repeat(values, weights, axis=0) for values in (inputs, outputs, hidden)]
    expected = values(*repeated, relay=neurons)
    assert values(inputs, outputs, hidden, relay=neurons, weights=weights) == expected
    shares = weights / weights.sum()
    assert values(inputs, outputs, hidden, relay=neurons, weights=shares) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30)
@given(trials())
def test_a_copy_of_a_relay_takes_all_of_it(drawn):
    inputs, outputs, hidden, neurons = drawn
    doubled = np.hstack([hidden, hidden[:, neurons]])
    bits, alone = values(inputs, outputs, doubled, relay=neurons)
    assert bits == 0
    assert alone == pytest.approx(values(inputs, outputs, hidden, relay=neurons)[1], abs=1e-12)


@settings(max_examples=30)
@given(trials())
def test_a_constant_relays_nothing(drawn):
    inputs, outputs, hidden, neurons = drawn
    more = np.hstack([np.full((len(hidden), 1), 1), hidden])
    assert values(inputs, outputs, more, relay=[0]) == [0, 0]
    moved = values(inputs, outputs, more, relay=[n + 1 for n in neurons])
    assert moved == values(inputs, outputs, hidden, relay=neurons)


def test_one_class_tells_nothing():
    assert values(BIT, 0 * BIT, COPIES, relay=[0, 1]) == [0, 0]


def test_lists_are_taken():
    found = relay_information(BIT.tolist(), BIT.tolist(), COPIES.tolist(), relay=[0], weights=[1, 1, 1, 1])
    assert (found.bits, found.alone_bits) == (0, 1)


def test_many_trials():
    """More than a byte pair counts, and more than are tabulated."""
    for times in (20_000, 2_000_000):
        weights = np.full(4, times)
        assert values(BIT, BIT, COPIES[:, :1], relay=[0], weights=weights) == pytest.approx([1, 1], abs=1e-12)


def test_three_hundred_neurons():
    random = np.random.default_rng(0)
    hidden = random.integers(0, 2, (50, 300))
    hidden[:, 299] = hidden[:, 0]
    hidden[:, 1:299] = hidden[:1, 1:299]
    inputs, outputs = hidden[:, 0], hidden[:, 0] ^ (random.random(50) < 0.1)
    told = plain_relay.told(inputs, outputs, [])
    assert values(inputs, outputs, hidden, relay=[0]) == pytest.approx([0, told])
    assert values(inputs, outputs, hidden, relay=[0, 299]) == pytest.approx([told, told])


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"inputs": BIT[:3]}, ShapeError, r"inputs have shape \(3,\).* 4 trials"),
        ({"outputs": COPIES}, ShapeError, "outputs have shape"),
        ({"hidden": BIT}, ShapeError, "one column per neuron"),
        ({"weights": np.ones(5, dtype=int)}, ShapeError, "weights have shape"),
        ({"inputs": np.array([0, 1, np.nan, 1])}, BadParameter, "inputs are of type float64"),
        ({"hidden": COPIES + 0.5}, BadParameter, "of type float64.*Discretise"),
        ({"hidden": -COPIES}, BadParameter, "go from -1 to 0"),
        ({"hidden": COPIES * 256}, BadParameter, "go from 0 to 256"),
        ({"relay": [2]}, BadParameter, "column 2, the hidden states have 2"),
        ({"relay": [-1]}, BadParameter, "column -1"),
        ({"relay": [0, 0]}, BadParameter, "names a column twice"),
        ({"weights": np.array([1, -1, 1, 1])}, BadParameter, "negative"),
        ({"weights": np.array([0.5, np.nan, 0.25, 0.25])}, BadParameter, "NaN"),
        ({"weights": np.array([0.5, 0.5, 0.5, 0.5])}, BadParameter, "probabilities sum to 2"),
        ({"weights": np.zeros(4, dtype=int)}, EmptySelection, "No trial has weight"),
        ({"inputs": BIT[:0], "outputs": BIT[:0], "hidden": COPIES[:0]}, EmptySelection, "no trials"),
    ],
)
def test_refused(changed, error, words):
    arguments = {"inputs": BIT, "outputs": BIT, "hidden": COPIES, "relay": [0]} | changed
    with pytest.raises(error, match=words):
        relay_information(arguments.pop("inputs"), arguments.pop("outputs"), arguments.pop("hidden"), **arguments)
