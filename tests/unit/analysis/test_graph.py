import numpy as np
import pytest

from atlas.analysis.graph import GraphBlock, WeightGraph
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
    graph = WeightGraph.from_record(record)
    assert graph.layers == ("input", "fc1", "output")
    assert graph.sizes == (2, 2, 1)
    assert graph.n_neurons == 5
    assert graph.offsets.tolist() == [0, 2, 4, 5]
    assert graph.layer_numbers.tolist() == [0, 0, 1, 1, 2]


def test_only_kept_weights(record):
    graph = WeightGraph.from_record(record)
    assert graph.blocks[0].strength.tolist() == [[1.0, 2.0], [0.0, 4.0]]


def test_strengths(record):
    graph = WeightGraph.from_record(record)
    assert graph.in_strength.tolist() == [0, 0, 1, 6, 11]
    assert graph.out_strength.tolist() == [3, 4, 5, 6, 0]


def test_adjacency(record):
    assert WeightGraph.from_record(record).adjacency.toarray().tolist() == [
        [0, 0, 1, 2, 0],
        [0, 0, 0, 4, 0],
        [1, 0, 0, 0, 5],
        [2, 4, 0, 0, 6],
        [0, 0, 5, 6, 0],
    ]


def test_adjacency_without_loops():
    again = np.array([[7.0, 1.0], [2.0, 8.0]])
    block = GraphBlock(source=0, target=0, strength=again)
    graph = WeightGraph(layers=("state",), sizes=(2,), blocks=(block,))
    assert graph.adjacency.toarray().tolist() == [[0, 3], [3, 0]]


def test_select(record):
    graph = WeightGraph.from_record(record).select(["output", "fc1"])
    assert graph.layers == ("fc1", "output")
    assert graph.adjacency.toarray().tolist() == [[0, 0, 5], [0, 0, 6], [5, 6, 0]]


def test_select_unknown(record):
    with pytest.raises(UnknownName, match="Did you mean 'fc1'"):
        WeightGraph.from_record(record).select(["fc2"])


def test_shape():
    wrong = np.ones((2, 2))
    with pytest.raises(ShapeError, match="from 'a' to 'b'"):
        WeightGraph(layers=("a", "b"), sizes=(2, 3), blocks=(GraphBlock(source=0, target=1, strength=wrong),))
