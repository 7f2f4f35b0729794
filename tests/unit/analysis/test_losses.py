"""What ablation does to loss, true logit, score and confusions, on networks worked out by hand."""

import math
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.ablation import effects_of_clusters, effects_of_neurons
from atlas.errors import BadParameter

NONE = -1
T3 = 3.182446305284263  # 97.5 % point of Student's distribution with 3 degrees of freedom


def softplus(margin: float) -> float:
    return math.log(1 + math.exp(margin))


def two_sided_p(t: float) -> float:
    """P of |t| with 3 degrees of freedom, in closed form."""
    angle = math.atan(t / math.sqrt(3))
    return 1 - 2 / math.pi * (angle + math.sin(angle) * math.cos(angle))


def closeness(outputs, expected):
    return -np.abs(outputs - expected).sum(axis=1)


def margin(outputs, labels):
    return outputs[np.arange(len(labels)), labels] - outputs[np.arange(len(labels)), 1 - labels]


def test_xor_loss(xor):
    # intact, every margin is 0.5; without fc1/0 it is 0.5, -0.5, -0.5 and 2.5, without fc1/1 the last is -1.5
    loss = effects_of_neurons(xor).changes.loss
    better, worse = softplus(-2.5) - softplus(-0.5), softplus(1.5) - softplus(-0.5)
    assert loss.mean[0] == pytest.approx([(1 + better) / 4, better / 2, 0.5])
    assert loss.mean[1] == pytest.approx([worse / 4, worse / 2, 0])
    assert (loss.low[0, 2], loss.high[0, 2]) == pytest.approx((0.5, 0.5))  # both trials of class 1 change alike


def test_xor_logit(xor):
    # without fc1/0 the second output is 0, 0, 0, -2 instead of 0, 1, 1, 0
    logit = effects_of_neurons(xor).changes.logit
    assert logit.mean.tolist() == [[-0.5, 0, -1], [0, 0, 0]]
    half = T3 * math.sqrt(1 / 3 / 4)  # changes 0, -1, -1, 0: variance 1/3
    assert (logit.low[0, 0], logit.high[0, 0]) == pytest.approx((-0.5 - half, -0.5 + half))


def test_xor_confusions(xor):
    result = effects_of_neurons(xor)
    assert result.n_right.tolist() == [4, 2, 2]
    assert result.n_broken.tolist() == [[2, 0, 2], [1, 1, 0]]
    assert result.n_repaired.tolist() == [[0, 0, 0], [0, 0, 0]]
    assert result.confusion.answer.tolist() == [[0, NONE, 0], [1, 1, NONE]]
    assert result.confusion.n_trials.tolist() == [[2, 0, 2], [1, 1, 0]]


def test_two_blocks_without_a_sum(two_blocks):
    # without fc1/0 output 0 is the difference of the half, 1 or 3, instead of 8, against 6
    result = effects_of_neurons(two_blocks)
    assert result.changes.logit.mean[0].tolist() == [-3, -6, 0]
    assert result.changes.loss.mean[0, 1] == pytest.approx((softplus(5) + softplus(3)) / 2 - softplus(-2))
    assert result.confusion.answer[0].tolist() == [1, 1, NONE]
    assert result.confusion.n_trials[0].tolist() == [32, 32, 0]


def test_planted_copies_share_the_logit(planted):
    # each of a module's 4 copies puts out 1 for its class and 0.05 for the 3 others, weighed 1 and 0.05 in turn
    result = effects_of_neurons(planted())
    assert result.changes.logit.mean[0, 1:] == pytest.approx([-1, -(0.05**2), -(0.05**2), -(0.05**2)])
    assert np.isnan(result.changes.logit.low[:, 1:]).all()  # one trial of each class
    assert result.n_broken.sum() == 0


def test_planted_module_is_confused_evenly(planted):
    # without module 1 its trial has no answer: the three others tie
    members = {"m": {"fc1": np.arange(4, 8)}}
    result = effects_of_clusters(planted(), members, n_null=0, outputs=True)
    assert result.confusion.answer.tolist() == [[NONE] * 5]
    assert result.confusion.n_trials.tolist() == [[1, 0, 1, 0, 0]]
    assert result.n_near_ties.tolist() == [1]
    assert result.changes.logit.mean[0, 2] == pytest.approx(-4)


