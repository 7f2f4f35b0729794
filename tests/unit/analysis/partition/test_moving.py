import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from atlas.analysis.partition import quality
from atlas.analysis.partition.leiden import Leiden
from atlas.analysis.partition.moving import Nodes, clusters_of
from atlas.analysis.seeds import generator


def modular_nodes(adjacency: sparse.csr_array) -> Nodes:
    """Expect what plain modularity does."""
    degree = np.asarray(adjacency.sum(axis=1))[:, None]
    return Nodes(strength=adjacency, giving=degree / degree.sum(), taking=degree, rounding=1e-12 * degree.sum())


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25)
def test_no_neuron_gains_by_a_move(seed):
    upper = np.triu(np.random.default_rng(seed).random((10, 10)) ** 3, 1)
    adjacency = sparse.csr_array(upper + upper.T)
    labels = clusters_of(modular_nodes(adjacency), generator(seed))
    score = quality.modularity(adjacency, labels)
    for node in range(len(labels)):
        for cluster in range(labels.max() + 2):
            moved = labels.copy()
            moved[node] = cluster
            assert quality.modularity(adjacency, moved) <= score + 1e-10


def test_modularity_as_by_igraph(weight_graph):
    graph = weight_graph(*np.random.default_rng(2).normal(size=(3, 10, 10)))
    nodes = modular_nodes(graph.adjacency)
    ours = max(quality.modularity(graph.adjacency, clusters_of(nodes, generator(seed))) for seed in range(5))
    igraph = max(quality.modularity(graph.adjacency, Leiden().labels(graph, seed)) for seed in range(5))
    assert ours == pytest.approx(igraph, abs=1e-10)


def test_merged_nodes_keep_strengths_and_chance(weight_graph):
    adjacency = weight_graph(np.arange(1.0, 5).reshape(2, 2)).adjacency  # a0: 1, 2; a1: 3, 4
    merged = modular_nodes(adjacency).merged(np.array([0, 1, 0, 1]))
    assert merged.strength.toarray().tolist() == [[0, 5], [5, 0]]  # a0 to b1 and a1 to b0
    assert (merged.giving @ merged.taking.T)[0, 1] == pytest.approx(7 * 13 / 20)


def test_a_node_can_be_alone():
    strength = sparse.csr_array(np.array([[0, 1.0, 0.1], [1.0, 0, 0.1], [0.1, 0.1, 0]]))
    nodes = Nodes(strength=strength, giving=np.ones((3, 1)), taking=np.full((3, 1), 0.5), rounding=1e-12)
    assert clusters_of(nodes, generator(0)).tolist() == [0, 0, 1]
