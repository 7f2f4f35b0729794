import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from atlas.analysis.partition import quality


def random_strengths(seed: int, n_neurons: int) -> sparse.csr_array:
    draws = np.random.default_rng(seed)
    upper = np.triu(draws.exponential(size=(n_neurons, n_neurons)) * (draws.random((n_neurons, n_neurons)) < 0.6), k=1)
    return sparse.csr_array(upper + upper.T)


def random_labels(seed: int, n_neurons: int, n_clusters: int) -> np.ndarray:
    return np.random.default_rng([seed, 1]).integers(0, n_clusters, n_neurons)


def test_two_equal_blocks():
    pair = np.array([[0, 1], [1, 0]])
    adjacency = sparse.csr_array(np.kron(np.eye(2), pair))
    assert quality.modularity(adjacency, np.array([0, 0, 1, 1])) == pytest.approx(0.5)
    assert quality.modularity(adjacency, np.array([0, 0, 0, 0])) == pytest.approx(0.0)
    assert quality.modularity(adjacency, np.array([0, 1, 0, 1])) == pytest.approx(-0.5)


@pytest.mark.parametrize("resolution", [0.5, 1.0, 2.0])
@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_modularity_igraph_networkx(resolution, seed):
    adjacency, labels = random_strengths(seed, 12), random_labels(seed, 12, 3)
    upper = sparse.triu(adjacency, format="coo")
    graph = igraph.Graph(12, list(zip(upper.row, upper.col, strict=True)))
    score = quality.modularity(adjacency, labels, resolution=resolution)
    assert score == pytest.approx(graph.modularity(labels.tolist(), weights=upper.data, resolution=resolution))
    clusters = [set(np.flatnonzero(labels == cluster)) for cluster in np.unique(labels)]
    twin = nx.from_scipy_sparse_array(adjacency)
    assert score == pytest.approx(nx.community.modularity(twin, clusters, resolution=resolution))


@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_names_do_not_matter(seed):
    adjacency, labels = random_strengths(seed, 10), random_labels(seed, 10, 4)
    other = np.random.default_rng(seed).permutation(4)[labels]
    assert quality.modularity(adjacency, other) == pytest.approx(quality.modularity(adjacency, labels))
    assert quality.n_cut(adjacency, other) == pytest.approx(quality.n_cut(adjacency, labels))
    assert quality.participation(adjacency, other) == pytest.approx(
        quality.participation(adjacency, labels), nan_ok=True
    )


def test_n_cut_filan(weight_graph):
    graph = weight_graph([[12, -1.3], [0, 7.4]], [[-8.9, 0.15], [0.23, -5.7]])
    assert quality.n_cut(graph.adjacency, np.array([0, 1] * 3)) == pytest.approx(1.68 / 43.48 + 1.68 / 27.88)
    assert quality.n_cut(graph.adjacency, np.array([0, 1] * 3)) == pytest.approx(0.0988967041)


def test_n_cut_planted_pairs(weight_graph):
    pairs = np.kron(np.eye(2), np.ones((2, 2)))
    weights = np.eye(4) + 0.5 * (pairs - np.eye(4)) + 0.1 * (1 - pairs)
    graph = weight_graph(weights, weights, weights)
    assert quality.n_cut(graph.adjacency, np.array([0, 0, 1, 1] * 4)) == pytest.approx(0.2352941176)


def test_n_cut_planted_modules(weight_graph):
    inward = np.repeat(np.eye(4) + 0.05 * (1 - np.eye(4)), 4, axis=1)
    labels = np.concatenate([np.arange(4), np.repeat(np.arange(4), 4), np.arange(4)])
    assert quality.n_cut(weight_graph(inward, inward.T).adjacency, labels) == pytest.approx(0.5217391304)


def test_n_cut_inside_a_layer(weight_graph):
    graph = weight_graph([[1, 2], [3, 4]])
    assert quality.n_cut(graph.adjacency, np.array([0, 0, 1, 1])) == pytest.approx(2.0)  # 1 from each


def test_where_a_neuron_sits(weight_graph):
    adjacency = weight_graph([[3, 1, 0], [0, 1, 0]]).adjacency  # a/0, a/1, b/0, b/1, b/2
    labels = np.array([0, 1, 0, 1, 1])
    assert quality.internal_share(adjacency, labels) == pytest.approx([0.75, 1, 1, 0.5, np.nan], nan_ok=True)
    # a/0: 1 - (9 + 1) / 16, b/1: 1 - (1 + 1) / 4
    assert quality.participation(adjacency, labels) == pytest.approx([0.375, 0, 0, 0.5, np.nan], nan_ok=True)


def test_mates_kept():
    labels, other = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 1])
    assert quality.mates_kept(labels, [other]) == pytest.approx([0.5, 0.5, 0, 1, 1, np.nan], nan_ok=True)
    assert quality.mates_kept(labels, [other, labels]) == pytest.approx([0.75, 0.75, 0.5, 1, 1, np.nan], nan_ok=True)
    assert np.isnan(quality.mates_kept(labels, [])).all()
