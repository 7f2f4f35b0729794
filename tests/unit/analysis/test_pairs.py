import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.ablation import count_pairs, effect_of_set, effects_of_neurons, effects_of_pairs
from atlas.analysis.answers import answers_of
from atlas.errors import BadParameter, DataMismatch, EmptySelection, UnknownName
from atlas.records import METHODS_OF_ABLATION, DataRecord


def row(result, first, second):
    """Pick one pair of a result."""
    frame = result.to_frame().set_index(["first", "second"])
    return frame.loc[(f"chain/{first}", f"chain/{second}")]


def test_xor(xor):
    # without both the answer is always 0, as it is without fc1/0; only the trial 1, 1 is saved by its loss
    result = effects_of_pairs(xor)
    assert result.elements == ("chain/fc1/0", "chain/fc1/1")
    assert result.targets == ("all", "0", "1")
    assert result.points.tolist() == [[50, 0, 100]]
    assert result.single_points.tolist() == [[50, 0, 100], [25, 50, 0]]
    assert result.interaction.tolist() == [[-25, -50, 0]]
    assert result.redundancy.tolist() == [[0, 0, 0]]
    assert (result.n_trials.tolist(), result.n_right.tolist()) == ([4, 2, 2], [4, 2, 2])
    assert (result.n_broken.tolist(), result.n_repaired.tolist()) == ([[2, 0, 2]], [[0, 0, 0]])
    assert (result.z.tolist(), result.p.tolist(), result.q.tolist()) == ([-1], [1], [1])  # one trial, either sign
    assert result.params == {"method": "zero", "seed": 0, "layers": "fc1"}


def test_interval_of_xor(xor):
    # one value of -1 among 4, with one of 1 and one of -1 added: mean -1/6, variance 3/6 - 1/36, of 6
    result = effects_of_pairs(xor)
    half = 1.959963984540054 * np.sqrt((3 / 6 - 1 / 36) / 6)
    assert result.low_interaction[0] == pytest.approx(100 * (-1 / 6 - half))
    assert result.high_interaction[0] == pytest.approx(100 * (-1 / 6 + half))


def test_two_copies_back_each_other_up(planted):
    result = effects_of_pairs(planted(n_copies=2))
    frame = result.to_frame()
    modules = [("fc1/0", "fc1/1"), ("fc1/2", "fc1/3"), ("fc1/4", "fc1/5"), ("fc1/6", "fc1/7")]
    assert len(frame) == 28
    assert (result.single_points == 0).all()
    lost = frame[frame["interaction"] != 0]
    assert list(zip(lost["first"], lost["second"], strict=True)) == [(f"chain/{a}", f"chain/{b}") for a, b in modules]
    assert (lost["points"] == 25).all() and (lost["interaction"] == 25).all()
    assert (lost["redundancy"] == 0.25).all() and (lost["n_redundant"] == 1).all()
    assert lost["most_redundant_target"].tolist() == ["0", "1", "2", "3"]
    assert (lost["p"] == 1).all()  # one trial could as well have gone the other way
    assert result.redundancy[result.interaction[:, 0] > 0][:, 1:].tolist() == np.eye(4).tolist()


@pytest.mark.parametrize("method", ["zero", "mean", "resample"])
def test_four_copies(planted, method):
    network = planted()
    result = effects_of_pairs(network, method=method)
    assert len(result.p) == count_pairs(network) == 120
    assert (result.points == 0).all() and (result.interaction == 0).all() and (result.redundancy == 0).all()
    assert (result.p == 1).all() and (result.q == 1).all() and np.isnan(result.z).all()
    assert (result.low_interaction < 0).all() and (result.high_interaction > 0).all()
    assert result.to_frame()["most_redundant_target"].isna().all()
    assert effect_of_set(network, [f"chain/fc1/{i}" for i in range(3)], method=method).points.tolist() == [[0] * 5]


def test_two_blocks(two_blocks):
    # without d = fc1/1, fc2/0 puts out s; without fc2/1 too the output is s = 4 against 6, whatever d was
    result = effects_of_pairs(two_blocks)
    hidden, idle = row(result, "fc1/1", "fc2/1"), row(result, "fc1/1", "fc1/3")
    assert (hidden["points"], hidden["first_points"], hidden["second_points"]) == (50, 0, 25)
    assert (hidden["interaction"], hidden["n_redundant"], hidden["redundancy"]) == (25, 16, 0.25)
    assert (hidden["z"], hidden["most_redundant_target"]) == (4, "0")
    assert hidden["p"] == pytest.approx(2 / 2**16)
    assert (idle["points"], idle["interaction"], idle["p"]) == (0, 0, 1)
    shared = row(result, "fc2/0", "fc2/1")  # 16 trials are lost without either
    assert (shared["points"], shared["interaction"], shared["z"]) == (50, -25, -4)


