from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.ablation import effects_of_clusters
from atlas.analysis.answers import answers_of
from atlas.errors import BadParameter, UnknownName

MODULES = {f"chain/planted/{module}": {"fc1": np.arange(4) + 4 * module} for module in range(4)}


def test_planted_module(planted):
    result = effects_of_clusters(planted(), {"chain/planted/0": {"fc1": np.arange(4)}}, n_null=9999)
    assert result.points.tolist() == [[25, 100, 0, 0, 0]]
    assert result.macro_points.tolist() == [25]
    assert result.n_ablated.tolist() == [4]
    # of C(16, 4) = 1820 sets, 4 are a module and do 25 points of harm: sd of the estimate 0.00047 of p
    assert result.p[0, 0] == pytest.approx(4 / 1820, abs=0.0015)
    assert result.null_mean[0, 0] == pytest.approx(25 * 4 / 1820, abs=0.04)
    assert result.p[0, 2] == 1.0
    assert result.params == {"method": "zero", "outputs": False, "score": None, "n_null": 9999, "seed": 0}


def test_mean_ablation_does_nothing(planted):
    result = effects_of_clusters(planted(), MODULES, method="mean", n_null=99)
    assert result.points.tolist() == [[0] * 5] * 4


def test_resample_one_donor_for_all(planted):
    # A module's own class ties with the donor's, and so does the class of the one trial that takes over its activations
    # in the trial of its own class: a tie is no answer.
    result = effects_of_clusters(planted(epsilon=1 / 16), MODULES, method="resample", n_null=9)
    assert result.points[:, 0].tolist() == [50] * 4
    assert np.diag(result.points[:, 1:]).tolist() == [100] * 4
    assert (result.points[:, 1:].sum(axis=1) == 200).all()


def test_resample_of_many_trials(planted):
    # With every donor as likely, a module's own class stays right with 1 donor of 4, another with 3 of 4: 62.5 %.
    once = planted(epsilon=1 / 16)
    often = replace(once.data, inputs=np.tile(once.data.inputs, (10_000, 1)), labels=np.tile(once.data.labels, 10_000))
    network = replace(once, data=often, kept={})
    result = effects_of_clusters(network, MODULES, method="resample", n_null=0)
    assert result.points[:, 0].tolist() == pytest.approx([37.5] * 4, abs=0.5)
    assert np.diag(result.points[:, 1:]).tolist() == pytest.approx([75] * 4, abs=2)
    assert result.points[0, 2:].tolist() == pytest.approx([25] * 3, abs=2)


def test_small_exact_null(planted):
    # of the 6 pairs of 4 neurons, 2 are a module: p = 1/3; a pair across modules does nothing: p = 1
    clusters = {"module": {"fc1": np.array([0, 1])}, "across": {"fc1": np.array([1, 2])}}
    result = effects_of_clusters(planted(n_modules=2, n_copies=2), clusters, n_null=2999)
    assert result.points[:, 0].tolist() == [50, 0]
    assert result.p[0, 0] == pytest.approx(1 / 3, abs=0.04)
    assert result.p[1].tolist() == [1, 1, 1]
    assert result.null_sd[0, 0] == pytest.approx(50 * (2 / 9) ** 0.5, abs=1)
    assert result.z[0, 0] == pytest.approx((50 - 50 / 3) / (50 * (2 / 9) ** 0.5), abs=0.1)


def test_through_layers(two_blocks):
    halves = {
        "A": {"fc2": np.array([0, 1]), "fc1": np.array([1, 0])},
        "B": {"fc1": np.array([2, 3]), "fc2": np.array([3, 2])},
    }
    result = effects_of_clusters(two_blocks, halves, n_null=199)
    assert result.points.tolist() == [[50, 100, 0], [50, 0, 100]]
    assert result.n_ablated.tolist() == [4, 4]
    assert result.null_mean[0].tolist() == result.null_mean[1].tolist()  # the same numbers of neurons


def test_later_layer_takes_its_own_replacement(chain):
    # fc2 puts out 0.8 and relu(x - 2): 0 and 2 for x = 1 and 4. Its second neuron becomes the mean of these, 1, not the
    # 0.5 that the mean of fc1, 2.5, would lead to: both answers are 1
    network = chain([[[1]], [[0, 1]], np.eye(2)], [[1], [4]], [0, 1], biases=[0.0, np.array([0.8, -2.0]), 0.0])
    members = {"fc1": np.array([0]), "fc2": np.array([1])}
    assert effects_of_clusters(network, {"c": members}, method="mean", n_null=0).points.tolist() == [[50, 100, 0]]


