"""Relay information of neurons, layers and clusters, on systems whose values are worked out by hand."""

import pickle
from collections import Counter
from itertools import product
from math import log2

import numpy as np
import pytest

from atlas.analysis.information.relay.counting import Answered, conditional_bits
from atlas.analysis.information.relay.measuring import relay_of_clusters, relay_of_neurons
from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.relay.scopes import shuffle_of
from atlas.analysis.information.relay.searching import grow
from atlas.analysis.information.relay.trials import Trials
from atlas.errors import BadParameter, EmptySelection, ShapeError, UnknownName
from atlas.records import NO_ANSWER

FEW = {"n_null": 3, "n_searches": 1, "n_subsamples": 3}
NONE = {"n_null": 0, "n_searches": 0, "n_subsamples": 0}


def of_bits(n_bits, *, n_copies=8):
    """Every combination of fair bits, equally often: shape (n_bits, n_trials)."""
    return np.tile(np.array(list(product([0, 1], repeat=n_bits))).T, n_copies)


def flipped(n_copies):
    """A fair bit and copies of it, each flipped in a tenth of the trials, independently."""
    rows = np.array(
        [(x, *(x ^ (flip == 0) for flip in flips)) for x in (0, 1) for flips in product(range(10), repeat=n_copies)]
    )
    return rows[:, 0], rows[:, 1:].T


def oracle(number):
    """Inputs, outputs, states, and I(X;Z|rest) - I(X;Z|Y) of each neuron, I(X;Z) - I(X;Z|neuron), that of the layer."""
    a, b = of_bits(2)
    one, three = flipped(1), flipped(3)
    both = 2 * a + b
    systems = {
        "1": (a, a, [a], [1], [1], 1),
        "2 noise": (a, a, [a, b], [1, 0], [1, 0], 1),
        "2 constant": (a, a, [a, 0 * a], [1, 0], [1, 0], 1),
        "3": (a, a, [a, a], [0, 0], [1, 1], 1),
        "3b": (a, a, [a, a, a], [0, 0, 0], [1, 1, 1], 1),
        "4": (a, a, [b, a ^ b], [1, 1], [0, 0], 1),
        "5": (both, both, [a, b], [1, 1], [1, 1], 2),
        "6": (both, a ^ b, [a, b], [1, 1], [0, 0], 1),
        "7": (both, a & b, [a, b], [0.5, 0.5], [0.311278, 0.311278], 0.811278),
        "8": (one[0], one[1][0], one[1], [0.531004], [0.531004], 0.531004),
        "9": (one[0], one[0], one[1], [0.531004], [0.531004], 0.531004),
        "10": (a, b, [a ^ b], [-1], [-1], -1),
        "11": (three[0], (three[1].sum(axis=0) > 1).astype(int), three[1], [0.095581] * 3, None, 0.815739),
    }
    return systems[number]


ORACLES = ("1", "2 noise", "2 constant", "3", "3b", "4", "5", "6", "7", "8", "9", "10", "11")


def measured(states, inputs, outputs, n_classes=4, **how):
    layers = states if isinstance(states, dict) else {"fc": np.array(states)}
    return relay_of_neurons(layers, inputs, outputs, n_classes, network="net", **(NONE | how))


@pytest.mark.parametrize("number", ORACLES)
def test_oracle(number):
    inputs, outputs, states, bits, _, layer_bits = oracle(number)
    assert measured(states, inputs, outputs).bits[:, 0] == pytest.approx([*bits, layer_bits], abs=1e-6)


@pytest.mark.parametrize("number", ORACLES[:-1])
def test_oracle_alone(number):
    inputs, outputs, states, _, alone_bits, _ = oracle(number)
    assert measured(states, inputs, outputs).alone_bits[:, 0] == pytest.approx(
        [*alone_bits, np.nan], abs=1e-6, nan_ok=True
    )


