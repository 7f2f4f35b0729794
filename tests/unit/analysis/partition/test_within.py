from dataclasses import replace

import numpy as np
import pytest

from atlas.analysis.partition import partition
from atlas.analysis.partition.imported import Imported
from atlas.analysis.partition.leiden import Leiden
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.analysis.partition.within import Within
from atlas.errors import ShapeError

QUARTERS = np.kron(np.eye(4), np.ones((2, 2)))
HALVES = np.repeat([0, 1], 4)


def found(method, graph, seed=0):
    return numbered_by_size(method.labels(graph, seed)).tolist()


@pytest.fixture
def nested(weight_graph):
    """Two halves of strength 1, in each two quarters of strength 3."""
    strength = 2 * QUARTERS + np.kron(np.eye(2), np.ones((4, 4))) + 0.05
    return weight_graph(strength, strength)


def test_quarters_within_halves(nested):
    halves = Leiden(resolution=0.5).labels(nested, 0)
    assert numbered_by_size(halves).tolist() == [*HALVES.tolist()] * 3
    assert found(Within(Leiden(), halves), nested) == np.repeat([0, 1, 2, 3], 2).tolist() * 3


def test_parents_are_never_joined(weight_graph):
    graph = weight_graph(np.ones((4, 4)))
    parents = np.array([7, 7, 3, 3] * 2)  # any numbering
    labels = Within(Leiden(resolution=0.1), parents).labels(graph, 0)
    assert numbered_by_size(labels).tolist() == [0, 0, 1, 1] * 2


def test_neurons_isolated_within_their_parent_stay_together(weight_graph):
    graph = weight_graph(np.eye(4))
    # Parent 0 has two pairs and two neurons whose partners are in parent 1, where nothing is joined.
    parents = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    assert found(Within(Leiden(), parents), graph) == [0, 1, 2, 2, 0, 1, 3, 3]


def test_isolated_neurons_of_the_graph(weight_graph):
    weights = QUARTERS[:4, :4].copy()
    weights[0] = 0  # a0 is joined to none
    parents = np.array([0, 0, 1, 1] * 2)
    result = partition(weight_graph(weights), Within(Leiden(resolution=0.5), parents), n_null=2, n_seeds=1)
    assert result.labels.tolist() == [2, 1, 0, 0, 1, 1, 0, 0]
    assert result.set_apart == (None, None, "isolated")


def test_what_the_method_knows_of_neurons_goes_along(weight_graph):
    imported = Imported(np.array([5, 6, 7, 8] * 2))
    method = Within(imported, np.array([0, 0, 1, 1] * 2))
    assert found(method, weight_graph(np.ones((4, 4)))) == [0, 1, 2, 3] * 2


def test_three_levels(nested):
    quarters = Within(Leiden(), np.tile(HALVES, 3))
    eighths = Within(Imported(np.arange(24) % 2), quarters.labels(nested, 0))
    assert len(set(found(eighths, nested))) == 8


def test_method_and_parameters():
    method = Within(Leiden(resolution=2.0), np.zeros(3, dtype=np.int64))
    assert (method.name, method.params) == ("leiden", {"resolution": 2.0})


def test_other_neurons(nested):
    with pytest.raises(ShapeError, match="has 3 labels, the graph 24 neurons"):
        Within(Leiden(), np.zeros(3, dtype=np.int64)).labels(nested, 0)


def test_the_graph_beside_goes_along(nested):
    graph = replace(nested, beside=replace(nested, kind="activations"))
    assert found(Within(Leiden(), np.tile(HALVES, 3)), graph) == np.repeat([0, 1, 2, 3], 2).tolist() * 3
