from itertools import combinations

import numpy as np
import plain_relay
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.information.relay import Patterns, Trials, grow, grow_each, searching, shrink, shrink_each
from atlas.analysis.information.relay.beam import search_beam
from atlas.analysis.information.relay.exact import search_exactly
from atlas.errors import BadParameter, EmptySelection, UnknownName


def drawn(seed, *, n_neurons=6, n_trials=300, n_states=2, n_classes=3, noise=0.2):
    """Draw classes, states that tell about them, one constant and one copied neuron among them, and answers."""
    random = np.random.default_rng(seed)
    inputs = random.integers(0, n_classes, n_trials)
    code = random.integers(0, n_states, (n_classes, n_neurons))
    hidden = np.where(random.random((n_trials, n_neurons)) < noise, 0, code[inputs])
    hidden[:, -1], hidden[:, 1] = 1, hidden[:, 0]
    outputs = np.where(random.random(n_trials) < 0.1, 0, (inputs + hidden[:, 2]) % n_classes)
    return inputs, outputs, hidden.astype(np.uint8)


def prepared(inputs, outputs, hidden, weights=None):
    return Trials.of(inputs, outputs, Patterns.of(hidden.T), weights=weights)


def best(measure, inputs, outputs, hidden, size):
    """The most any set of a size relays."""
    sets = combinations(range(hidden.shape[1]), size)
    return max(measure(inputs, outputs, hidden, neurons) for neurons in sets)


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.sampled_from([2, 3]))
def test_greedy_shrinking_is_plain(seed, n_states):
    trials = drawn(seed, n_states=n_states)
    removed, bits = plain_relay.shrink(*trials)
    path = shrink(prepared(*trials))
    assert path.neurons.tolist() == removed
    assert path.bits == pytest.approx(bits, abs=1e-9)


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.sampled_from([2, 3]))
def test_greedy_growing_is_plain(seed, n_states):
    inputs, outputs, hidden = drawn(seed, n_states=n_states)
    path = grow(prepared(inputs, outputs, hidden))
    before = []
    for neuron, bits in zip(path.neurons, path.bits, strict=True):
        values = {n: plain_relay.alone(inputs, outputs, hidden, [*before, n]) for n in range(6) if n not in before}
        assert bits == pytest.approx(values[neuron], abs=1e-9)
        first = min(n for n, value in values.items() if value > max(values.values()) - 1e-10)
        assert neuron == first
        before.append(neuron)


@pytest.mark.parametrize("seed", [0, 15])
def test_exact_finds_the_best_of_all_sets(seed):
    trials = drawn(seed, noise=0.5)
    path = shrink(prepared(*trials), search="exact")
    for size, bits, members in zip(range(5, -1, -1), path.bits, path.sets, strict=True):
        assert members.sum() == size
        assert bits == pytest.approx(best(plain_relay.relay, *trials, size), abs=1e-9)
        assert bits == pytest.approx(plain_relay.relay(*trials, np.flatnonzero(members)), abs=1e-9)


@pytest.mark.parametrize("seed", [0, 10, 15, 16, 31])
def test_exact_betters_what_greedy_found(seed):
    trials = prepared(*drawn(seed, noise=0.5))
    exact, every = search_exactly(trials, width=1), search_beam(trials, width=64, largest=True)
    assert exact.bits == pytest.approx(every.bits, abs=1e-12)
    assert (exact.bits > search_beam(trials, width=1, largest=True).bits + 1e-3).any()


@pytest.mark.parametrize("seed", range(3))
def test_a_wide_beam_finds_the_best_of_all_sets(seed):
    trials = drawn(seed, noise=0.4)
    shrunk, grown = (search(prepared(*trials), search="beam", beam=20) for search in (shrink, grow))
    expected = [best(plain_relay.relay, *trials, size) for size in range(5, -1, -1)]
    assert shrunk.bits == pytest.approx(expected, abs=1e-9)
    assert grown.bits == pytest.approx([best(plain_relay.alone, *trials, size) for size in range(1, 7)], abs=1e-9)


