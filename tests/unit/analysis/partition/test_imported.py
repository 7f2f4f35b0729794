import numpy as np
import pytest

from atlas.analysis.partition.imported import Imported, imported_labels
from atlas.errors import BadParameter, EmptySelection, IncompletePartition, ShapeError, UnknownName

SIZES = {"input": 2, "fc1": 3, "output": 1}
ROWS = [("fc1", 2, "x"), ("fc1", 0, "y"), ("fc1", 1, "x"), ("input", 1, "y"), ("input", 0, "z")]


def test_rows_in_any_order():
    layers, labels = imported_labels(ROWS, SIZES)
    assert layers == ("input", "fc1")
    assert labels.tolist() == [0, 1, 1, 2, 2]  # z, y, y, x, x


def test_clusters_named_by_numbers():
    assert imported_labels([("input", 0, 7), ("input", 1, "7")], SIZES)[1].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([], EmptySelection, "no rows"),
        ([*ROWS, ("fc2", 0, "x")], UnknownName, "layer 'fc2'"),
        ([*ROWS, ("fc1", 3, "x")], BadParameter, "no neuron 'fc1/3'. Layer 'fc1' has 3 neurons"),
        ([*ROWS, ("fc1", -1, "x")], BadParameter, "no neuron 'fc1/-1'"),
        ([*ROWS, ("fc1", 0.5, "x")], BadParameter, "no neuron 'fc1/0.5'"),
        ([*ROWS, ("fc1", "one", "x")], BadParameter, "no neuron 'fc1/one'"),
        ([*ROWS, ("fc1", 2, "y")], BadParameter, "'fc1/2' is named 2 times"),
        (ROWS[1:], IncompletePartition, "leaves out 1 neurons, the first is 'fc1/2'"),
    ],
)
def test_refused_by_name(rows, error, message):
    with pytest.raises(error, match=message):
        imported_labels(rows, SIZES)


def test_which_are_missing():
    with pytest.raises(IncompletePartition) as caught:
        imported_labels([("fc1", 1, "x")], SIZES)
    assert caught.value.missing == ("fc1/0", "fc1/2")


def test_as_a_method(weight_graph):
    graph = weight_graph([[1, 2], [3, 4]])
    method = Imported(np.array([5, 5, 3, 5]))
    assert method.labels(graph, 9).tolist() == [5, 5, 3, 5]
    kept = np.array([True, False, True, True])
    assert method.restrict(kept).labels(graph.restrict(kept), 9).tolist() == [5, 3, 5]


def test_labels_of_other_neurons(weight_graph):
    with pytest.raises(ShapeError, match="3 labels, the graph 4 neurons"):
        Imported(np.array([0, 1, 1])).labels(weight_graph([[1, 2], [3, 4]]), 0)