def test_most_frequent_confusion_is_the_lowest_class(chain):
    # without fc1/0 the first trial is answered 1, the second 2
    inputs = [[5, 1, 0], [5, 0, 1], [0, 3, 0], [0, 0, 3]]
    result = effects_of_neurons(chain([np.eye(3), np.eye(3)], inputs, [0, 0, 1, 2]))
    assert result.confusion.answer[0].tolist() == [1, 1, NONE, NONE]
    assert result.confusion.n_trials[0].tolist() == [1, 1, 0, 0]


def test_balanced_mean(chain):
    # x is 1, 1, 1 and 5: 2 on average, 3 balanced; the other output is 2.5
    network = chain([[[1]], [[0, 1]]], [[1], [1], [1], [5]], [0, 0, 0, 1], biases=[0.0, np.array([2.5, 0.0])])
    assert effects_of_neurons(network, method="mean").points.tolist() == [[25, 0, 100]]
    assert effects_of_neurons(network, method="balanced_mean").points.tolist() == [[75, 100, 0]]


def test_regression_loss(regression):
    # squared errors 0, 0, 1, 4; without fc1/0 1, 4, 4, 4, without fc1/1 none
    result = effects_of_neurons(regression)
    assert result.targets == ("all",)
    assert result.changes.loss.mean.tolist() == [[2], [-1.25]]
    errors = [math.sqrt(10 / 12), math.sqrt(10.75 / 12)]
    assert result.changes.loss.high[:, 0] == pytest.approx([2 + T3 * errors[0], -1.25 + T3 * errors[1]])
    p = [two_sided_p(2 / errors[0]), two_sided_p(1.25 / errors[1])]
    assert result.p[:, 0] == pytest.approx(p)
    assert result.q[:, 0] == pytest.approx([2 * p[0], p[1]])


def test_regression_has_no_answers(regression):
    result = effects_of_neurons(regression)
    assert np.isnan([result.points, result.low_points, result.high_points]).all()
    assert np.isnan(result.macro_points).all()
    assert result.changes.logit is None
    assert result.n_trials.tolist() == [4]
    frame = result.to_frame()
    assert frame[["n_right", "n_broken", "n_repaired", "confused_with", "logit_change"]].isna().all().all()
    assert frame["loss_change"].tolist() == [2, -1.25]


def test_regression_score(regression):
    # errors 0, 0, 1, 2 go without fc1/1; without fc1/0 they are 1, 2, 2, 2
    result = effects_of_neurons(regression, score=closeness)
    assert result.changes.score.mean.tolist() == [[-1], [0.75]]
    assert result.changes.loss.mean.tolist() == [[2], [-1.25]]
    assert result.p[1, 0] == pytest.approx(two_sided_p(0.75 / math.sqrt(2.75 / 12)))
    assert result.params["score"] == f"{__name__}:closeness"


def test_two_outputs_are_averaged(chain):
    network = chain([[[1]], [[1, 1]]], [[2], [2]], None, values=[[2, 0], [2, 4]])
    assert effects_of_neurons(network).changes.loss.mean.tolist() == [[(2 + 10) / 2 - 2]]


def test_score_beside_the_loss_of_a_classifier(xor):
    result = effects_of_neurons(xor, score=margin)
    assert result.changes.score.mean == pytest.approx(np.array([[0, 1, -1], [-0.5, -1, 0]]))
    assert result.p.tolist() == effects_of_neurons(xor).p.tolist()


def test_cluster_of_a_regression(regression):
    # of the two sets of one neuron, fc1/0 does 2 of harm and fc1/1 -1.25
    clusters = {"first": {"fc1": np.array([0])}, "second": {"fc1": np.array([1])}, "none": {}}
    result = effects_of_clusters(regression, clusters, outputs=True, n_null=999)
    assert result.changes.loss.mean[:, 0].tolist() == pytest.approx([2, -1.25, math.nan], nan_ok=True)
    assert result.p[0, 0] == pytest.approx(0.5, abs=0.06)
    assert result.p[1, 0] == 1
    assert result.null_mean[0, 0] == pytest.approx(0.375, abs=0.2)
    assert np.isnan(result.points).all() and np.isnan(result.p[2]).all()