def test_targets():
    # X = Z = (a, b), Y = (a, b). Of class 3, a and b are 1: I(X;Z) is H(1/4); given b, half of the trials leave 1 bit.
    inputs, outputs, states, *_ = oracle("5")
    result = measured(states, inputs, outputs)
    assert result.targets == ("all", "0", "1", "2", "3")
    assert result.bits[0] == pytest.approx([1, 0.5, 0.5, 0.5, 0.5])
    assert result.bits[2] == pytest.approx([2, *[0.811278] * 4], abs=1e-6)
    assert result.alone_bits[0] == pytest.approx([1, *[0.311278] * 4], abs=1e-6)


def test_told_about_input_and_output():
    # of 6, Z = a xor b: a tells 1 bit of X = (a, b), and nothing of Z; both tell all
    inputs, outputs, states, *_ = oracle("6")
    result = measured(states, inputs, outputs)
    assert result.input_bits[:, 0] == pytest.approx([1, 1, 2])
    assert result.output_bits[:, 0] == pytest.approx([0, 0, 1])


def test_elements():
    a, b = of_bits(2)
    result = measured({"fc1": np.array([a, b]), "fc2": np.array([a])}, a, a)
    assert result.elements == ("net/fc1/0", "net/fc1/1", "net/fc2/0", "net/fc1", "net/fc2")
    assert (result.n_states.tolist(), result.trials_per_state.tolist()) == ([4, 4, 2, 4, 2], [8, 8, 16, 8, 16])
    assert result.bits[:, 0] == pytest.approx([1, 0, 1, 1, 1])


def plain_bits(states, shown, answered):
    """I(X;Z|Y) from counts of dictionaries."""

    def entropy(*variables):
        counts = Counter(zip(*variables, strict=True))
        return -sum(n / len(shown) * log2(n / len(shown)) for n in counts.values())

    return entropy(states, shown) + entropy(states, answered) - entropy(states) - entropy(states, shown, answered)


@pytest.mark.parametrize(("n_trials", "n_states"), [(30, 40), (2_000, 3)])
def test_as_plain(n_trials, n_states):
    draws = np.random.default_rng(n_states)
    shown, answered = draws.integers(0, 3, n_trials), draws.integers(0, 4, n_trials)  # 3 is no answer
    states = draws.integers(0, n_states, (4, n_trials))
    found = conditional_bits(states, Answered(shown=shown, answered=answered, n_classes=3))
    for row, of_element in zip(found, states, strict=True):
        assert row[0] == pytest.approx(plain_bits(of_element, shown, answered), abs=1e-12)
        one_by_one = [plain_bits(of_element, shown == target, answered == target) for target in range(3)]
        assert row[1:] == pytest.approx(one_by_one, abs=1e-12)


def test_no_answer_is_an_answer():
    # answered where b is 0 only: 1 bit of X in half of the trials
    a, b = of_bits(2)
    result = measured([a], a, np.where(b == 0, a, NO_ANSWER), n_classes=2)
    assert result.bits[0, 0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("number", "step", "step_bits"),
    [
        ("2 noise", [2, 1], [0, 1]),
        ("3", [1, 2], [0, 0]),
        ("4", [1, 2], [1, 0]),
        ("7", [1, 2], [0.5, 0]),
        ("11", [1, 2, 3], [0.293609, 0.095581, 0]),
    ],
)
def test_shrunk(number, step, step_bits):
    inputs, outputs, states, *_ = oracle(number)
    result = measured(states, inputs, outputs)
    assert result.step[:-1, 0].tolist() == step
    assert result.step_bits[:-1, 0] == pytest.approx(step_bits, abs=1e-6)


def test_grown():
    # of a fair bit, noise and a copy of the bit, the noise is last; the copy adds nothing
    a, b = of_bits(2)
    result = measured([b, a, a], a, a, direction="grow")
    assert result.step[:, 0] == pytest.approx([2, 1, 3, np.nan], nan_ok=True)
    assert result.step_bits[:-1, 0] == pytest.approx([1, 1, 1])
    assert np.isnan(result.aggregated_bits).all()


def test_searches_that_are_not_nested():
    # two copies of a fair bit relay 1 bit together, and nothing one by one; a bit that is 1 in a quarter 0.811278:
    # the best pair are the copies, the best neuron is the other
    fair, (quarter, *_) = np.tile([0, 1], 32), np.tile([[0, 0, 0, 0, 0, 0, 1, 1]], 8)
    inputs = 2 * fair + quarter
    result = measured([fair, fair, quarter], inputs, inputs, search="exact")
    assert result.step[:-1, 0].tolist() == [2, 2, 3]
    assert result.step_bits[:-1, 0] == pytest.approx([0.811278, 0.811278, 0], abs=1e-6)


