from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.graph import NULLS, GraphBlock, NeuronGraph, activation_graph, shuffled
from atlas.errors import UnknownName


def draws(seed=0):
    return np.random.default_rng(seed)


def sparse_block(shape, seed=0, *, share=0.5):
    own = draws(seed)
    return own.random(shape) * (own.random(shape) < share)


@pytest.fixture
def layered(weight_graph):
    return weight_graph(sparse_block((12, 9), 1), sparse_block((9, 7), 2))


@pytest.fixture
def alike(build_random):
    return activation_graph(build_random(5), layers=("input", "fc1", "fc2"))


def both(before, null, seed=0):
    after = shuffled(before, null, draws(seed))
    return [(a.strength, b.strength) for a, b in zip(before.blocks, after.blocks, strict=True)]


def upper(strength):
    return strength[np.triu_indices(len(strength), 1)]


def test_layer(layered):
    for before, after in both(layered, "layer"):
        assert sorted(after.ravel()) == sorted(before.ravel())
        assert np.any((after > 0) != (before > 0))


def test_nonzero(layered):
    for before, after in both(layered, "nonzero"):
        assert sorted(after.ravel()) == sorted(before.ravel())
        assert np.array_equal(after > 0, before > 0)
        assert np.any(after != before)


def test_row(layered):
    for before, after in both(layered, "row"):
        assert np.sort(after, axis=1).tolist() == np.sort(before, axis=1).tolist()
        assert np.any(np.sort(after, axis=0) != np.sort(before, axis=0))


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_degree(weight_graph, share):
    graph = weight_graph(sparse_block((30, 20), 1, share=share), sparse_block((20, 25), 2, share=share))
    for before, after in both(graph, "degree"):
        np.testing.assert_allclose(after.sum(axis=0), before.sum(axis=0), rtol=1e-9)
        np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=1e-9)
        assert np.array_equal(after > 0, before > 0)
        assert np.corrcoef(after[before > 0], before[before > 0])[0, 1] < 0.8


def test_degree_without_anything_free(weight_graph):
    before = np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 4.0]])  # no loop: the sums determine every entry
    ((_, after),) = both(weight_graph(before), "degree", seed=2)
    np.testing.assert_allclose(after, before, rtol=1e-8)


def test_degree_of_neurons_without_strength(weight_graph):
    ((_, after),) = both(weight_graph([[0, 0, 0], [1, 2, 0], [2, 2, 0]]), "degree")
    np.testing.assert_allclose(after.sum(axis=1), [0, 3, 4])
    np.testing.assert_allclose(after.sum(axis=0), [3, 4, 0])


def test_degree_of_single_precision():
    block = GraphBlock(source=0, target=1, strength=draws().random((9, 8)).astype(np.float32))
    graph = NeuronGraph(layers=("a", "b"), sizes=(9, 8), blocks=(block,))
    np.testing.assert_allclose(shuffled(graph, "degree", draws()).degree, graph.degree, rtol=1e-9)


def test_degree_counts_no_strength_of_a_neuron_to_itself():
    strength = draws().random((7, 7)) + 5 * np.eye(7)
    graph = NeuronGraph(layers=("a",), sizes=(7,), blocks=(GraphBlock(source=0, target=0, strength=strength),))
    after = shuffled(graph, "degree", draws())
    np.testing.assert_allclose(after.degree, graph.degree, rtol=1e-9)
    assert after.blocks[0].strength.diagonal().tolist() == strength.diagonal().tolist()


@pytest.mark.parametrize("null", NULLS)
def test_pairs_of_activations_stay_pairs(alike, null):
    for block in shuffled(alike, null, draws()).blocks:
        assert block.source != block.target or not np.tril(block.strength).any()


@pytest.mark.parametrize("null", ["layer", "nonzero"])
def test_activations_within_a_block(alike, null):
    for before, after in both(alike, null):
        assert sorted(after.ravel()) == sorted(before.ravel())
        assert np.any(after != before)


def test_activations_row(alike):
    for before, after in both(alike, "row"):
        np.testing.assert_allclose(after.sum(axis=1), before.sum(axis=1), rtol=1e-5)
        assert np.any(after != before)


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000))
def test_activations_degree(build_random, seed):
    graph = activation_graph(build_random(seed), layers=("input", "fc1", "fc2"))
    after = shuffled(graph, "degree", draws(seed))
    np.testing.assert_allclose(after.degree, graph.degree, rtol=1e-9)
    assert not np.allclose(upper(after.blocks[0].strength), upper(graph.blocks[0].strength), rtol=0.1)


def test_activations_degree_of_two_layers_without_any_within():
    """Such a graph is bipartite: the factors of both sides are known up to one number, and must still agree."""
    blocks = (
        GraphBlock(source=0, target=0, strength=np.zeros((6, 6))),
        GraphBlock(source=0, target=1, strength=draws().random((6, 5))),
        GraphBlock(source=1, target=1, strength=np.zeros((5, 5))),
    )
    graph = NeuronGraph(layers=("a", "b"), sizes=(6, 5), blocks=blocks, kind="activations")
    np.testing.assert_allclose(shuffled(graph, "degree", draws()).degree, graph.degree, rtol=1e-9)


@pytest.mark.parametrize("null", NULLS)
def test_recurrent_weights_stay_between_neurons(null):
    strength = draws().random((6, 6)) * (1 - np.eye(6))
    graph = NeuronGraph(layers=("h",), sizes=(6,), blocks=(GraphBlock(source=0, target=0, strength=strength),))
    found = shuffled(graph, null, draws()).blocks[0].strength
    assert not np.diag(found).any()
    assert np.count_nonzero(found) == 30
    assert found.sum() == pytest.approx(strength.sum())


@pytest.mark.parametrize("null", NULLS)
def test_same_draws_same_graph(alike, null):
    for one, other in zip(shuffled(alike, null, draws(1)).blocks, shuffled(alike, null, draws(1)).blocks, strict=True):
        assert np.array_equal(one.strength, other.strength)


def test_beside(layered):
    graph = replace(layered, beside=layered)
    after = shuffled(graph, "layer", draws())
    assert after.beside is not None
    for one, other, before in zip(after.blocks, after.beside.blocks, graph.blocks, strict=True):
        assert sorted(other.strength.ravel()) == sorted(before.strength.ravel())
        assert np.any(one.strength != other.strength)  # independently


def test_what_is_given_stays(layered):
    before = [block.strength.copy() for block in layered.blocks]
    for null in NULLS:
        shuffled(layered, null, draws())
    for block, own in zip(layered.blocks, before, strict=True):
        assert np.array_equal(block.strength, own)


def test_layer_is_uniform(weight_graph):
    graph = weight_graph([[1, 2, 3]])
    source = draws()
    orders = [tuple(shuffled(graph, "layer", source).blocks[0].strength[0]) for _ in range(600)]
    counts = [orders.count(order) for order in set(orders)]
    assert len(counts) == 6
    assert sum((count - 100) ** 2 / 100 for count in counts) < 20.5  # chi-squared of 5 degrees, p = 0.001


def test_unknown_null(layered):
    with pytest.raises(UnknownName, match="Did you mean 'degree'"):
        shuffled(layered, "degrees", draws())
