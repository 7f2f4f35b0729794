import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from atlas.analysis.partition import quality
from atlas.analysis.partition.strengths import Strengths


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
@settings(max_examples=15)
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
@settings(max_examples=15)
def test_conductance_networkx(seed):
    adjacency, labels = random_strengths(seed, 12), np.arange(12) % 3
    found = quality.conductance(strengths_of(adjacency, labels))
    twin = nx.from_scipy_sparse_array(adjacency)
    clusters = [np.flatnonzero(labels == cluster).tolist() for cluster in range(3)]
    assert found == pytest.approx([nx.conductance(twin, cluster, weight="weight") for cluster in clusters])


def strengths_of(adjacency: sparse.csr_array, labels: np.ndarray) -> Strengths:
    """Sum strengths from the matrix of all pairs."""
    to_cluster = adjacency @ np.eye(int(labels.max()) + 1)[labels]
    return Strengths(labels=labels, to_cluster=to_cluster, between=np.zeros((0, 0)))


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_names_do_not_matter(seed):
    adjacency, labels = random_strengths(seed, 10), np.arange(10) % 4
    names = np.random.default_rng(seed).permutation(4)
    one, two = strengths_of(adjacency, labels), strengths_of(adjacency, names[labels])
    for score in (quality.modularity, quality.n_cut):
        assert score(adjacency, names[labels]) == pytest.approx(score(adjacency, labels))
    for score in (quality.internal_share, quality.membership, quality.participation):
        assert score(two) == pytest.approx(score(one), nan_ok=True)
    for score in (quality.cluster_internal_share, quality.conductance):
        assert score(two)[names] == pytest.approx(score(one), nan_ok=True)


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_bounds(seed):
    adjacency, labels = random_strengths(seed, 10), random_labels(seed, 10, 4)
    strengths = strengths_of(adjacency, labels)
    assert -0.5 <= quality.modularity(adjacency, labels) < 1
    assert 0 <= quality.n_cut(adjacency, labels) <= 4
    for score in (quality.internal_share, quality.participation, quality.conductance, quality.cluster_internal_share):
        known = score(strengths)[~np.isnan(score(strengths))]
        assert ((known >= 0) & (known <= 1)).all()
    share, membership = quality.internal_share(strengths), quality.membership(strengths)
    assert (np.isnan(share) | ((membership >= -1) & (membership <= share))).all()


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_n_cut_is_what_clusters_lose(seed):
    adjacency, labels = random_strengths(seed, 10), random_labels(seed, 10, 4)
    strengths = strengths_of(adjacency, labels)
    lost = np.nansum(1 - quality.cluster_internal_share(strengths))
    assert quality.n_cut(adjacency, labels) == pytest.approx(lost, abs=1e-12)
    assert quality.n_cut_of(strengths.volume, strengths.inside) == pytest.approx(lost, abs=1e-12)


def test_n_cut_filan(weight_graph):
    graph = weight_graph([[12, -1.3], [0, 7.4]], [[-8.9, 0.15], [0.23, -5.7]])
    score = quality.n_cut(graph.adjacency, np.array([0, 1] * 3))
    assert score == pytest.approx(1.68 / 43.48 + 1.68 / 27.88, rel=1e-14)
    assert score == pytest.approx(0.0988967041, abs=1e-10)


def test_n_cut_filan_larger(weight_graph):
    # The graph of `test_compute_ncut` of Hod et al. (2021); the value is that of our specification, 3.1.
    first = [[5.4, 0.03, 0, 0], [0, 0, -0.4, 5.5], [-12, 0, 4.8, -0.07], [0, 6.3, 0.001, 7]]
    second = [[-13.3, -0.4, 6, 0.1], [0.7, -8, 0, -5.8], [7.4, 0.3, -15, 0], [0, 0, 0, -12.3]]
    graph = weight_graph(first, second)
    assert quality.n_cut(graph.adjacency, np.array([1, 0] * 6)) == pytest.approx(0.0372130541, abs=1e-10)


def test_n_cut_planted_pairs(weight_graph):
    pairs = np.kron(np.eye(2), np.ones((2, 2)))
    weights = np.eye(4) + 0.5 * (pairs - np.eye(4)) + 0.1 * (1 - pairs)
    graph = weight_graph(weights, weights, weights)
    assert quality.n_cut(graph.adjacency, np.array([0, 0, 1, 1] * 4)) == pytest.approx(0.4 / 1.7, abs=1e-10)