def test_all_pairs_are_one_family(two_blocks):
    whole, alone = effects_of_pairs(two_blocks), effects_of_pairs(two_blocks, pairs=[("chain/fc2/1", "chain/fc1/1")])
    assert row(alone, "fc1/1", "fc2/1")["q"] == pytest.approx(2 / 2**16)
    n_as_strong = int((whole.p <= 2 / 2**16 * (1 + 1e-9)).sum())
    assert row(whole, "fc1/1", "fc2/1")["q"] == pytest.approx(2 / 2**16 * 28 / n_as_strong)


def test_layers(two_blocks):
    result = effects_of_pairs(two_blocks, layers=["fc2"])
    assert result.elements == tuple(f"chain/fc2/{i}" for i in range(4))
    assert list(zip(result.first, result.second, strict=True)) == list(combinations(range(4), 2))
    assert result.params["layers"] == "fc2"


def test_strongest(two_blocks):
    result = effects_of_pairs(two_blocks)
    order = result.strongest(100)
    strength = np.abs(result.interaction[order, 0])
    assert len(order) == 28
    assert (np.diff(strength) <= 0).all()
    assert (np.diff(order)[np.diff(strength) == 0] > 0).all()
    assert result.strongest(2).tolist() == order[:2].tolist()


def test_matrix(two_blocks):
    result = effects_of_pairs(two_blocks, layers=["fc2"])
    points, interaction = result.matrix("points"), result.matrix("interaction")
    assert points.loc["chain/fc2/0", "chain/fc2/1"] == points.loc["chain/fc2/1", "chain/fc2/0"] == 50
    assert np.diag(points).tolist() == [50, 25, 50, 25]
    assert np.isnan(np.diag(interaction)).all()
    assert interaction.loc["chain/fc2/1", "chain/fc2/0"] == -25
    assert result.matrix("interaction", target="0").loc["chain/fc2/0", "chain/fc2/1"] == -50
    arrays = result.to_arrays()
    assert arrays["class_interaction"][0, 0, 1] == -50
    assert arrays["elements"].tolist() == list(result.elements)
    np.testing.assert_array_equal(arrays["interaction"], interaction)


def test_matrix_of_a_few_pairs(two_blocks):
    pairs = [("chain/fc1/1", "chain/fc2/1"), ("chain/fc1/1", "chain/fc1/3")]
    matrix = effects_of_pairs(two_blocks, pairs=pairs).matrix("interaction")
    assert list(matrix.columns) == ["chain/fc1/1", "chain/fc1/3", "chain/fc2/1"]
    assert np.isnan(matrix.loc["chain/fc1/3", "chain/fc2/1"])
    assert matrix.loc["chain/fc2/1", "chain/fc1/1"] == 25


def test_class_never_answered_rightly(chain):
    # class 2 is never right, so nothing of it can be lost: it does not count for the redundancy of all classes
    network = chain([np.eye(2), [[2, 0, 0], [0, 2, 0]]], [[1, 0], [0, 1], [1, 0]], [0, 1, 2])
    result = effects_of_pairs(network)
    assert np.isnan(result.redundancy[0, 3])
    assert result.redundancy[0, :3].tolist() == [0, 0, 0]


@pytest.mark.parametrize("method", METHODS_OF_ABLATION)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5)
def test_same_as_running_everything(build_random, method, seed):
    network = build_random(seed)
    result = effects_of_pairs(network, method=method, seed=seed)
    singles = effects_of_neurons(network, method=method, seed=seed)
    assert result.elements == singles.elements
    np.testing.assert_allclose(result.single_points, singles.points)
    labels, right = network.data.labels, network.predict() == network.data.labels
    wrong = {(i,): wrong_without(network, result.elements, (i,), method, seed) for i in range(14)}
    for place, (i, k) in enumerate(combinations(range(14), 2)):
        joint = wrong_without(network, result.elements, (i, k), method, seed)
        values = joint.astype(int) - wrong[i,] - wrong[k,] + ~right
        assert result.interaction[place, 0] == pytest.approx(100 * values.mean())
        assert result.points[place, 0] == pytest.approx(100 * (right.mean() - (~joint).mean()))
        only_both = right & ~wrong[i,] & ~wrong[k,] & joint
        shares = [only_both[labels == c].sum() / right[labels == c].sum() for c in range(3) if right[labels == c].any()]
        weights = [(labels == c).sum() for c in range(3) if right[labels == c].any()]
        assert result.redundancy[place, 0] == pytest.approx(np.average(shares, weights=weights))
        if values.any():
            assert result.z[place] == pytest.approx(values.sum() / np.sqrt((values**2).sum()))
        n = len(values) + 2
        variance = ((values**2).sum() + 2) / n - (values.sum() / n) ** 2
        middle, half = 100 * values.sum() / n, 196 * np.sqrt(variance / n)
        assert result.low_interaction[place] == pytest.approx(middle - half, rel=1e-3, abs=1e-3)
        assert result.high_interaction[place] == pytest.approx(middle + half, rel=1e-3, abs=1e-3)