def test_aggregated():
    # two neurons relay 0.293609, one 0.095581: the last one was in the set when this was lost
    inputs, outputs, states, *_ = oracle("11")
    result = measured(states, inputs, outputs)
    assert result.aggregated_bits[:, 0] == pytest.approx([0, 0, 0.198028, np.nan], abs=1e-6, nan_ok=True)


def test_null_of_searches():
    draws = np.random.default_rng(0)
    x, z, states = draws.integers(0, 2, 100), draws.integers(0, 2, 100), draws.integers(0, 2, (3, 100))
    result = measured(states, x, z, n_classes=2, direction="grow", n_searches=5, seed=3)
    orders = [shuffle_of(100, 3, number) for number in range(5)]
    null = np.mean([grow(Trials.of(x[order], z[order], Patterns.of(states))).bits for order in orders], axis=0)
    assert result.step_null_bits[:-1, 0] == pytest.approx(null[result.step[:-1, 0].astype(int) - 1])


def test_too_few_trials():
    # 16 joint states of 32 trials, 2 on each; 4 of a pair of neurons, 8 on each
    a, b, c, d = of_bits(4, n_copies=2)
    result = measured([a, b, c, d], a, a, **FEW)
    assert (result.reliable.any(), set(result.reasons)) == (False, {"too_few_trials"})
    assert np.isnan([result.bits, result.low_bits, result.null_bits, result.p, result.z]).all()
    assert result.alone_bits[:-1, 0] == pytest.approx([1, 0, 0, 0])
    assert result.step[:, 0] == pytest.approx([1, 2, np.nan, np.nan, np.nan], nan_ok=True)  # grown, and cut
    assert result.step_bits[:2, 0] == pytest.approx([1, 1])
    assert np.isnan(result.step_bits[2:, 0]).all()


def test_alone_where_own_states_are_not_covered():
    # one neuron of 200 states, 1.5 trials on each; one of 2, whose rest has 200
    draws = np.random.default_rng(0)
    many, few = np.arange(300) % 200, np.arange(300) % 2
    result = measured([many, few], draws.integers(0, 3, 300), draws.integers(0, 3, 300), n_classes=3, **FEW)
    names = ("alone_bits", "low_alone_bits", "high_alone_bits", "alone_null_bits", "alone_p", "alone_q")
    told = np.array([getattr(result, name) for name in (*names, "input_bits", "output_bits")])
    assert np.isnan(told[:, 0]).all()
    assert not np.isnan(told[:, 1]).any()


def test_alone_where_no_neuron_is_covered():
    draws = np.random.default_rng(0)
    x, z = draws.integers(0, 3, (2, 300))
    result = measured(draws.integers(0, 200, (2, 300)), x, z, n_classes=3, **FEW)
    assert np.isnan([result.alone_bits, result.alone_p, result.input_bits, result.output_bits]).all()


def test_not_shrunk_without_trials():
    result = measured(of_bits(4, n_copies=2), *of_bits(4, n_copies=2)[[0, 0]], direction="shrink")
    assert np.isnan(result.step).all()


def test_class_without_trials():
    a, b = of_bits(2)
    result = measured([a, b], a, a, n_classes=3, **FEW)
    assert np.isnan([result.bits[:, 3], result.alone_bits[:, 3], result.input_bits[:, 3], result.step[:, 3]]).all()
    assert not np.isnan(result.bits[:, :3]).any()


def test_null():
    x = np.random.default_rng(0).integers(0, 2, 400)
    result = measured([x], x, x, n_classes=2, n_null=99)
    assert result.p[:, 0].tolist() == [0.01, 0.01]
    assert result.alone_p[:, 0] == pytest.approx([0.01, np.nan], nan_ok=True)
    assert result.null_bits[0, 0] == pytest.approx(1 / (2 * np.log(2) * 400), abs=0.001)  # bias of a 2 by 2 table


