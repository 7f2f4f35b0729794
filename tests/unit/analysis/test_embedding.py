import sys
from dataclasses import replace

import numpy as np
import pytest

from atlas.analysis.embedding import embedding_of_trials
from atlas.errors import BadParameter, DataMismatch, EmptySelection, InputError, NonFiniteActivations, UnknownName
from atlas.records import NO_ANSWER
from atlas.results.embedding import STATES

BLOCK_A = {"fc1": np.array([0])}  # without it, block A is silent: every trial is answered 1


def states(result):
    return [STATES[place] for place in result.states]


def test_states_of_two_blocks(two_blocks):
    found = embedding_of_trials(two_blocks, BLOCK_A, method="pca")
    assert states(found) == (["newly wrong"] * 4 + ["still right"] * 4) * 8
    assert found.ablated == ("chain/fc1/0",)
    assert found.answers.tolist() == found.labels.tolist()
    assert set(found.ablated_answers) == {1}


def test_states_of_trials_that_were_wrong(xor):
    # always right intact, so turn labels round: right before is wrong; without fc1/1 only the trial 1, 1 changes
    turned = replace(xor, data=replace(xor.data, labels=1 - xor.data.labels))
    found = embedding_of_trials(turned, {"fc1": np.array([1])}, method="pca")
    assert states(found) == ["wrong before"] * 3 + ["newly right"]


def test_a_tie_is_no_answer(planted):
    # without the four copies of class 0, trial 0 gives all outputs the same but its own
    members = {"fc1": np.arange(16)}
    found = embedding_of_trials(planted(), members, method="pca")
    assert found.ablated_answers.tolist() == [NO_ANSWER] * 4
    assert states(found) == ["newly wrong"] * 4


def test_first_two_components(chain):
    # three points on a line through (1, 2): all spread is along it
    network = chain([np.eye(2), np.eye(2)], [[1, 2], [2, 4], [3, 6]], [1, 0, 1])
    found = embedding_of_trials(network, {"fc1": np.array([0])}, method="pca")
    assert np.abs(found.x).tolist() == pytest.approx([np.sqrt(5), 0, np.sqrt(5)])
    assert found.y.tolist() == pytest.approx([0, 0, 0])


def test_a_layer_instead_of_the_inputs(xor):
    # fc1 puts out (0, 0), (1, 0), (1, 0), (2, 1); the two alike lie on one place
    found = embedding_of_trials(xor, {"fc1": np.array([1])}, method="pca", layer="fc1")
    assert (found.x[1], found.y[1]) == (found.x[2], found.y[2])
    assert found.x[0] != found.x[1]


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_same_seed_same_plane(two_blocks, method):
    first, again, other = (
        embedding_of_trials(two_blocks, BLOCK_A, method=method, perplexity=10, seed=seed) for seed in (3, 3, 4)
    )
    assert (first.x.tolist(), first.y.tolist()) == (again.x.tolist(), again.y.tolist())
    assert method == "tsne" or first.x.tolist() != other.x.tolist()  # t-SNE begins at the components


def test_tsne_keeps_groups_together(chain):
    draws = np.random.default_rng(0)
    centres = 10 * np.eye(3)[np.arange(90) % 3]
    network = chain([np.eye(3), np.eye(3)], centres + draws.normal(size=(90, 3)), np.arange(90) % 3)
    found = embedding_of_trials(network, {"fc1": np.array([0])}, perplexity=10)
    plane = np.column_stack([found.x, found.y])
    apart = ((plane[:, None] - plane[None]) ** 2).sum(axis=2) + np.diag(np.full(90, np.inf))
    assert (found.labels[apart.argmin(axis=1)] == found.labels).all()


def test_trials_are_drawn(two_blocks):
    found = embedding_of_trials(two_blocks, BLOCK_A, method="pca", max_trials=20)
    again = embedding_of_trials(two_blocks, BLOCK_A, method="pca", max_trials=20)
    assert (len(found.trials), found.n_trials) == (20, 64)
    assert found.trials.tolist() == sorted(set(found.trials.tolist())) == again.trials.tolist()
    assert found.labels.tolist() == two_blocks.data.labels[found.trials].tolist()


def test_frame(xor):
    frame = embedding_of_trials(xor, {"fc1": np.array([0])}, method="pca").to_frame()
    assert frame.columns.tolist() == ["trial", "x", "y", "label", "answer", "ablated_answer", "state"]
    assert frame["state"].tolist() == ["still right", "newly wrong", "newly wrong", "still right"]


@pytest.mark.parametrize(
    ("options", "error", "culprit"),
    [
        ({"method": "isomap"}, UnknownName, "method of embedding 'isomap'"),
        ({"ablation": "noise"}, UnknownName, "method of ablation 'noise'"),
        ({"layer": "fc3"}, UnknownName, "Did you mean 'fc2'"),
        ({"perplexity": 64}, BadParameter, "perplexity is 64, of 64 trials"),
        ({"perplexity": 0.5}, BadParameter, "perplexity is 0.5"),
        ({"n_components_pca": 1}, BadParameter, "n_components_pca is 1"),
        ({"max_trials": 2}, BadParameter, "2 trials"),
        ({"members": {}}, EmptySelection, "No neuron"),
        ({"members": {"fc1": np.array([4])}}, BadParameter, "neuron 4 of layer 'fc1'"),
        ({"members": {"output": np.array([0])}}, BadParameter, "'output' is the output"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_refused(two_blocks, options, error, culprit):
    with pytest.raises(error, match=culprit):
        embedding_of_trials(two_blocks, **({"members": BLOCK_A} | options))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"labels": np.array([], dtype=int), "inputs": np.zeros((0, 2))}, DataMismatch),
        ({"n_classes": 0, "labels": np.zeros(4, dtype=int), "values": np.zeros((4, 2))}, DataMismatch),
        ({"inputs": np.full((4, 2), np.nan)}, NonFiniteActivations),
    ],
    ids=["no trials", "no classes", "NaN"],
)
def test_refused_data(xor, changed, error):
    network = replace(xor, data=replace(xor.data, **changed))
    with pytest.raises(error):
        embedding_of_trials(network, {"fc1": np.array([0])}, method="pca")


def test_without_umap(two_blocks, monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(InputError, match=r"network-atlas\[umap\]"):
        embedding_of_trials(two_blocks, BLOCK_A, method="umap")