def wrong_without(network, keys, places, method, seed):
    """Tell the trials answered wrongly without some neurons, the whole network run."""
    from atlas.analysis.ablation.replacing import operator_of
    from atlas.analysis.ablation.selecting import members_of, neurons_named

    operator = operator_of(method, seed=seed, n_trials=len(network.data.labels))
    replace = operator.of(members_of(neurons_named(network, [keys[place] for place in places])))
    return answers_of(network.outputs(replace)) != network.data.labels


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5)
def test_sums_of_counts(build_random, seed):
    result = effects_of_pairs(build_random(seed))
    for counts in (result.n_broken, result.n_repaired, result.n_redundant, result.single_broken):
        assert (counts[:, 0] == counts[:, 1:].sum(axis=1)).all()
    assert (result.n_redundant <= result.n_broken).all() and (result.n_broken <= result.n_right).all()
    assert (result.n_repaired <= result.n_trials - result.n_right).all()
    assert (result.low_interaction <= result.interaction[:, 0]).all()
    assert (result.interaction[:, 0] <= result.high_interaction).all()


def test_named_pairs_are_those_of_the_layers(build_random):
    network = build_random(3)
    whole = effects_of_pairs(network, method="resample", seed=2).to_frame().set_index(["first", "second"])
    pairs = [("chain/fc2/5", "chain/fc1/2"), ("chain/fc2/0", "chain/fc2/3"), ("chain/fc1/2", "chain/fc1/0")]
    named = effects_of_pairs(network, pairs=pairs, method="resample", seed=2).to_frame().set_index(["first", "second"])
    assert list(named.index) == [tuple(sorted(pair)) for pair in (pairs[2], pairs[0], pairs[1])]
    columns = [name for name in whole.columns if name != "q"]
    assert named[columns].equals(whole.loc[named.index, columns])


def test_whoever_works(build_random):
    def by_threads(function, blocks):
        with ThreadPoolExecutor(3) as executor:
            yield from executor.map(pickle.loads(pickle.dumps(function)), blocks)

    network = build_random(5)
    expected, found = effects_of_pairs(network), effects_of_pairs(network, mapper=by_threads)
    assert expected.to_frame().equals(found.to_frame())


def test_progress(two_blocks):
    told = []
    effects_of_pairs(two_blocks, progress=lambda *step: told.append(step))
    assert told == [("ablate pairs (zero)", 28, 28)]


@pytest.mark.parametrize(
    ("asked", "error", "culprit"),
    [
        ({"layers": ["fc3"]}, UnknownName, "layer 'fc3'"),
        ({"layers": ["fc1", "input"]}, BadParameter, "'input' is the input of 'chain'"),
        ({"layers": ["output"]}, BadParameter, "'output' is the output of 'chain'"),
        ({"layers": []}, EmptySelection, "No layer of 'chain'"),
        ({"pairs": []}, EmptySelection, "no pairs"),
        ({"pairs": [("chain/fc1/0", "chain/fc1/0")]}, BadParameter, "is no pair"),
        ({"pairs": [("chain/fc1/0", "chain/fc1/1", "chain/fc1/2")]}, BadParameter, "is no pair"),
        ({"pairs": [("chain/fc1/0", "chain/fc1/9")]}, UnknownName, "neuron 'chain/fc1/9'"),
        ({"pairs": [("chain/fc1/0", "chain/output/0")]}, BadParameter, "'output' is the output"),
        ({"pairs": [("chain/fc1/0", "chain/fc2/1"), ("chain/fc2/1", "chain/fc1/0")]}, BadParameter, "named twice"),
        ({"pairs": [("chain/fc1/0", "chain/fc2/1")], "layers": ["fc1"]}, BadParameter, "Both `layers` and `pairs`"),
        ({"method": "zeros"}, UnknownName, "Did you mean 'zero'"),
        ({"seed": -1}, BadParameter, "seed is -1"),
    ],
)
def test_refused(two_blocks, asked, error, culprit):
    with pytest.raises(error, match=culprit):
        effects_of_pairs(two_blocks, **asked)


def test_one_neuron_has_no_pair(chain):
    network = chain([[[1.0], [0.0]], [[1.0, 0.0]]], [[1, 0], [0, 1]], [0, 1])
    with pytest.raises(EmptySelection, match="one neuron in 'fc1'"):
        effects_of_pairs(network)


def test_values_instead_of_classes(chain, xor):
    inputs, values = xor.data.inputs, np.zeros((4, 2))
    data = DataRecord(text="v", sha256="", inputs=inputs, labels=np.zeros(4, int), n_classes=0, values=values)
    with pytest.raises(BadParameter, match="have values, not classes"):
        effects_of_pairs(type(xor)(xor.weights, data, biases=xor.biases))


def test_no_trials(chain, xor):
    network = chain(xor.weights, np.zeros((0, 2)), np.zeros(0, int), biases=xor.biases, n_classes=2)
    with pytest.raises(DataMismatch, match="no trials"):
        effects_of_pairs(network)


def test_unknown_measure(xor):
    result = effects_of_pairs(xor)
    with pytest.raises(UnknownName, match="Did you mean 'interaction'"):
        result.matrix("interactions")
    with pytest.raises(UnknownName, match="target '1' of 'p'"):
        result.matrix("p", target="1")
