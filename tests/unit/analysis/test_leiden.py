import random

import numpy as np
import pytest

from atlas.analysis.partition import leiden
from atlas.errors import BadParameter, EmptySelection, UnknownName

HALVES = np.kron(np.eye(2), np.ones((2, 2)))


def test_two_equal_blocks(weight_graph):
    result = leiden(weight_graph(HALVES, HALVES), n_null=19)
    assert result.labels.tolist() == [0, 0, 1, 1] * 3
    assert result.n_clusters == 2
    assert result.modularity == pytest.approx(0.5)
    assert result.n_cut == pytest.approx(0.0)
    assert result.layer_agreement < 0
    assert result.internal_share == pytest.approx(np.ones(12))
    assert result.participation == pytest.approx(np.zeros(12))
    assert result.agreement_across_seeds == pytest.approx(np.ones(12))


def test_planted_modules(weight_graph):
    inward = np.repeat(np.eye(4) + 0.05 * (1 - np.eye(4)), 4, axis=1)
    result = leiden(weight_graph(inward, inward.T), n_null=19)
    assert result.labels.tolist() == [0, 1, 2, 3, *np.repeat(np.arange(4), 4), 0, 1, 2, 3]
    assert result.n_cut == pytest.approx(0.5217391304)
    assert result.p == pytest.approx(1 / 20)  # the least 19 shuffles can give
    assert result.z > 3


def test_largest_cluster_first(weight_graph):
    weights = np.zeros((4, 4))
    weights[0, 0] = weights[1, 1] = 5
    weights[2:, 2:] = 1
    result = leiden(weight_graph(weights), n_null=0)
    assert result.labels.tolist() == [1, 2, 0, 0, 1, 2, 0, 0]


def test_neuron_without_weights(weight_graph):
    result = leiden(weight_graph([[1, 0, 0], [0, 1, 0]]), n_null=3)
    assert result.labels.tolist() == [0, 1, 0, 1, 2]
    assert np.isnan(result.internal_share[4]) and np.isnan(result.agreement_across_seeds[4])


def test_equal_weights_have_no_null(weight_graph):
    result = leiden(weight_graph(np.ones((3, 3))), n_null=9)
    assert result.p == 1.0
    assert np.isnan(result.z)


def test_without_null(weight_graph):
    result = leiden(weight_graph(HALVES), n_null=0, n_seeds=0)
    assert np.isnan([result.p, result.z, result.null_mean, result.null_sd]).all()
    assert np.isnan(result.agreement_across_seeds).all()


def test_random_networks_are_like_their_shuffles(weight_graph):
    p = [
        leiden(weight_graph(*np.random.default_rng(seed).normal(size=(2, 12, 12))), seed=seed, n_null=19, n_seeds=0).p
        for seed in range(20)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.15
    assert 0.3 < np.mean(p) < 0.75


def test_same_seed_same_numbers(weight_graph):
    graph = weight_graph(*np.random.default_rng(3).normal(size=(3, 10, 10)))
    before = random.Random(5)
    random.seed(5)
    one, two = leiden(graph, seed=4), leiden(graph, seed=4)
    assert one.to_frame().equals(two.to_frame())
    assert (one.null_mean, one.p) == (two.null_mean, two.p)
    assert random.random() == before.random()  # the generator of the process is left alone


def test_resolution(weight_graph):
    graph = weight_graph(np.ones((4, 4)))
    assert leiden(graph, resolution=0.1, n_null=0).n_clusters == 1
    assert leiden(graph, resolution=5.0, n_null=0).n_clusters == 8


def test_layers(weight_graph):
    result = leiden(weight_graph(HALVES, HALVES, HALVES), layers=["c", "b"], n_null=0)
    assert result.layers == ("b", "c")
    assert result.labels.tolist() == [0, 0, 1, 1] * 2
    assert result.to_frame().iloc[5].tolist() == ["c", 1, 0, 1.0, 0.0, 1.0]
    assert result.params == {
        "method": "leiden",
        "resolution": 1.0,
        "seed": 0,
        "n_null": 0,
        "n_seeds": 10,
        "layers": "b,c",
    }


def test_progress(weight_graph):
    told = []
    leiden(weight_graph(HALVES), n_null=2, n_seeds=1, progress=lambda *step: told.append(step))
    assert told == [("partition", done, 4) for done in (1, 2, 3, 4)]


def test_nothing_to_partition(weight_graph):
    with pytest.raises(EmptySelection, match="among the layers a, c"):
        leiden(weight_graph(HALVES, HALVES), layers=["a", "c"])


def test_bad_parameters(weight_graph):
    graph = weight_graph(HALVES)
    with pytest.raises(UnknownName, match="layer 'z'"):
        leiden(graph, layers=["z"])
    with pytest.raises(BadParameter, match="resolution is 0"):
        leiden(graph, resolution=0.0)
    with pytest.raises(BadParameter, match="n_null is -1"):
        leiden(graph, n_null=-1)
    with pytest.raises(BadParameter, match="seed is -1"):
        leiden(graph, seed=-1)