def test_null_within_the_rest():
    # the trials of each state of the rest get each other's states, in the order in which the shuffle meets them
    draws = np.random.default_rng(5)
    (x, z), (own, *rest) = draws.integers(0, 3, (2, 240)), draws.integers(0, 2, (3, 240))
    cells = 2 * rest[0] + rest[1]
    left = []
    for number in range(4):
        order, shuffled = shuffle_of(240, 7, number), np.empty_like(own)
        for cell in range(4):
            shuffled[[trial for trial in order if cells[trial] == cell]] = own[cells == cell]
        left.append(plain_bits(4 * shuffled + cells, x, z))
    result = measured([own, *rest], x, z, n_classes=3, n_null=4, seed=7)
    assert result.null_bits[0, 0] == pytest.approx(plain_bits(cells, x, z) - np.mean(left))


def test_null_of_layers():
    draws = np.random.default_rng(6)
    x, z, states = draws.integers(0, 2, 100), draws.integers(0, 2, 100), draws.integers(0, 2, (2, 100))
    result = measured(states, x, z, n_classes=2, n_null=4, seed=7)
    orders, whole = [shuffle_of(100, 7, number) for number in range(4)], 2 * states[0] + states[1]
    null = [plain_bits(0 * x, x, z) - plain_bits(whole, x[order], z[order]) for order in orders]
    alone = [plain_bits(0 * x, x, z) - plain_bits(states[0], x[order], z[order]) for order in orders]
    assert result.null_bits[-1, 0] == pytest.approx(np.mean(null))
    assert result.alone_null_bits[0, 0] == pytest.approx(np.mean(alone))


@pytest.mark.parametrize(
    ("number", "p"),
    [("1", [0.01, 0.01]), ("2 noise", [0.01, 1, 0.01]), ("5", [0.01, 0.01, 0.01]), ("3", [1, 1, 0.01])],
)
def test_p_of_oracle(number, p):
    # what relays alone has the smallest p; noise, and a copy of another neuron, leave nothing to test
    inputs, outputs, states, *_ = oracle(number)
    assert measured(states, inputs, outputs, n_null=99).p[:, 0].tolist() == p


def test_interval():
    # a bit flipped in a tenth of the trials: log2 1.8 bits in nine of ten trials, log2 0.2 in one, so 0.531 in the mean
    # with a standard error of sqrt(0.9 0.1) log2 9 / sqrt(2,000)
    draws = np.random.default_rng(1)
    x = draws.integers(0, 2, 2_000)
    result = measured([x], x, x ^ (draws.random(2_000) < 0.1), n_classes=2, n_subsamples=400)
    low, high = result.low_bits[0, 0], result.high_bits[0, 0]
    assert low < 0.531004 < high
    assert high - low == pytest.approx(2 * 1.96 * 0.3 * log2(9) / 2_000**0.5, rel=0.15)
    assert (result.low_alone_bits[0, 0], result.high_alone_bits[0, 0]) == pytest.approx((low, high))


def test_families():
    # neurons and layers apart: one layer of p 0.05 has q 0.05, however many neurons there are
    a, b = of_bits(2)
    result = measured([a, b], a, a, n_classes=2, n_null=19)
    assert result.p[:, 0].tolist() == [0.05, 1.0, 0.05]
    assert result.q[:, 0].tolist() == [0.1, 1.0, 0.05]


def share_small(p, level=0.1):
    return np.mean(p <= level)


def test_p_of_independent_neurons():
    draws = np.random.default_rng(1)
    x = draws.integers(0, 3, 150)
    z = np.where(draws.random(150) < 0.7, x, draws.integers(0, 3, 150))
    result = measured(draws.integers(0, 2, (400, 150)), x, z, n_classes=3, n_null=39, min_trials=5)
    # 0.1 of 400, and three standard errors of that, 0.015
    assert share_small(result.alone_p[:-1, 0]) < 0.145