def test_n_cut_planted_modules(weight_graph):
    inward = np.repeat(np.eye(4) + 0.05 * (1 - np.eye(4)), 4, axis=1)
    labels = np.concatenate([np.arange(4), np.repeat(np.arange(4), 4), np.arange(4)])
    score = quality.n_cut(weight_graph(inward, inward.T).adjacency, labels)
    assert score == pytest.approx(4 * 3 * 0.05 / 1.15, abs=1e-10)
    assert score == pytest.approx(0.5217391304, abs=1e-10)


@pytest.mark.parametrize(("power", "expected"), [(2, 1.2307692308), (1, 2.2857142857)])
def test_n_cut_planted_activations(power, expected):
    # 4 modules of 4 neurons: correlation 1 inside, -1/3 across
    labels = np.repeat(np.arange(4), 4)
    correlation = np.where(labels[:, None] == labels, 1.0, -1 / 3)
    adjacency = sparse.csr_array(np.abs(correlation) ** power * (1 - np.eye(16)))
    assert quality.n_cut(adjacency, labels) == pytest.approx(expected, abs=1e-10)


def test_n_cut_inside_a_layer(weight_graph):
    graph = weight_graph([[1, 2], [3, 4]])
    assert quality.n_cut(graph.adjacency, np.array([0, 0, 1, 1])) == pytest.approx(2.0)  # 1 from each


def test_n_cut_of_random_labels_is_one_less_than_their_number(weight_graph):
    draws = np.random.default_rng(0)
    graph = weight_graph(*draws.exponential(size=(3, 120, 120)))
    assert quality.n_cut(graph.adjacency, draws.integers(0, 12, 480)) == pytest.approx(11, abs=0.05)


def test_nothing_joined():
    adjacency = sparse.csr_array((3, 3))
    strengths = strengths_of(adjacency, np.array([0, 0, 1]))
    assert np.isnan(quality.modularity(adjacency, strengths.labels))
    assert np.isnan(quality.n_cut(adjacency, strengths.labels))
    assert np.isnan(quality.overall_internal_share(strengths))


def test_where_a_neuron_sits(weight_graph):
    graph = weight_graph([[3, 1, 0], [0, 1, 0]])  # a/0, a/1, b/0, b/1, b/2
    strengths = Strengths.of(graph, np.array([0, 1, 0, 1, 1]))
    assert quality.internal_share(strengths) == pytest.approx([0.75, 1, 1, 0.5, np.nan], nan_ok=True)
    assert quality.membership(strengths) == pytest.approx([0.5, 1, 1, 0, np.nan], nan_ok=True)
    # a/0: 1 - (9 + 1) / 16, b/1: 1 - (1 + 1) / 4
    assert quality.participation(strengths) == pytest.approx([0.375, 0, 0, 0.5, np.nan], nan_ok=True)


def test_how_a_cluster_keeps_together(weight_graph):
    # 10 ends: cluster 0 has 4 + 3, 6 of them inside; cluster 1 has 1 + 2, 2 of them inside
    strengths = Strengths.of(weight_graph([[3, 1, 0], [0, 1, 0]]), np.array([0, 1, 0, 1, 1]))
    assert quality.cluster_internal_share(strengths) == pytest.approx([6 / 7, 2 / 3])
    assert quality.conductance(strengths) == pytest.approx([1 / 3, 1 / 3])
    assert quality.overall_internal_share(strengths) == pytest.approx(0.8)


def test_one_cluster_has_no_conductance(weight_graph):
    strengths = Strengths.of(weight_graph([[1, 2]]), np.array([0, 0, 0]))
    assert np.isnan(quality.conductance(strengths)).all()


def test_mates_kept():
    labels, other = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1, 1])
    assert quality.mates_kept(labels, [other]) == pytest.approx([0.5, 0.5, 0, 1, 1, np.nan], nan_ok=True)
    assert quality.mates_kept(labels, [other, labels]) == pytest.approx([0.75, 0.75, 0.5, 1, 1, np.nan], nan_ok=True)
    assert np.isnan(quality.mates_kept(labels, [])).all()