@pytest.mark.parametrize(
    ("one", "each", "search"),
    [
        (shrink, shrink_each, "greedy"),
        (shrink, shrink_each, "beam"),
        (shrink, shrink_each, "exact"),
        (grow, grow_each, "greedy"),
        (grow, grow_each, "beam"),
    ],
)
def test_searches_that_go_together_are_those_that_go_alone(one, each, search, monkeypatch):
    inputs, outputs, hidden = drawn(6, n_states=3, noise=0.5)
    patterns, order = Patterns.of(hidden.T), np.random.default_rng(0).permutation(300)
    targets = [(inputs == k, outputs == k) for k in range(3)]
    several = [Trials.of(*target, patterns) for target in targets]
    several += [Trials.of(inputs, outputs, patterns.at(order)), prepared(inputs, outputs, hidden)]
    several.append(prepared(inputs, outputs, hidden, np.full(300, 1 / 300)))
    monkeypatch.setattr(searching, "STATES_AT_ONCE", 2 * 6 * 300)
    by_one = [one(trials, search=search) for trials in several]
    for alone, together in zip(by_one, each(several, search=search), strict=True):
        assert together.sets.tolist() == alone.sets.tolist()
        assert together.bits == pytest.approx(alone.bits, abs=1e-12)
        assert together.n_states.tolist() == alone.n_states.tolist()


def test_a_beam_of_one_is_greedy():
    trials = prepared(*drawn(1))
    assert (shrink(trials, search="beam", beam=1).sets == shrink(trials).sets).all()


def test_growing_ends_with_what_all_relay():
    inputs, outputs, hidden = drawn(2)
    path = grow(prepared(inputs, outputs, hidden))
    assert path.bits[-1] == pytest.approx(plain_relay.relay(inputs, outputs, hidden, range(6)), abs=1e-9)


def test_weights_and_order_of_trials():
    inputs, outputs, hidden = drawn(3)
    weights = np.random.default_rng(0).integers(0, 3, len(inputs))
    rows = np.random.default_rng(1).permutation(np.repeat(np.arange(len(inputs)), weights))
    weighted = shrink(prepared(inputs, outputs, hidden, weights))
    repeated = shrink(prepared(inputs[rows], outputs[rows], hidden[rows]))
    assert weighted.neurons.tolist() == repeated.neurons.tolist()
    assert weighted.bits.tolist() == pytest.approx(repeated.bits.tolist(), abs=1e-12)
    assert weighted.n_states.tolist() == repeated.n_states.tolist()


@pytest.mark.parametrize("options", [{}, {"search": "beam", "beam": 3}], ids=["greedy", "beam"])
@pytest.mark.parametrize("search", [shrink, grow])
def test_coverage(search, options):
    """States are counted of the neurons removed, or of the set that grows: those that occur in these trials."""
    inputs, outputs, hidden = drawn(31, n_states=3, noise=0.5)
    patterns = Patterns.of(hidden.T)
    half = np.arange(150)
    path = search(Trials.of(inputs[half], outputs[half], patterns.at(half)), min_trials=15.0, **options)
    conditioned = path.sets if path.direction == "grow" else ~path.sets
    expected = [len(np.unique(hidden[half][:, chosen], axis=0)) for chosen in conditioned]
    assert path.n_states.tolist() == expected
    assert path.trials_per_state.tolist() == [150 / n for n in expected]
    assert path.reliable.tolist() == [n <= 10 for n in expected]
    assert len(set(path.reliable.tolist())) == 2


def test_seventy_neurons():
    """No state of so many fits a 64-bit number."""
    inputs, outputs, hidden = drawn(5, n_neurons=70, noise=0.02)
    path = shrink(prepared(inputs, outputs, hidden))
    removed = path.neurons.tolist()
    assert sorted(removed) == list(range(70))
    for step in (9, 40, 60):
        left = removed[step + 1 :]
        assert path.bits[step] == pytest.approx(plain_relay.relay(inputs, outputs, hidden, left), abs=1e-9)
        assert path.n_states[step] == len(np.unique(hidden[:, removed[: step + 1]], axis=0))


@pytest.mark.parametrize(
    ("search", "options", "error", "words"),
    [
        (shrink, {"search": "best"}, UnknownName, "Unknown search 'best'"),
        (grow, {"search": "beam", "beam": 0}, BadParameter, "beam is 0"),
        (grow, {"search": "exact"}, BadParameter, "cannot grow"),
    ],
)
def test_refused(search, options, error, words):
    with pytest.raises(error, match=words):
        search(prepared(*drawn(0)), **options)


def test_an_exact_search_goes_up_to_22_neurons():
    with pytest.raises(BadParameter, match=r"among 23 neurons.*at most 22"):
        shrink(prepared(*drawn(0, n_neurons=23)), search="exact")


def test_no_neurons():
    inputs, outputs, hidden = drawn(0)
    with pytest.raises(EmptySelection, match="There are no neurons"):
        shrink(prepared(inputs, outputs, hidden[:, :0]))