def test_p_of_independent_layers():
    draws = np.random.default_rng(2)
    p = []
    for seed in range(60):
        x = draws.integers(0, 2, 60)
        z = np.where(draws.random(60) < 0.7, x, 1 - x)
        p.append(measured(draws.integers(0, 2, (2, 60)), x, z, n_classes=2, n_null=19, seed=seed).p[:, 0])
    # 0.1 of 60, and three standard errors of that, 0.039
    assert [share_small(of_element) < 0.22 for of_element in np.transpose(p)] == [True, True, True]


def no_effect(kind, draws, n_trials=300):
    """Three noise neurons, two others they stand beside, classes shown and answered."""
    shown, (*noise, one, two) = draws.integers(0, 3, n_trials), draws.integers(0, 2, (5, n_trials))
    rest = [one, two]
    if kind == "noisy relays":  # the rest relays, with errors, and alone decides the answer
        rest = [(shown == one) ^ (draws.random(n_trials) < 0.15) for one in (1, 2)]
    decided = np.where(rest[1], 2, np.where(rest[0], 1, 0))
    answered = {
        "noisy relays": decided,
        "untrained": decided,  # by neurons that know nothing of the class
        "exclusive or": (shown + rest[0]) % 2,  # the rest tells the answer only together with the class
        "errors": np.where(draws.random(n_trials) < 0.8, decided, draws.integers(0, 3, n_trials)),
    }
    return np.array([*noise, *rest]).astype(np.uint8), shown, answered[kind]


@pytest.mark.parametrize("kind", ["noisy relays", "untrained", "exclusive or", "errors"])
def test_p_of_noise_beside_a_rest(kind):
    p = []
    for seed in range(60):
        states, shown, answered = no_effect(kind, np.random.default_rng(seed))
        members = {str(number): {"fc": np.array([number])} for number in range(3)}
        how = {"n_null": 39, "n_subsamples": 0, "seed": seed}
        p.append(relay_of_clusters(members, {"fc": states}, shown, answered, 3, **how).p)
    # 0.05 of 180 neurons, and two standard errors of that, 0.016
    assert share_small(np.array(p), 0.05) < 0.082


def test_any_mapper():
    def elsewhere(function, blocks):
        function, blocks = pickle.loads(pickle.dumps((function, blocks)))
        return iter([function(block) for block in reversed(blocks)][::-1])

    draws = np.random.default_rng(0)
    states, (x, z) = draws.integers(0, 3, (3, 200)), draws.integers(0, 2, (2, 200))
    here, there = (measured(states, x, z, n_classes=2, **FEW, **how).to_frame() for how in ({}, {"mapper": elsewhere}))
    assert here.equals(there)


def test_knock_outs_beside():
    a, b = of_bits(2)
    points = np.arange(15.0).reshape(3, 5)
    assert measured([a, b], a, a, knock_outs=points).knock_out_points[:, :3].tolist() == points[:, :3].tolist()


def test_clusters():
    # fc1 is (b, a xor b), fc2 (a, a, b): an encrypted pair, a copy beside another, both copies
    a, b = of_bits(2)
    states = {"fc1": np.array([b, a ^ b]), "fc2": np.array([a, a, b])}
    members = {
        "half": {"fc1": np.array([0])},
        "pair": {"fc1": np.array([1, 0])},
        "copy": {"fc2": np.array([1])},
        "copies": {"fc2": np.array([0, 1])},
        "both": {"fc1": np.array([0]), "fc2": np.array([0, 1])},
        "none": {"fc1": np.array([], dtype=int)},
    }
    result = relay_of_clusters(members, states, a, a, 2, **dict.fromkeys(("n_null", "n_subsamples"), 3))
    assert result.elements == tuple(members)
    # of both layers, b of fc2 is left beside a xor b of fc1: they tell a
    assert result.bits[:, 0] == pytest.approx([1, 1, 0, 1, 0, np.nan], nan_ok=True)
    assert result.alone_bits[:, 0] == pytest.approx([0, 1, 1, 1, 1, np.nan], nan_ok=True)
    assert result.reasons == (None, None, None, None, None, "no_neurons")
    assert result.n_states.tolist() == [4, 4, 4, 4, 4, 0]