def test_whole_layer(two_blocks):
    result = effects_of_clusters(two_blocks, {"layer": {"fc1": np.arange(4)}}, n_null=49)
    assert result.points.tolist() == [[100, 100, 100]]  # all outputs 0: no answer
    assert result.p.tolist() == [[1, 1, 1]]
    assert np.isnan(result.z).all()


def test_nothing_to_ablate(two_blocks):
    clusters = {"none": {}, "still none": {"fc1": np.array([], dtype=int)}, "A": {"fc1": np.array([0])}}
    result = effects_of_clusters(two_blocks, clusters, n_null=9)
    assert result.n_ablated.tolist() == [0, 0, 1]
    for values in (result.points, result.low_points, result.high_points, result.null_mean, result.p, result.q):
        assert np.isnan(values[:2]).all() and not np.isnan(values[2]).any()
    assert np.isnan(result.macro_points).tolist() == [True, True, False]


def test_without_null(two_blocks):
    result = effects_of_clusters(two_blocks, {"A": {"fc1": np.array([0])}}, n_null=0)
    assert result.points.tolist() == [[50, 100, 0]]
    assert np.isnan([result.null_mean, result.null_sd, result.z, result.p, result.q]).all()


def test_order_does_not_matter(build_random):
    clusters = {
        "x": {"fc1": np.arange(3)},
        "y": {"fc1": np.array([5]), "fc2": np.arange(4)},
        "z": {"fc2": np.arange(2)},
    }
    forth = effects_of_clusters(build_random(1), clusters, method="resample", n_null=49, seed=2)
    back = effects_of_clusters(build_random(1), dict(reversed(clusters.items())), method="resample", n_null=49, seed=2)
    alone = effects_of_clusters(build_random(1), {"y": clusters["y"]}, method="resample", n_null=49, seed=2)
    assert forth.p.tolist() == back.p[::-1].tolist()
    assert forth.null_mean.tolist() == back.null_mean[::-1].tolist()
    assert forth.p[1].tolist() == alone.p[0].tolist()


@given(seed=st.integers(0, 10_000), n_first=st.integers(0, 4), n_second=st.integers(0, 4))
@settings(max_examples=15)
def test_same_as_running_everything(build_random, seed, n_first, n_second):
    network = build_random(seed)
    draws = np.random.default_rng(seed)
    members = {"fc1": draws.permutation(8)[:n_first], "fc2": draws.permutation(6)[:n_second]}
    result = effects_of_clusters(network, {"c": members}, n_null=0)
    first = network.activations("fc1").copy()
    first[:, members["fc1"]] = 0
    second = np.maximum(first @ network.weights[1], 0)
    second[:, members["fc2"]] = 0
    labels = network.data.labels
    lost = (network.predict() == labels).mean() - (answers_of(second @ network.weights[2]) == labels).mean()
    if n_first + n_second > 0:
        assert result.points[0, 0] == pytest.approx(100 * lost)


def test_random_partition_is_not_significant(build_random):
    p = []
    for seed in range(12):
        order = np.random.default_rng([seed, 9]).permutation(8)
        clusters = {str(part): {"fc1": order[2 * part : 2 * part + 2]} for part in range(4)}
        p.extend(effects_of_clusters(build_random(seed), clusters, n_null=99).p[:, 0])
    assert np.mean(np.array(p) <= 0.1) <= 0.2
    assert 0.4 < np.mean(p) < 0.75  # ties push it above one half


def test_equal_sets_are_run_once(two_blocks):
    told = []
    clusters = {"A": {"fc1": np.array([0])}, "B": {"fc1": np.array([1])}}
    effects_of_clusters(two_blocks, clusters, n_null=99, progress=lambda *step: told.append(step[1:]))
    assert told == [(2, 6), (6, 6)]  # two clusters, then the four sets of one neuron that can be drawn


def test_bad_clusters(two_blocks):
    with pytest.raises(UnknownName, match="layer 'fc9'"):
        effects_of_clusters(two_blocks, {"c": {"fc9": np.array([0])}})
    with pytest.raises(BadParameter, match="names neuron 4 of layer 'fc1', which has 4"):
        effects_of_clusters(two_blocks, {"c": {"fc1": np.array([4])}})
    with pytest.raises(BadParameter, match="neuron of layer 'fc1' twice"):
        effects_of_clusters(two_blocks, {"c": {"fc1": np.array([1, 1])}})
    with pytest.raises(BadParameter, match="n_null is -1"):
        effects_of_clusters(two_blocks, {}, n_null=-1)


def test_no_clusters(two_blocks):
    assert effects_of_clusters(two_blocks, {}).points.shape == (0, 3)
