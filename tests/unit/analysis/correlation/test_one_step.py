"""Orders and mismatch of neurons and layers, from trials."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy import special

from atlas.analysis.correlation.one_step import one_step_scores
from atlas.analysis.mapping import Arrays
from atlas.errors import BadParameter, EmptySelection, NonFiniteActivations, ShapeError, UnknownName, UnsupportedLayer
from atlas.records import FloatArray, IntArray, Stage, StagedLayer
from atlas.results import GaussianMismatch, OrderShares

SKEWED = np.array([-1, -1, 0, 0, 0, 2.0])  # mean 0, variance 1, third cumulant 1, fourth (1 + 1 + 16) / 6 - 3 = 0


def one_stage(name: str, weight: FloatArray, activation: str, *, bias: FloatArray | float = 0.0) -> StagedLayer:
    """Give every element put out a neuron of its own."""
    n_out = len(weight)
    stage = Stage(weight=weight, bias=np.zeros(n_out) + bias, activation=activation)
    return StagedLayer(layer=name, stages=(stage,), numbers=np.arange(n_out))


def scores_of(
    layer: StagedLayer, inputs: FloatArray, labels: IntArray, **how: Any
) -> tuple[GaussianMismatch, OrderShares]:
    how = {"n_null": 0, "n_bootstrap": 0, **how}
    return one_step_scores([layer], {"input": inputs}, labels, int(labels.max()) + 1, network="net", **how)


def test_one_rectified_neuron_by_hand() -> None:
    # Class 0: z is -1 or 1. Class 1: 1 or 3. So y is 0 or 1, 1 or 3: means .5 and 2, variances .25 and 1.
    inputs, labels = np.array([[-1.0], [1], [1], [3]]).repeat(2, axis=0), np.array([0, 0, 1, 1]).repeat(2)
    mismatch, orders = scores_of(one_stage("relu", np.eye(1), "relu"), inputs, labels)
    above, density = special.ndtr(2), np.exp(-2) / np.sqrt(2 * np.pi)
    means = np.array([1 / np.sqrt(2 * np.pi), 2 * above + density])
    variances = np.array([0.5 - 1 / (2 * np.pi), 5 * above + 2 * density - means[1] ** 2])
    total = 0.625 + 0.75**2
    explained = variances.mean() + ((means[1] - means[0]) / 2) ** 2  # third cumulants are 0
    shares = [1 / total, (explained - 1) / total, 0, 1 - explained / total]
    separated = 1 - ((means[1] - means[0]) / 2 - 0.75) ** 2 / 0.75**2
    assert orders.variance_share[0] == pytest.approx(shares, abs=1e-12)
    assert orders.separation_share[0] == pytest.approx([8 / 9, separated - 8 / 9, 0, 1 - separated], abs=1e-12)
    squared = (means - [0.5, 2]) ** 2 + (np.sqrt(variances) - [0.5, 1]) ** 2
    assert mismatch.mismatch[0] == pytest.approx(np.sqrt(np.array([squared.mean(), *squared]) / total), abs=1e-12)


def test_elements_are_the_neurons_of_each_layer_then_the_layer() -> None:
    layers = [one_stage("first", np.eye(2), "relu"), one_stage("second", np.ones((1, 2)), "identity")]
    inputs, labels = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    activations = {"input": inputs, "first": np.maximum(inputs, 0), "second": inputs}
    mismatch, orders = one_step_scores(layers, activations, labels, 2, network="net", n_null=0, n_bootstrap=0)
    assert orders.elements == ("net/first/0", "net/first/1", "net/first", "net/second/0", "net/second")
    assert mismatch.targets == ("all", "0", "1")


def test_third_cumulants_make_a_quadratic_exact_where_the_fourth_vanish() -> None:
    # z + z^2 / 2 of SKEWED: mean 1/2, variance 1 + 1/2 by order 2, + 1 by order 3: -.5, -.5, 0, 0, 0, 4 has 2.5.
    inputs, labels = np.tile(SKEWED, 2)[:, None], np.zeros(12, dtype=int)
    _, orders = scores_of(one_stage("quadratic", np.eye(1), "quadratic(0.5)"), inputs, labels)
    assert orders.variance_share[0] == pytest.approx([0, 0.6, 0.4, 0], abs=1e-12)


def test_fourth_cumulants_are_left_to_order_four() -> None:
    # -1 or 1 has K4 = -2: z + z^2 / 2 is -.5 or 1.5, of variance 1 where order 2 has 1.5.
    inputs, labels = np.array([[-1.0], [1]]).repeat(3, axis=0), np.zeros(6, dtype=int)
    _, orders = scores_of(one_stage("quadratic", np.eye(1), "quadratic(0.5)"), inputs, labels)
    assert orders.variance_share[0] == pytest.approx([0, 1.5, 0, -0.5], abs=1e-12)


def test_a_linear_layer_needs_two_orders() -> None:
    # Class means -1 and 1, and the deviations of SKEWED in each: 1 between, 1 within.
    inputs, labels = np.concatenate([SKEWED - 1, SKEWED + 1])[:, None], np.arange(2).repeat(6)
    mismatch, orders = scores_of(one_stage("linear", np.array([[3.0]]), "identity", bias=7), inputs, labels, n_null=9)
    assert orders.variance_share[0] == pytest.approx([0.5, 0.5, 0, 0], abs=1e-12)
    assert orders.separation_share[0] == pytest.approx([1, 0, 0, 0], abs=1e-12)
    assert mismatch.mismatch[0] == pytest.approx(0, abs=1e-12)
    assert mismatch.p[0].tolist() == [1, 1, 1]  # a tie with every draw


@pytest.mark.parametrize("n_out", [4, 9])
@pytest.mark.parametrize("offset", [0, 1e5])
def test_rounding_is_neither_mismatch_nor_order(offset: float, n_out: int) -> None:
    random = np.random.default_rng(0)
    inputs, labels = (random.normal(size=(200, 5)) + offset).astype(np.float32), np.arange(200) % 2
    layer = one_stage("linear", random.normal(size=(n_out, 5)).astype(np.float32), "identity")
    mismatch, orders = scores_of(layer, inputs, labels, n_null=39)
    assert (mismatch.p == 1).all()
    assert (orders.variance_p == 1).all()
    assert (orders.separation_p == 1).all()


def test_dead_neurons_are_constant_and_have_no_scores() -> None:
    random = np.random.default_rng(0)
    inputs, labels = random.normal(size=(60, 2)), np.arange(60) % 2
    layer = one_stage("relu", np.eye(2), "relu", bias=np.array([0, -9.0]))
    mismatch, orders = scores_of(layer, inputs, labels, n_null=5, n_bootstrap=5)
    assert orders.reasons == mismatch.reasons == (None, "constant", None)
    alone = orders.to_frame().set_index("element").loc["net/relu/1"].drop(columns=["order", "reason"])
    assert alone.isna().all(axis=None)
    assert np.isnan([mismatch.mismatch[1], mismatch.p[1], mismatch.q[1], mismatch.variance_error[1]]).all()


def test_channels_sum_over_their_positions() -> None:
    random = np.random.default_rng(1)
    inputs, labels = random.exponential(size=(90, 3)), np.arange(90) % 3
    stage = Stage(weight=np.eye(3), bias=np.full(3, -0.5), activation="relu")
    parts = [scores_of(one_stage("relu", np.eye(3)[[place]], "relu", bias=-0.5), inputs, labels) for place in range(3)]
    channels = StagedLayer(layer="relu", stages=(stage,), numbers=np.array([1, 4, 1]))
    mismatch, orders = scores_of(channels, inputs, labels)
    outputs = np.maximum(inputs - 0.5, 0)
    weights = outputs.var(axis=0) / outputs[:, [0, 2]].var(axis=0).sum()
    expected = sum(weights[place] * parts[place][1].variance_share[0] for place in (0, 2))
    squared = sum(weights[place] * parts[place][0].mismatch[0] ** 2 for place in (0, 2))
    assert orders.elements == ("net/relu/1", "net/relu/4", "net/relu")
    assert orders.variance_share[0] == pytest.approx(expected)
    assert mismatch.mismatch[0] == pytest.approx(np.sqrt(squared))


def test_a_second_nonlinearity_needs_the_covariances_of_the_first() -> None:
    # The difference of two equal rectified elements never varies; one by one they would seem to vary.
    random = np.random.default_rng(0)
    inputs, labels = random.normal(size=(300, 1)), np.arange(300) % 2
    first = Stage(weight=np.ones((2, 1)), bias=np.zeros(2), activation="relu")
    second = Stage(weight=np.array([[1.0, -1.0], [1.0, 0]]), bias=np.zeros(2), activation="quadratic(0.5)")
    mismatch, orders = scores_of(
        StagedLayer(layer="two", stages=(first, second), numbers=np.arange(2)), inputs, labels, n_null=2, n_bootstrap=2
    )
    assert orders.reasons[:2] == ("constant", None)
    assert mismatch.mismatch[2, 0] == pytest.approx(mismatch.mismatch[1, 0], rel=1e-6)


def test_two_affine_maps_are_as_good_as_one() -> None:
    random = np.random.default_rng(3)
    inputs, labels = random.exponential(size=(100, 4)), np.arange(100) % 2
    weight, scale = random.normal(size=(3, 4)), np.diag([2.0, 0.5, -1])
    relu = Stage(weight=weight, bias=np.full(3, -0.2), activation="relu")
    scaled = Stage(weight=scale, bias=np.ones(3), activation="identity")
    one = scores_of(one_stage("relu", weight, "relu", bias=-0.2), inputs, labels, n_bootstrap=3)
    two = scores_of(
        StagedLayer(layer="relu", stages=(relu, scaled), numbers=np.arange(3)), inputs, labels, n_bootstrap=3
    )
    assert two[0].mismatch[:3] == pytest.approx(one[0].mismatch[:3], abs=1e-9)  # of neurons: scale does not matter
    assert two[1].low_variance_share[:3, :2] == pytest.approx(one[1].low_variance_share[:3, :2], abs=1e-9)


def test_gaussian_trials_are_found_out_no_more_often_than_by_chance() -> None:
    # 200 independent neurons are 200 repetitions; p of 40 draws can be .025, or .05 on two sides.
    random = np.random.default_rng(7)
    labels = np.arange(150) % 2
    inputs = random.normal(size=(150, 200)) + np.array([[0], [0.5]])[labels]
    mismatch, orders = scores_of(one_stage("relu", np.eye(200), "relu"), inputs, labels, n_null=39)
    found = [mismatch.p[:200, 0], *orders.variance_p[:200, 1:].T, *orders.separation_p[:200].T]
    assert all(np.mean(p <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200) for p in found)
    assert min(mismatch.q[:200, 0]) > 0.05


def test_p_is_even_where_inputs_are_gaussian_however_few() -> None:
    # 1,000 independent neurons, 12 trials a class, p of 40 draws. If draws did not keep the moments, order 1 would
    # never be found.
    random = np.random.default_rng(0)
    labels = np.arange(24) % 2
    inputs = random.normal(size=(24, 1000)) + np.array([[0], [0.5]])[labels]
    mismatch, orders = scores_of(one_stage("relu", np.eye(1000), "relu"), inputs, labels, n_null=39)
    found = np.hstack([mismatch.p[:1000], orders.variance_p[:1000, :3], orders.separation_p[:1000, :3]])
    assert np.mean(found <= 0.1001, axis=0) == pytest.approx(0.1, abs=0.03)
    assert np.mean(found <= 0.5001, axis=0) == pytest.approx(0.5, abs=0.06)


def test_a_neuron_of_skewed_trials_is_found_among_gaussian_ones() -> None:
    random = np.random.default_rng(2)
    labels = np.arange(600) % 2
    inputs = random.normal(size=(600, 20))
    inputs[:, 3] = random.exponential(size=600) - 1
    mismatch, orders = scores_of(one_stage("relu", np.eye(20), "relu"), inputs, labels, n_null=60)
    assert np.flatnonzero(mismatch.p[:20, 0] == 1 / 61).tolist() == [3]
    assert mismatch.z[3, 0] > 5
    assert orders.variance_p[3, 2] == 2 / 61  # third cumulants
    share = 2 / (3 * np.sqrt(2 * np.pi)) / (2 / np.e - 1 / np.e**2)  # of skewness 2 and mean 0, and the variance of y
    assert orders.variance_share[3, 2] == pytest.approx(share, rel=0.2)


def test_neurons_and_layers_are_families_of_their_own() -> None:
    random = np.random.default_rng(2)
    labels = np.arange(600) % 2
    inputs = random.normal(size=(600, 10))
    inputs[:, 3] = 5 * (random.exponential(size=600) - 1)
    mismatch, _ = scores_of(one_stage("relu", np.eye(10), "relu"), inputs, labels, n_null=60)
    assert mismatch.q[10, 0] == mismatch.p[10, 0] == 1 / 61  # the one layer
    assert mismatch.q[3, 0] == pytest.approx(10 / 61)  # the smallest of ten


def test_intervals_are_percentiles_over_resamples_within_classes() -> None:
    random = np.random.default_rng(5)
    inputs, labels = random.normal(size=(400, 1)), (np.arange(400) % 4 == 0).astype(int)
    inputs[labels == 1] += 3
    _, orders = scores_of(one_stage("linear", np.eye(1), "identity"), inputs, labels, n_bootstrap=200)
    # Between is .1875 * 9 of about 2.7; its standard error follows from that of the difference of class means.
    share, low, high = orders.variance_share[0, 0], orders.low_variance_share[0, 0], orders.high_variance_share[0, 0]
    assert low < share < high
    assert high - low == pytest.approx(2 * 1.96 * _standard_error(inputs[:, 0], labels), rel=0.25)


def _standard_error(values: FloatArray, labels: IntArray) -> float:
    """Find the standard error of the share between classes by the delta method."""
    p = np.mean(labels)
    groups = [values[labels == label] for label in (0, 1)]
    gap, within = groups[1].mean() - groups[0].mean(), (1 - p) * groups[0].var() + p * groups[1].var()
    between = p * (1 - p) * gap**2
    of_gap = 2 * p * (1 - p) * gap * within / (between + within) ** 2
    of_within = -between / (between + within) ** 2
    variance = 0.0
    for group, weight, sign in zip(groups, (1 - p, p), (-1, 1), strict=True):
        influence = of_gap * sign * (group - group.mean()) + of_within * weight * (group - group.mean()) ** 2
        variance += influence.var() / len(group)
    return float(np.sqrt(variance))


def test_the_same_whoever_works() -> None:
    random = np.random.default_rng(0)
    inputs, labels = random.normal(size=(80, 6)), np.arange(80) % 2
    layer, how = one_stage("tanh", random.normal(size=(4, 6)), "tanh"), {"n_null": 12, "n_bootstrap": 30, "seed": 5}
    with ThreadPoolExecutor(3) as executor:

        def in_threads(function: Callable[[Any], Arrays], blocks: Sequence[Any]) -> Iterator[Arrays]:
            return executor.map(function, blocks)

        threads = scores_of(layer, inputs, labels, mapper=in_threads, **how)
    machines = scores_of(layer, inputs, labels, mapper=lambda f, b: map(pickle.loads(pickle.dumps(f)), b), **how)
    for here, *elsewhere in zip(scores_of(layer, inputs, labels, **how), threads, machines, strict=True):
        assert all(here.to_frame().equals(there.to_frame()) for there in elsewhere)


def test_a_draw_does_not_depend_on_how_many_there_are() -> None:
    random = np.random.default_rng(0)
    inputs, labels = random.normal(size=(80, 6)), np.arange(80) % 2
    layer = one_stage("relu", random.normal(size=(4, 6)), "relu")
    (one, _), (two, _) = (scores_of(layer, inputs, labels, n_null=n) for n in (1, 2))
    second = 2 * two.null_mismatch - one.null_mismatch  # the mean of both
    assert two.null_sd_mismatch == pytest.approx(np.abs(second - one.null_mismatch) / np.sqrt(2))


def test_a_neuron_constant_in_draws_is_not_found() -> None:
    # Active in 3 of 2,000 trials, far from the others: Gaussians of its variance hardly ever reach above 0.
    inputs, labels = np.full((2000, 1), -9.0) + np.random.default_rng(0).normal(size=(2000, 1)), np.zeros(2000, int)
    inputs[:3] = 0.1
    mismatch, _ = scores_of(one_stage("relu", np.eye(1), "relu"), inputs, labels, n_null=20)
    assert mismatch.mismatch[0, 0] == pytest.approx(1, abs=0.05)
    assert np.isnan(mismatch.null_mismatch[0, 0])
    assert mismatch.p[0, 0] == 1


def test_a_class_without_trials_has_no_mismatch() -> None:
    random = np.random.default_rng(0)
    inputs, labels = random.normal(size=(40, 2)), 2 * (np.arange(40) % 2)
    mismatch, orders = scores_of(one_stage("relu", np.eye(2), "relu"), inputs, labels, n_null=3, n_bootstrap=3)
    assert np.isnan(mismatch.mismatch[0]).tolist() == [False, False, True, False]
    assert orders.variance_share.sum(axis=1) == pytest.approx(1)


def test_without_draws_there_is_neither_interval_nor_null() -> None:
    inputs, labels = np.random.default_rng(0).normal(size=(40, 2)), np.arange(40) % 2
    mismatch, _ = scores_of(one_stage("relu", np.eye(2), "relu"), inputs, labels)
    assert np.isnan([mismatch.low_mismatch, mismatch.null_mismatch, mismatch.z, mismatch.p, mismatch.q]).all()
    assert np.isfinite(mismatch.mismatch).all()


INPUTS, LABELS, LAYER = np.zeros((6, 1)), np.array([0, 0, 0, 1, 1, 1]), one_stage("relu", np.eye(1), "relu")


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"labels": np.array([0, 0, 0, 0, 1, 1])}, BadParameter, "Class 1 has only 2 of the trials"),
        ({"labels": LABELS[:5]}, ShapeError, "5 labels"),
        ({"activations": {"input": np.full((6, 1), np.nan)}}, NonFiniteActivations, "'input' are NaN"),
        ({"activations": {}}, BadParameter, "none"),
        ({"layers": []}, EmptySelection, "no layer"),
        ({"layers": [LAYER, one_stage("next", np.eye(1), "relu")]}, UnknownName, "'relu'"),
        ({"layers": [one_stage("relu", np.eye(1), "softmax")]}, UnsupportedLayer, "'softmax'"),
        ({"n_null": -1}, BadParameter, "n_null is -1"),
        ({"n_classes": 1}, BadParameter, "A label is 1"),
    ],
)
def test_refused(change: dict[str, Any], error: type[Exception], said: str) -> None:
    given = {"layers": [LAYER], "activations": {"input": INPUTS}, "labels": LABELS, "n_classes": 2, **change}
    with pytest.raises(error, match=said):
        one_step_scores(**given, network="net")
