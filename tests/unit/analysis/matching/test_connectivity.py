import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.matching import connectivity, leads_forward


def graph_of(sizes, blocks, kind="weights"):
    return NeuronGraph(
        layers=tuple(f"layer{place}" for place in range(len(sizes))),
        sizes=sizes,
        blocks=tuple(
            GraphBlock(source=source, target=target, strength=np.array(strength, dtype=float))
            for (source, target), strength in blocks.items()
        ),
        kind=kind,
    )


def random_graph(seed):
    """Four layers with connections that skip, a third of all strengths 0."""
    draws, sizes = np.random.default_rng(seed), (3, 4, 2, 3)
    places = [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3), (0, 3)]
    strengths = {(a, b): draws.exponential(size=(sizes[a], sizes[b])) for a, b in places}
    return graph_of(sizes, {pair: value * (draws.random(value.shape) < 0.67) for pair, value in strengths.items()})


def by_walking(graph):
    """Walk from every neuron by itself, connection by connection, and sum the chances of where walks arrive."""
    strength = np.zeros((graph.n_neurons, graph.n_neurons))
    for block in graph.blocks:
        rows, columns = (slice(*graph.offsets[place : place + 2]) for place in (block.source, block.target))
        strength[rows, columns] = block.strength

    def arrivals(neuron, steps, goals):
        if neuron in goals:
            return np.eye(len(goals))[list(goals).index(neuron)]
        found = np.zeros(len(goals))
        for other in np.flatnonzero(steps[neuron]):
            found += steps[neuron, other] / steps[neuron].sum() * arrivals(other, steps, goals)
        return found

    inputs, outputs = range(graph.sizes[0]), range(graph.offsets[-2], graph.n_neurons)
    ways = ((strength.T, inputs), (strength, outputs))
    return [np.concatenate([arrivals(neuron, *way) for way in ways]) for neuron in range(graph.n_neurons)]


def test_connections_that_skip():
    """Neurons a0, a1, b, c0, c1: half of what c0 takes in is b's, a quarter of that a0's; a0 gives b 1 of 3, c0 2."""
    found = connectivity(graph_of((2, 1, 2), {(0, 1): [[1], [3]], (1, 2): [[2, 2]], (0, 2): [[2, 0], [0, 0]]}))
    assert found == pytest.approx(
        np.array(
            [
                [1, 0, 5 / 6, 1 / 6],  # 1/3 of (1/2, 1/2), 2/3 of (1, 0)
                [0, 1, 1 / 2, 1 / 2],
                [1 / 4, 3 / 4, 1 / 2, 1 / 2],
                [5 / 8, 3 / 8, 1, 0],  # 1/2 of (1/4, 3/4), 1/2 of (1, 0)
                [1 / 4, 3 / 4, 0, 1],
            ]
        )
    )


def test_neurons_that_nothing_leads_to_or_from():
    """Of b1 nothing comes in, of b0 nothing goes out; half of c's walks end at b1."""
    found = connectivity(graph_of((1, 2, 1), {(0, 1): [[1, 0]], (1, 2): [[0], [1]], (0, 2): [[1]]}))
    assert found.tolist() == [[1, 0.5], [1, 0], [0, 1], [0.5, 1]]


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_as_by_walking(seed):
    graph = random_graph(seed)
    assert connectivity(graph) == pytest.approx(np.array(by_walking(graph)))


@given(seed=st.integers(0, 1000), factor=st.floats(1e-3, 1e3))
@settings(max_examples=25)
def test_a_common_factor_changes_nothing(seed, factor):
    graph = random_graph(seed)
    blocks = {(block.source, block.target): factor * block.strength for block in graph.blocks}
    assert connectivity(graph_of(graph.sizes, blocks)) == pytest.approx(connectivity(graph))


def test_halves_of_a_full_network_sum_to_one():
    draws, sizes = np.random.default_rng(0), (5, 6, 4, 3)
    found = connectivity(graph_of(sizes, {(a, a + 1): draws.random((sizes[a], sizes[a + 1])) for a in range(3)}))
    assert np.add.reduceat(found, [0, 5], axis=1) == pytest.approx(np.ones((18, 2)))


def test_a_deep_network_of_large_strengths():
    blocks = {(layer, layer + 1): [[3e4, 1e4], [3e4, 1e4]] for layer in range(399)}
    found = connectivity(graph_of((2,) * 400, blocks))
    assert found[-2:] == pytest.approx(np.array([[0.5, 0.5, 1, 0], [0.5, 0.5, 0, 1]]))
    assert found[:2] == pytest.approx(np.array([[1, 0, 0.75, 0.25], [0, 1, 0.75, 0.25]]))


@pytest.mark.parametrize(
    "graph",
    [
        graph_of((2, 1), {(0, 1): np.ones((2, 1))}, kind="activations"),
        graph_of((2, 1), {(0, 1): np.ones((2, 1)), (1, 1): np.ones((1, 1))}),
        graph_of((2, 1), {(0, 1): np.ones((2, 1)), (1, 0): np.ones((1, 2))}),
    ],
    ids=["activations", "recurrent", "backward"],
)
def test_no_direction(graph):
    assert not leads_forward(graph)
    assert np.array_equal(connectivity(graph), np.full((3, 3), np.nan), equal_nan=True)
