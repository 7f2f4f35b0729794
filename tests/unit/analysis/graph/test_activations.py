import numpy as np
import pytest
from scipy import stats
from threadpoolctl import threadpool_limits

from atlas.analysis.graph import activation_graph
from atlas.analysis.graph.activations import trials_compared
from atlas.errors import BadParameter, NonFiniteActivations, UnknownName

ALL = ("input", "fc1", "fc2", "output")


def whole(graph):
    return graph.adjacency.toarray()


@pytest.mark.parametrize(("power", "of"), [("square", np.square), ("absolute", np.abs)])
@pytest.mark.parametrize("association", ["spearman", "pearson"])
def test_same_as_one_pair_at_a_time(build_random, association, power, of):
    network = build_random(3)
    graph = activation_graph(network, layers=ALL, association=association, power=power)
    values = np.concatenate([network.activations(layer) for layer in ALL], axis=1)
    correlate = stats.spearmanr if association == "spearman" else stats.pearsonr
    expected = [
        [of(correlate(a, b).statistic) if i != j else 0 for j, b in enumerate(values.T)] for i, a in enumerate(values.T)
    ]
    np.testing.assert_allclose(whole(graph), np.nan_to_num(expected), atol=1e-5)


def test_planted_modules(planted):
    # copies act alike: 1; of two modules, one trial of four each: -1/3, so 1/9
    graph = activation_graph(planted(n_modules=4, n_copies=2))
    expected = np.kron(np.eye(4) + (1 - np.eye(4)) / 9, np.ones((2, 2))) - np.eye(8)
    np.testing.assert_allclose(whole(graph), expected, atol=1e-6)


def test_blocks(build_random):
    graph = activation_graph(build_random(0))
    assert (graph.kind, graph.layers, graph.sizes, graph.n_trials) == ("activations", ("fc1", "fc2"), (8, 6), 60)
    assert [(block.source, block.target) for block in graph.blocks] == [(0, 0), (0, 1), (1, 1)]
    assert not np.tril(graph.blocks[0].strength).any()
    assert {block.strength.dtype for block in graph.blocks} == {np.dtype(np.float32)}


def test_layers_in_the_order_of_the_network(build_random):
    assert activation_graph(build_random(0), layers=["output", "input"]).layers == ("input", "output")


def test_constant_neurons_are_joined_to_none(chain):
    # fc1/0 is 3, fc1/1 never above 0, fc1/2 and fc1/3 are x
    network = chain([[[0, -1, 1, 1]], np.ones((4, 2))], [[1], [2], [3]], [0, 1, 0], biases=[np.array([3, 0, 0, 0]), 0])
    for association in ("spearman", "pearson"):
        found = whole(activation_graph(network, association=association))
        np.testing.assert_allclose(found[2:, 2:], [[0, 1], [1, 0]], atol=1e-6)
        assert not found[:2].any()


def test_roundings_are_no_change(chain):
    tiny = 1 + np.finfo(np.float64).eps * np.array([0, 1, 2, 3])
    network = chain([[[1.0, 0.0], [0.0, 1.0]], np.ones((2, 2))], np.column_stack([tiny, [1, 2, 3, 4]]), [0, 1, 0, 1])
    assert not whole(activation_graph(network)).any()


def test_more_neurons_than_are_ranked_at_once(chain, monkeypatch):
    draws = np.random.default_rng(1)
    network = chain([np.eye(7), np.ones((7, 2))], draws.normal(size=(10, 7)), np.arange(10) % 2)
    expected = whole(activation_graph(network))
    monkeypatch.setattr("atlas.analysis.graph.activations._VALUES_AT_ONCE", 30)  # 3 neurons
    np.testing.assert_array_equal(whole(activation_graph(network)), expected)


def test_same_on_any_number_of_threads(chain):
    values = np.random.default_rng(0).normal(size=(900, 400))
    network = chain([np.eye(400), np.ones((400, 2))], values, np.arange(900) % 2)
    found = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads):
            found.append(activation_graph(network, layers=("input", "fc1")).blocks[1].strength)
    np.testing.assert_array_equal(*found)


def test_trials_drawn(build_random):
    network = build_random(1)
    trials = trials_compared(60, max_trials=20, seed=4)
    assert len(set(trials.tolist())) == 20
    assert np.all(np.diff(trials) > 0)
    graph = activation_graph(network, max_trials=20, seed=4)
    assert graph.n_trials == 20
    a, b = network.activations("fc1")[trials, :2].T
    assert graph.blocks[0].strength[0, 1] == pytest.approx(stats.spearmanr(a, b).statistic ** 2, abs=1e-6)


def test_other_seed_other_trials():
    drawn = [trials_compared(60, max_trials=20, seed=seed).tolist() for seed in (4, 5, 4)]
    assert drawn[0] == drawn[2] != drawn[1]


def test_all_trials_if_they_are_few():
    assert trials_compared(3, max_trials=3, seed=0).tolist() == [0, 1, 2]


def test_too_few_trials(build_random):
    with pytest.raises(BadParameter, match="max_trials is 1"):
        activation_graph(build_random(0), max_trials=1)


def test_not_finite(chain):
    network = chain([np.ones((1, 2)), np.ones((2, 2))], [[1], [np.nan]], [0, 1])
    with pytest.raises(NonFiniteActivations, match="'chain/fc1/0' puts out nan in trial 1"):
        activation_graph(network)


@pytest.mark.parametrize(
    ("given", "suggested"),
    [({"association": "spearmann"}, "spearman"), ({"power": "squared"}, "square"), ({"layers": ["fc3"]}, "fc2")],
)
def test_unknown_names(build_random, given, suggested):
    with pytest.raises(UnknownName, match=f"Did you mean '{suggested}'"):
        activation_graph(build_random(0), **given)
