import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition.strengths import Strengths

SIZES = (5, 6, 4)


def random_graph(seed: int, kind: str) -> NeuronGraph:
    """Build 5-6-4 that skips and recurs, with about half of its strengths 0."""
    draws = np.random.default_rng(seed)
    places = [(0, 1), (1, 2), (0, 2), (1, 1)]
    blocks = []
    for source, target in places:
        shape = (SIZES[source], SIZES[target])
        strength = (draws.exponential(size=shape) * draws.integers(0, 2, shape)).astype(np.float32)
        above = kind == "activations" and source == target
        blocks.append(GraphBlock(source=source, target=target, strength=np.triu(strength, 1) if above else strength))
    return NeuronGraph(layers=("a", "b", "c"), sizes=SIZES, blocks=tuple(blocks), kind=kind)


@pytest.mark.parametrize("kind", ["weights", "activations"])
@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_as_from_the_matrix_of_all_pairs(kind, seed):
    graph = random_graph(seed, kind)
    labels = np.random.default_rng([seed, 1]).integers(0, 4, graph.n_neurons)
    found = Strengths.of(graph, labels)
    matrix = graph.adjacency.toarray()
    assert found.to_cluster == pytest.approx(matrix @ np.eye(int(labels.max()) + 1)[labels])
    assert found.degree == pytest.approx(graph.degree)
    same = labels[:, None] == labels
    assert found.own == pytest.approx((matrix * same).sum(axis=1))
    assert found.inside.sum() == pytest.approx((matrix * same).sum())
    assert found.volume.sum() == pytest.approx(matrix.sum())
    assert found.between.sum() == pytest.approx(matrix.sum() / 2)


def test_between_clusters(weight_graph):
    # a/0 to b/0 3, a/0 to b/1 1, a/1 to b/1 5
    found = Strengths.of(weight_graph([[3, 1], [0, 5]]), np.array([0, 1, 0, 1]))
    assert found.between.tolist() == [[3, 1], [0, 5]]
    assert found.to_cluster.tolist() == [[3, 1], [0, 5], [3, 0], [1, 5]]


def test_a_neuron_and_itself_do_not_count():
    recurrent = GraphBlock(source=0, target=0, strength=np.array([[7.0, 2.0], [1.0, 9.0]]))
    found = Strengths.of(NeuronGraph(layers=("a",), sizes=(2,), blocks=(recurrent,)), np.array([0, 1]))
    assert found.to_cluster.tolist() == [[0, 3], [3, 0]]
    assert found.between.tolist() == [[0, 2], [1, 0]]