def test_cluster_scores_are_harm_when_lower(regression):
    clusters = {"first": {"fc1": np.array([0])}, "second": {"fc1": np.array([1])}}
    result = effects_of_clusters(regression, clusters, outputs=True, score=closeness, n_null=999)
    assert result.p[0, 0] == pytest.approx(0.5, abs=0.06)
    assert result.p[1, 0] == 1
    assert (result.z[0, 0] > 0, result.z[1, 0] < 0) == (True, True)
    assert result.null_mean[0, 0] == pytest.approx(-0.125, abs=0.12)  # of -1 and 0.75


@pytest.mark.parametrize("method", ["zero", "mean", "balanced_mean", "resample"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=8)
def test_counts_of_both_ways_are_equal(build_random, method, seed):
    network = build_random(seed)
    full = effects_of_neurons(network, method=method, outputs=True)
    short = effects_of_neurons(network, method=method, outputs=False)
    assert short.changes is None
    assert full.n_broken.tolist() == short.n_broken.tolist()
    assert full.n_repaired.tolist() == short.n_repaired.tolist()
    assert full.confusion.answer.tolist() == short.confusion.answer.tolist()
    assert full.confusion.n_trials.tolist() == short.confusion.n_trials.tolist()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=8)
def test_loss_is_that_of_running_everything(build_random, seed):
    network = build_random(seed)
    labels = network.data.labels

    def losses(outputs):
        return np.log(np.exp(outputs).sum(axis=1)) - outputs[np.arange(60), labels]

    found = effects_of_neurons(network, layers=["fc1"]).changes.loss
    for number in range(8):
        activations = network.activations("fc1").copy()
        activations[:, number] = 0
        change = losses(network.run_on("fc1", activations)) - losses(network.activations("output"))
        half = 2.0009953780882688 * change.std(ddof=1) / 60**0.5  # Student's 97.5 % point for 59
        assert found.mean[number, 0] == pytest.approx(change.mean())
        assert found.high[number, 0] == pytest.approx(change.mean() + half)
        of_classes = [change[labels == label] for label in range(3)]
        means = [values.mean() if len(values) > 0 else np.nan for values in of_classes]
        assert found.mean[number, 1:] == pytest.approx(means, nan_ok=True)


def across_processes(function, blocks):
    """Send function and blocks as another process would get them."""
    for block in blocks:
        yield pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(block)))


def test_workers_do_not_matter(build_random):
    network = build_random(5)
    clusters = {"x": {"fc1": np.arange(3)}, "y": {"fc1": np.array([5]), "fc2": np.arange(4)}}
    with ThreadPoolExecutor(3) as threads:
        for sweep in (
            lambda mapper: effects_of_neurons(network, method="resample", mapper=mapper),
            lambda mapper: effects_of_clusters(network, clusters, n_null=99, mapper=mapper),
        ):
            alone = sweep(map).to_frame()
            assert alone.equals(sweep(threads.map).to_frame())
            assert alone.equals(sweep(across_processes).to_frame())


@pytest.mark.parametrize(
    ("score", "message"),
    [
        (3, "The score 3 is no function"),
        (lambda outputs, labels: outputs, r"of shape \(4, 2\)"),
        (lambda outputs, labels: np.full(len(outputs), np.nan), "NaN or infinite in places"),
        (lambda outputs, labels: outputs[:, 2], "fails: IndexError"),
        (lambda outputs, labels: outputs[:, 1] - outputs[:, 1].mean(), "depends on the other trials"),
    ],
    ids=["number", "shape", "nan", "fails", "other trials"],
)
def test_what_is_no_score(xor, score, message):
    with pytest.raises(BadParameter, match=message):
        effects_of_neurons(xor, score=score)


def test_outputs_left_out(xor, regression):
    with pytest.raises(BadParameter, match="is one of outputs, which are left out"):
        effects_of_neurons(xor, outputs=False, score=margin)
    with pytest.raises(BadParameter, match=r"no answers to compare\. Measure outputs"):
        effects_of_neurons(regression, outputs=False)
