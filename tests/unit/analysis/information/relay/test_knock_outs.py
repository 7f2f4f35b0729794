"""Balanced accuracy lost when sets of neurons are put out."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from atlas.analysis.answers import answers_of
from atlas.analysis.information.relay.knock_outs import balanced_percent, knock_outs
from atlas.errors import BadParameter, DataMismatch, UnknownName
from atlas.records import NO_ANSWER, Replacement


def test_by_hand(two_blocks):
    # fc1/0: no trial of class 0 is answered rightly, so its balanced accuracy falls to (0 + 100) / 2, and that of all
    # classes too; fc2/1: half of them, so to (50 + 100) / 2
    sets = [{"fc1": np.array([0])}, {"fc2": np.array([1])}, {"fc1": np.array([1])}, {}]
    points = knock_outs(two_blocks, sets, 2)
    assert points.tolist() == [[50, 50, 50], [25, 25, 25], [0, 0, 0], [0, 0, 0]]


def test_no_answer():
    # two trials of class 0 are not answered: its recall falls to a half, and nothing is taken for class 1
    assert balanced_percent(np.array([[2, 0, 2], [0, 4, 0]])).tolist() == [75, 75, 100]


def test_class_without_trials():
    assert balanced_percent(np.array([[3, 1, 0, 0], [0, 4, 0, 0], [0, 0, 0, 0]])) == pytest.approx(
        [87.5, 87.5, 87.5, np.nan], nan_ok=True
    )


def plain(forward, answers):
    """Balanced accuracies by scikit-learn, in percent."""
    labels, n_classes = forward.data.labels, forward.data.n_classes
    some = np.where(answers == NO_ANSWER, n_classes, answers)
    recalls = np.mean([np.mean(some[labels == label] == label) for label in range(n_classes)])
    return 100 * np.array([recalls, *(balanced_accuracy_score(labels == k, some == k) for k in range(n_classes))])


@pytest.mark.parametrize("seed", range(3))
def test_as_plain(build_random, seed):
    forward = build_random(seed)
    sets = [{"fc1": np.array([0, 3]), "fc2": np.array([5])}, {"fc1": np.arange(8)}, {"fc2": np.array([2])}]
    found = knock_outs(forward, sets, 3)
    for row, members in zip(found, sets, strict=True):
        zeros = {layer: Replacement(numbers=numbers, method="zero") for layer, numbers in members.items()}
        expected = plain(forward, forward.predict()) - plain(forward, answers_of(forward.outputs(zeros)))
        assert row == pytest.approx(expected, abs=1e-12)


def test_any_mapper(build_random):
    def elsewhere(function, blocks):
        function, blocks = pickle.loads(pickle.dumps((function, blocks)))
        return iter([function(block) for block in reversed(blocks)][::-1])

    forward, sets = build_random(0), [{"fc1": np.array([number % 8])} for number in range(40)]
    assert knock_outs(forward, sets, 3, mapper=elsewhere).tolist() == knock_outs(forward, sets, 3).tolist()


def test_no_sets(two_blocks):
    assert knock_outs(two_blocks, [], 2).shape == (0, 3)


@pytest.mark.parametrize(
    ("sets", "n_classes", "error", "culprit"),
    [
        ([{"fd": np.array([0])}], 2, UnknownName, "'fd'"),
        ([{}, {"output": np.array([0])}], 2, BadParameter, "'output'"),
        ([{"fc1": np.array([4])}], 2, BadParameter, "neuron 4 of layer 'fc1'"),
        ([{}], 3, BadParameter, "3 classes were given"),
    ],
)
def test_refused(two_blocks, sets, n_classes, error, culprit):
    with pytest.raises(error, match=culprit):
        knock_outs(two_blocks, sets, n_classes)


def test_one_class_refused(two_blocks):
    data = replace(two_blocks.data, labels=np.zeros(64, dtype=np.int64))
    with pytest.raises(DataMismatch, match="of class 0"):
        knock_outs(replace(two_blocks, data=data), [{}], 2)
