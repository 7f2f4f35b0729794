import numpy as np
import pytest

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition.chance import Chance
from atlas.analysis.partition.links import link_strengths, links
from atlas.analysis.partition.strengths import Strengths

# a/0, a/1, b/0, b/1, b/2: cluster 1 is a/1, b/1 and b/2
WEIGHTS, LABELS = [[3, 1, 2], [0, 5, 0]], np.array([0, 1, 0, 1, 1])


@pytest.fixture
def similar() -> NeuronGraph:
    """Build two layers of two neurons that are active together."""
    within = [np.array([[0.0, 0.5], [0.0, 0.0]]), np.array([[0.0, 0.25], [0.0, 0.0]])]
    across = np.array([[0.125, 0.0], [1.0, 2.0]])
    places = [(0, 0, within[0]), (0, 1, across), (1, 1, within[1])]
    return NeuronGraph(
        layers=("a", "b"),
        sizes=(2, 2),
        blocks=tuple(GraphBlock(source=source, target=target, strength=part) for source, target, part in places),
        kind="activations",
    )


def found(graph, labels, null=()):
    """Take links with a null that is drawn by hand."""
    chance = Chance(link_strengths(graph, Strengths.of(graph, labels)))
    for drawn in null:
        chance.add(np.array(drawn, dtype=float))
    return links(graph, labels, chance.two_sided())


def test_from_cluster_to_cluster(weight_graph):
    result = found(weight_graph(WEIGHTS), LABELS)
    assert result.strength.value.tolist() == [[3, 3], [0, 5]]
    assert result.n_weights.tolist() == [[1, 2], [0, 1]]
    assert result.n_possible.tolist() == [[1, 2], [1, 2]]


def test_without_direction(similar):
    result = found(similar, np.array([0, 1, 0, 1]))
    assert result.strength.value.tolist() == [[0.125, 0.5 + 0.25 + 1], [0, 2]]
    assert result.n_weights.tolist() == [[1, 3], [0, 1]]
    assert result.n_possible.tolist() == [[1, 4], [0, 1]]


def test_pairs_within_a_cluster_without_direction(similar):
    assert found(similar, np.zeros(4, dtype=int)).n_possible.tolist() == [[6]]


def test_recurrent_neurons_make_no_pair_with_themselves():
    block = GraphBlock(source=0, target=0, strength=np.ones((3, 3)))
    result = found(NeuronGraph(layers=("a",), sizes=(3,), blocks=(block,)), np.array([0, 0, 1]))
    assert result.n_possible.tolist() == [[2, 2], [2, 0]]
    assert result.n_weights.tolist() == [[2, 2], [2, 0]]


def test_beside_chance(weight_graph):
    result = found(weight_graph(WEIGHTS), LABELS, null=[[[0, 1], [1, 4]], [[0, 5], [1, 6]], [[0, 3], [1, 8]]])
    # 3 of at most 0: 2 (1 / 4); 3 beside 1, 5, 3: at most 1; 0 below all; 5 beside 4, 6, 8: 2 (2 / 4)
    assert result.strength.p == pytest.approx(np.array([[0.5, 1], [0.5, 1]]))
    assert result.strength.null_mean.tolist() == [[0, 3], [1, 6]]
    assert result.strength.z[1, 1] == pytest.approx(-0.5)
    assert np.isnan(result.strength.z[0, 0])  # the null does not vary
    assert result.q == pytest.approx(np.ones((2, 2)))


def test_what_cannot_be_joined_has_no_null(weight_graph):
    result = found(weight_graph([[1.0]]), np.array([0, 1]), null=[[[0, 1], [0, 0]]])
    assert result.n_possible.tolist() == [[0, 1], [0, 0]]
    assert result.strength.p == pytest.approx(np.array([[np.nan, 1], [np.nan, np.nan]]), nan_ok=True)
    assert result.q == pytest.approx(np.array([[np.nan, 1], [np.nan, np.nan]]), nan_ok=True)
