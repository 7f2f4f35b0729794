import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.ablation import effects_of_neurons
from atlas.analysis.ablation.paired import newcombe
from atlas.analysis.answers import answers_of
from atlas.errors import BadParameter, UnknownName


def test_xor_zero(xor):
    result = effects_of_neurons(xor)
    assert result.elements == ("chain/fc1/0", "chain/fc1/1")
    assert result.targets == ("all", "0", "1")
    assert result.points.tolist() == [[50, 0, 100], [25, 50, 0]]
    assert result.macro_points.tolist() == [50, 25]
    assert result.n_trials.tolist() == [4, 2, 2]
    assert result.n_ablated.tolist() == [1, 1]
    assert result.p == pytest.approx(np.array([[0.5, 1, 0.5], [1, 1, 1]]))  # two broken: 2 / 2**2
    assert result.q == pytest.approx(np.array([[1, 1, 1], [1, 1, 1]]))
    assert np.isnan([result.null_mean, result.null_sd, result.z]).all()
    assert result.params == {"method": "zero", "outputs": True, "score": None, "seed": 0, "layers": "fc1"}


def test_interval(xor):
    result = effects_of_neurons(xor)
    low, high = newcombe(2, 2, 0, 0)
    assert (result.low_points[0, 0], result.high_points[0, 0]) == pytest.approx((100 * low, 100 * high))
    assert (result.low_points <= result.points).all() and (result.points <= result.high_points).all()


def test_xor_mean(xor):
    # fc1/0 becomes 1: the answer is 0.5 against 1, 1, 1, -1, and only the trial 0, 0 breaks
    assert effects_of_neurons(xor, method="mean").points[0].tolist() == [25, 50, 0]


def test_two_blocks(two_blocks):
    result = effects_of_neurons(two_blocks)
    expected = {
        "chain/fc1/0": [50, 100, 0],
        "chain/fc1/1": [0, 0, 0],
        "chain/fc1/2": [50, 0, 100],
        "chain/fc1/3": [0, 0, 0],
        "chain/fc2/0": [50, 100, 0],
        "chain/fc2/1": [25, 50, 0],
        "chain/fc2/2": [50, 0, 100],
        "chain/fc2/3": [25, 0, 50],
    }
    assert dict(zip(result.elements, result.points.tolist(), strict=True)) == expected
    assert result.p[1].tolist() == [1, 1, 1]
    assert result.p[5, 0] == pytest.approx(2 / 2**16)  # 16 of 64 broken
    assert result.q[5, 0] == pytest.approx(2 / 2**16 * 8 / 6)  # the sixth smallest of eight


@pytest.mark.parametrize("method", ["zero", "mean", "resample"])
def test_redundant_copies(planted, method):
    assert effects_of_neurons(planted(), method=method).points.tolist() == [[0] * 5] * 16


def test_repaired_answers(chain):
    # the hidden neuron turns the answer of the second trial from right to wrong
    weights, biases = [[[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 1.0]]], [0.0, np.array([0.5, 0.0])]
    network = chain(weights, [[1, 0], [1, 1]], [0, 1], biases=biases)
    result = effects_of_neurons(network)
    assert result.points.tolist() == [[-50, 0, -100], [0, 0, 0]]


def test_class_without_trials(xor, chain):
    network = chain(xor.weights, xor.data.inputs, [0, 1, 1, 0], biases=xor.biases, n_classes=3)
    result = effects_of_neurons(network)
    assert result.targets == ("all", "0", "1", "2")
    assert result.n_trials.tolist() == [4, 2, 2, 0]
    for values in (result.points, result.low_points, result.high_points, result.p, result.q):
        assert np.isnan(values[:, 3]).all() and not np.isnan(values[:, :3]).any()
    assert result.macro_points.tolist() == [50, 25]


def test_layers_alone_or_together(two_blocks):
    together = effects_of_neurons(two_blocks, layers=["fc1", "fc2"], method="resample", seed=3)
    alone = effects_of_neurons(two_blocks, layers=["fc2"], method="resample", seed=3)
    assert together.elements[4:] == alone.elements
    assert together.points[4:].tolist() == alone.points.tolist()


@pytest.mark.parametrize("method", ["zero", "mean"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_same_as_running_everything(build_random, method, seed):
    network = build_random(seed)
    result = effects_of_neurons(network, method=method)
    labels = network.data.labels
    for element, points in zip(result.elements, result.points[:, 0], strict=True):
        _, layer, number = element.split("/")
        activations = network.activations(layer).copy()
        activations[:, int(number)] = 0 if method == "zero" else activations[:, int(number)].mean()
        answers = answers_of(network.run_on(layer, activations))
        lost = (network.predict() == labels).mean() - (answers == labels).mean()
        assert points == pytest.approx(100 * lost)


def test_progress_by_blocks(chain):
    told = []
    network = chain([np.ones((1, 40)), np.ones((40, 2))], [[1], [2]], [0, 1])
    effects_of_neurons(network, progress=lambda *step: told.append(step))
    assert told == [("ablate neurons (zero)", 32, 40), ("ablate neurons (zero)", 40, 40)]


def test_bad_parameters(xor):
    with pytest.raises(UnknownName, match=r"method of ablation 'zeros'. Did you mean 'zero'"):
        effects_of_neurons(xor, method="zeros")
    with pytest.raises(UnknownName, match="layer 'fc2'"):
        effects_of_neurons(xor, layers=["fc2"])
    with pytest.raises(BadParameter, match="seed is -1"):
        effects_of_neurons(xor, method="resample", seed=-1)
