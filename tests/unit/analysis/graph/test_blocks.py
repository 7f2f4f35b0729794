import numpy as np
import pytest

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.errors import ShapeError, UnknownName
from atlas.records import LayerRecord, NetworkRecord, WeightBlock


@pytest.fixture
def record() -> NetworkRecord:
    first = np.array([[1.0, -2.0], [3.0, 4.0]])
    return NetworkRecord(
        key="small",
        architecture="mlp",
        layers=(
            LayerRecord(name="output", number=2, kind="linear", n_neurons=1),
            LayerRecord(name="input", number=0, kind="input", n_neurons=2),
            LayerRecord(name="fc1", number=1, kind="linear", n_neurons=2),
        ),
        blocks=(
            WeightBlock(
                source="input",
                target="fc1",
                value=first,
                strength=np.abs(first),
                kept=np.array([[True, True], [False, True]]),
            ),
            WeightBlock(
                source="fc1", target="output", value=np.array([[-5.0], [6.0]]), strength=np.array([[5.0], [6.0]])
            ),
        ),
        targets=(),
        file_sha256="0" * 64,
    )


def test_layers_from_the_input(record):
    graph = NeuronGraph.from_record(record)
    assert graph.layers == ("input", "fc1", "output")
    assert graph.sizes == (2, 2, 1)
    assert graph.n_neurons == 5
    assert graph.offsets.tolist() == [0, 2, 4, 5]
    assert graph.layer_numbers.tolist() == [0, 0, 1, 1, 2]


def test_only_kept_weights(record):
    graph = NeuronGraph.from_record(record)
    assert graph.blocks[0].strength.tolist() == [[1.0, 2.0], [0.0, 4.0]]


def test_strengths(record):
    graph = NeuronGraph.from_record(record)
    assert graph.in_strength.tolist() == [0, 0, 1, 6, 11]
    assert graph.out_strength.tolist() == [3, 4, 5, 6, 0]


def test_adjacency(record):
    assert NeuronGraph.from_record(record).adjacency.toarray().tolist() == [
        [0, 0, 1, 2, 0],
        [0, 0, 0, 4, 0],
        [1, 0, 0, 0, 5],
        [2, 4, 0, 0, 6],
        [0, 0, 5, 6, 0],
    ]


def test_adjacency_without_loops():
    again = np.array([[7.0, 1.0], [2.0, 8.0]])
    block = GraphBlock(source=0, target=0, strength=again)
    graph = NeuronGraph(layers=("state",), sizes=(2,), blocks=(block,))
    assert graph.adjacency.toarray().tolist() == [[0, 3], [3, 0]]


def test_select(record):
    graph = NeuronGraph.from_record(record).select(["output", "fc1"])
    assert graph.layers == ("fc1", "output")
    assert graph.adjacency.toarray().tolist() == [[0, 0, 5], [0, 0, 6], [5, 6, 0]]


def test_select_unknown(record):
    with pytest.raises(UnknownName, match="Did you mean 'fc1'"):
        NeuronGraph.from_record(record).select(["fc2"])


def test_shape():
    wrong = np.ones((2, 2))
    with pytest.raises(ShapeError, match="from 'a' to 'b'"):
        NeuronGraph(layers=("a", "b"), sizes=(2, 3), blocks=(GraphBlock(source=0, target=1, strength=wrong),))


def test_edges(record):
    first, second, strength = NeuronGraph.from_record(record).edges
    assert first.tolist() == [0, 0, 1, 2, 3]
    assert second.tolist() == [2, 3, 3, 4, 4]
    assert strength.tolist() == [1, 2, 4, 5, 6]


def test_both_directions_are_added():
    forward = GraphBlock(source=0, target=1, strength=np.array([[1.0, 0.0], [2.0, 0.0]]))
    back = GraphBlock(source=1, target=0, strength=np.array([[10.0, 20.0], [0.0, 0.0]]))
    graph = NeuronGraph(layers=("a", "b"), sizes=(2, 2), blocks=(back, forward))
    assert graph.adjacency.toarray().tolist() == [[0, 0, 11, 0], [0, 0, 22, 0], [11, 22, 0, 0], [0, 0, 0, 0]]
    assert [part.tolist() for part in graph.edges] == [[0, 1], [2, 2], [11, 22]]
    assert graph.degree.tolist() == [11, 22, 33, 0]


def test_degree_without_loops():
    block = GraphBlock(source=0, target=0, strength=np.array([[7.0, 1.0], [2.0, 8.0]]))
    assert NeuronGraph(layers=("state",), sizes=(2,), blocks=(block,)).degree.tolist() == [3, 3]


def test_graph_without_strengths():
    graph = NeuronGraph(layers=("a", "b"), sizes=(2, 0), blocks=())
    assert graph.adjacency.shape == (2, 2)
    assert graph.adjacency.nnz == 0
    assert [len(part) for part in graph.edges] == [0, 0, 0]


@pytest.mark.parametrize("kind", ["weights", "activations"])
def test_same_as_one_strength_at_a_time(kind):
    draws = np.random.default_rng(0)
    sizes = (4, 3, 5)
    places = [(0, 1), (2, 1), (1, 1), (0, 2), (0, 0)] if kind == "weights" else [(0, 0), (0, 1), (1, 1)]
    blocks = []
    for source, target in places:
        strength = draws.random((sizes[source], sizes[target])) * draws.integers(0, 2, (sizes[source], sizes[target]))
        if kind == "activations" and source == target:
            strength = np.triu(strength, 1)
        blocks.append(GraphBlock(source=source, target=target, strength=strength))
    graph = NeuronGraph(layers=("a", "b", "c"), sizes=sizes, blocks=tuple(blocks), kind=kind)
    expected = np.zeros((12, 12))
    for block in blocks:
        for (i, j), strength in np.ndenumerate(block.strength):
            u, v = graph.offsets[block.source] + i, graph.offsets[block.target] + j
            if u != v:
                expected[u, v] += strength
                expected[v, u] += strength
    np.testing.assert_allclose(graph.adjacency.toarray(), expected, rtol=1e-14)
    np.testing.assert_allclose(graph.degree, expected.sum(axis=0), rtol=1e-12)
    rows, columns, strengths = graph.edges
    assert np.array_equal(np.column_stack([rows, columns]), np.argwhere(np.triu(expected)))
    np.testing.assert_allclose(strengths, expected[rows, columns], rtol=1e-14)