def test_clusters_alone_where_layers_are_not_covered():
    states = {"fc": of_bits(4, n_copies=2)}
    members = {"one": {"fc": np.array([0])}, "three": {"fc": np.array([0, 1, 2])}}
    result = relay_of_clusters(members, states, states["fc"][0], states["fc"][0], 2, **{"n_null": 0, "n_subsamples": 0})
    assert result.reasons == ("too_few_trials", "too_few_trials")
    assert np.isnan(result.bits).all()
    assert result.alone_bits[:, 0] == pytest.approx([1, np.nan], nan_ok=True)  # 16 trials on a state, 4 on a state


def test_null_of_clusters():
    # one of two copies leaves nothing; both have noise as their rest
    a, b = of_bits(2)
    states = {"fc": np.array([a, a, b])}
    members = {"copy": {"fc": np.array([0])}, "copies": {"fc": np.array([0, 1])}, "layer": {"fc": np.arange(3)}}
    result = relay_of_clusters(members, states, a, a, 2, n_null=99, n_subsamples=0)
    assert result.p[:, 0].tolist() == [1, 0.01, 0.01]


A, B = of_bits(2)


@pytest.mark.parametrize(
    ("states", "inputs", "outputs", "how", "error", "culprit"),
    [
        ({"fc": np.array([A])}, A[:-1], A, {}, ShapeError, "classes answered"),
        ({"fc": np.array([A[:-1]])}, A, A, {}, ShapeError, "layer 'fc' have shape"),
        ({"fc": np.zeros((0, 32), int)}, A, A, {}, EmptySelection, "'fc' has no neurons"),
        ({}, A, A, {}, EmptySelection, "No layer"),
        ({"fc": np.zeros((1, 0), int)}, A[:0], A[:0], {}, EmptySelection, "no trials"),
        ({"fc": np.array([A])}, 0 * A, A, {}, BadParameter, "show class 0"),
        ({"fc": np.array([A])}, A + 1, A, {}, BadParameter, "class shown is 2"),
        ({"fc": np.array([A])}, A + 0.5, A, {}, BadParameter, "classes shown are float64"),
        ({"fc": np.array([A])}, A, np.where(A == 0, np.nan, A), {}, BadParameter, "classes answered are float64"),
        ({"fc": np.array([A + 0.5])}, A, A, {}, BadParameter, "not whole numbers"),
        ({"fc": np.array([A - 1])}, A, A, {}, BadParameter, "not whole numbers"),
        ({"fc": np.array([A])}, A, A, {"search": "deep"}, UnknownName, "deep"),
        ({"fc": np.array([A])}, A, A, {"direction": "up"}, UnknownName, "up"),
        ({"fc": np.array([A])}, A, A, {"beam": 0}, BadParameter, "beam is 0"),
        ({"fc": np.array([A])}, A, A, {"n_null": -1}, BadParameter, "n_null is -1"),
        ({"fc": np.array([A])}, A, A, {"min_trials": -1}, BadParameter, "min_trials is -1"),
        ({"fc": np.array([A])}, A, A, {"search": "exact", "direction": "grow"}, BadParameter, "cannot grow"),
        ({"a": np.array([A]), "b": np.tile(A, (23, 1))}, A, A, {"search": "exact"}, BadParameter, "'b' has 23 neurons"),
        ({"fc": np.array([A])}, A, A, {"knock_outs": np.zeros((1, 3))}, ShapeError, "2 elements and 3 targets"),
    ],
)
def test_refused(states, inputs, outputs, how, error, culprit):
    with pytest.raises(error, match=culprit):
        measured(states, inputs, outputs, n_classes=2, **how)


@pytest.mark.parametrize(
    ("members", "error", "culprit"),
    [
        ({}, EmptySelection, "no clusters"),
        ({"c": {"fd": np.array([0])}}, UnknownName, "'fd'"),
        ({"c": {"fc": np.array([2])}}, BadParameter, "'c' names a neuron outside layer 'fc'"),
        ({"c": {"fc": np.array([1, 1])}}, BadParameter, "'c' names a neuron of layer 'fc' twice"),
    ],
)
def test_refused_clusters(members, error, culprit):
    with pytest.raises(error, match=culprit):
        relay_of_clusters(members, {"fc": np.array([A, B])}, A, A, 2)
