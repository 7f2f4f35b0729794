"""N-cut: published and exact n-cuts and spectra, depth taken out, graphs in parts, and what is refused."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.graph.activations import activation_graph
from atlas.analysis.partition.eigenvectors import top_eigenvectors
from atlas.analysis.partition.laplacian import NormalisedStrengths
from atlas.analysis.partition.quality import n_cut
from atlas.analysis.partition.spectral import NCut, n_cut_spectrum
from atlas.errors import AnalysisError, BadParameter, EmptySelection


def joined(weights, sizes, kind="weights") -> NeuronGraph:
    """Build a graph from a weight array for each pair of layers, given by their places."""
    blocks = tuple(GraphBlock(source=a, target=b, strength=np.abs(value)) for (a, b), value in weights.items())
    return NeuronGraph(layers=tuple("abcdefghijkl"[: len(sizes)]), sizes=tuple(sizes), blocks=blocks, kind=kind)


def chained(weights) -> NeuronGraph:
    sizes = [len(weights[0]), *(value.shape[1] for value in weights)]
    return joined({(place, place + 1): value for place, value in enumerate(weights)}, sizes)


def pairs_of_units(delta, epsilon):
    """Give the block of section 3.2: the identity, delta within the pairs {0, 1} and {2, 3}, epsilon across."""
    across = np.kron(1 - np.eye(2), np.full((2, 2), epsilon))
    return np.eye(4) + np.kron(np.eye(2), delta * (1 - np.eye(2))) + across


def halves(n_layers, r, *, size=4, noise=0.0):
    """Join two halves of equal layers, `r` = (inside - across) / (inside + across); and give the half of every one."""
    half = np.repeat([0, 1], size // 2)
    block = np.where(half[:, None] == half, 1 + r, 1 - r)
    draws = np.random.default_rng(0)
    weights = [block * (1 + noise * draws.uniform(-1, 1, block.shape)) for _ in range(n_layers - 1)]
    return chained(weights), np.tile(half, n_layers)


def glorot(seed):
    sizes = (784, 256, 256, 256, 256, 10)
    draws = np.random.default_rng(seed)
    return chained(
        [(draws.uniform(-1, 1, shape) * np.sqrt(6 / sum(shape))).astype(np.float32) for shape in pairwise(sizes)]
    )


def scored(graph, labels) -> float:
    return n_cut(graph.adjacency, labels)


def test_the_n_cut_that_the_authors_test():
    graph = chained([np.array([[12, -1.3], [0, 7.4]]), np.array([[-8.9, 0.15], [0.23, -5.7]])])
    labels = NCut(2, deflate=False).labels(graph, 0)
    assert adjusted_rand_score(labels, [0, 1, 0, 1, 0, 1]) == 1
    assert scored(graph, labels) == pytest.approx(1.68 / 43.48 + 1.68 / 27.88, abs=1e-10)  # .0988967041


def test_pairs_of_units_are_found_and_their_n_cut_is_the_second_eigenvalue():
    graph = chained([pairs_of_units(0.5, 0.1)] * 3)
    labels = NCut(2, deflate=False).labels(graph, 0)
    assert adjusted_rand_score(labels, np.tile([0, 0, 1, 1], 4)) == 1
    assert scored(graph, labels) == pytest.approx(0.4 / 1.7, abs=1e-10)  # 4 epsilon / (1 + delta + 2 epsilon)
    assert n_cut_spectrum(graph, 2)[1] == pytest.approx(0.4 / 1.7, abs=1e-10)


def test_the_whole_spectrum_of_pairs_of_units():
    found = n_cut_spectrum(chained([pairs_of_units(0.5, 0.1)] * 3), 16)
    depth = np.cos(np.pi * np.arange(4) / 3)
    np.testing.assert_allclose(found, np.sort(1 - np.outer(depth, [1.7, 1.3, 0.5, 0.5]).ravel() / 1.7), atol=1e-10)


@pytest.mark.parametrize("n_layers", [4, 6, 8])
def test_below_the_threshold_the_plain_spectrum_cuts_by_depth(n_layers):
    r = np.cos(np.pi / (n_layers - 1)) - 0.03
    graph, half = halves(n_layers, r)
    labels = NCut(2, deflate=False).labels(graph, 0)
    assert adjusted_rand_score(labels, graph.layer_numbers < n_layers / 2) == 1
    assert scored(graph, labels) == pytest.approx(2 / (n_layers - 1), abs=1e-10)  # .667, .400, .286
    assert scored(graph, half) == pytest.approx(1 - r, abs=1e-10)  # .530, .221, .129: lower


@pytest.mark.parametrize("n_layers", [4, 6, 8])
def test_above_the_threshold_the_plain_spectrum_finds_modules(n_layers):
    graph, half = halves(n_layers, np.cos(np.pi / (n_layers - 1)) + 0.03)
    assert adjusted_rand_score(NCut(2, deflate=False).labels(graph, 0), half) == 1


@pytest.mark.parametrize("n_layers", [4, 6, 8])
@pytest.mark.parametrize("beyond", [-0.03, 0.03])
def test_without_depth_noisy_modules_are_found_on_both_sides_of_the_threshold(n_layers, beyond):
    graph, half = halves(n_layers, np.cos(np.pi / (n_layers - 1)) + beyond, size=16, noise=0.2)
    assert adjusted_rand_score(NCut(2).labels(graph, 0), half) == 1


@pytest.mark.parametrize("size", [16, 40])  # laid out, and by products
def test_without_depth_weak_modules_of_a_deep_network_are_found(size):
    graph, half = halves(8, 0.3, size=size, noise=0.2)
    assert adjusted_rand_score(NCut(2, deflate=True).labels(graph, 0), half) == 1
    assert abs(adjusted_rand_score(NCut(2, deflate=False).labels(graph, 0), half)) < 0.05


@pytest.mark.parametrize("r_copies", [4, 40])
def test_redundant_modules_reach_the_bound_of_the_spectrum(planted, r_copies):
    graph = chained(planted(4, r_copies, 0.05).weights)
    labels, spectrum = NCut(4).labels(graph, 0), n_cut_spectrum(graph, 5)
    modules = np.concatenate([np.arange(4), np.repeat(np.arange(4), r_copies), np.arange(4)])
    assert adjusted_rand_score(labels, modules) == 1
    assert scored(graph, labels) == pytest.approx(0.6 / 1.15, abs=1e-10)  # .5217391304
    np.testing.assert_allclose(spectrum[1:4], 0.2 / 1.15, atol=1e-10)  # .1739130435, three times
    assert spectrum[4] > 0.9  # depth: 1
    assert spectrum[:4].sum() == pytest.approx(0.6 / 1.15, abs=1e-10)


@pytest.mark.parametrize(("across", "expected"), [(1 / 9, 16 / 13), (1 / 3, 16 / 7)])
def test_redundant_modules_by_their_activations(across, expected):
    alike = np.kron(np.eye(4), np.ones((4, 4)))
    graph = joined({(0, 0): np.triu(alike + across * (1 - alike), 1)}, [16], kind="activations")
    labels = NCut(4).labels(graph, 0)
    assert adjusted_rand_score(labels, np.repeat(np.arange(4), 4)) == 1
    assert scored(graph, labels) == pytest.approx(expected, abs=1e-10)  # 1.2307692, 2.2857143


def test_redundant_modules_by_activations_that_were_measured(planted):
    # single precision; one trial for each class: rho is 1 inside and -1/3 across
    network = planted(4, 4, 0.05)
    for power, expected in (("square", 16 / 13), ("absolute", 16 / 7)):
        graph = activation_graph(network, power=power)
        assert scored(graph, NCut(4).labels(graph, 0)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_random_networks_lie_in_the_published_band(seed):
    graph = glorot(seed)
    assert 10.22 < scored(graph, NCut(12, deflate=False).labels(graph, seed)) < 10.37


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(["weights", "activations"]))
def test_products_are_those_of_the_matrix_laid_out(seed, kind):
    draws = np.random.default_rng(seed)
    sizes = draws.integers(1, 90, 3)
    pairs = [(0, 1), (1, 2), (0, 2), (1, 1)]
    weights = {pair: draws.uniform(size=(sizes[pair[0]], sizes[pair[1]])) for pair in pairs}
    weights[1, 1] = np.triu(weights[1, 1], 1) if kind == "activations" else weights[1, 1]
    graph = joined(weights, sizes, kind)
    root = np.sqrt(graph.degree)
    laid_out = graph.adjacency.toarray() / np.outer(root, root)
    vectors = draws.normal(size=(graph.n_neurons, 3))
    np.testing.assert_allclose(NormalisedStrengths(graph).times(vectors), laid_out @ vectors, atol=1e-12)
    depth = root[:, None] * (graph.layer_numbers[:, None] == np.arange(3))
    depth /= np.linalg.norm(depth, axis=0)
    rest = np.eye(graph.n_neurons) - depth @ depth.T
    expected = (rest @ laid_out @ rest - 2 * depth @ depth.T) @ vectors
    np.testing.assert_allclose(NormalisedStrengths(graph, deflate=True).times(vectors), expected, atol=1e-12)


def test_many_neurons_have_the_spectrum_of_their_matrix_laid_out():
    draws = np.random.default_rng(0)
    graph = chained([draws.uniform(size=(60, 60)) for _ in range(3)])
    root = np.sqrt(graph.degree)
    expected = np.linalg.eigvalsh(np.eye(240) - graph.adjacency.toarray() / np.outer(root, root))
    np.testing.assert_allclose(n_cut_spectrum(graph, 6), expected[:6], atol=1e-10)
    np.testing.assert_allclose(n_cut_spectrum(graph, 240), expected, atol=1e-10)


@pytest.mark.parametrize("n_parts", [3, 13])
@pytest.mark.parametrize("least", [0.0, 1.0])  # all alike: the space searched is soon exhausted
def test_parts_that_nothing_joins_are_the_clusters(n_parts, least):
    part = np.arange(104) % n_parts
    draws = np.random.default_rng(0)
    graph = chained([(part[:, None] == part) * draws.uniform(least, 1, size=(104, 104)) for _ in range(5)])
    np.testing.assert_allclose(n_cut_spectrum(graph, n_parts), 0, atol=1e-10)
    for deflate in (False, True):
        labels = NCut(n_parts, deflate=deflate).labels(graph, 0)
        assert adjusted_rand_score(labels, np.tile(part, 6)) == 1
        assert scored(graph, labels) == 0


def test_single_precision_finds_the_same_clusters():
    graph = glorot(1)
    double = chained([block.strength.astype(np.float64) for block in graph.blocks])
    method = NCut(12, deflate=False, n_init=3)
    np.testing.assert_array_equal(method.labels(graph, 0), method.labels(double, 0))


def test_labels_repeat_and_a_method_can_be_sent_to_a_worker():
    graph, _ = halves(4, 0.1, size=80, noise=0.9)
    method = NCut(5, n_init=1)
    again = pickle.loads(pickle.dumps(method)).labels(graph, 7)
    np.testing.assert_array_equal(method.labels(graph, 7), again)


def test_deflation_is_for_weights_of_more_than_two_layers():
    graph, half = halves(8, 0.3, size=16, noise=0.2)
    found = {kind: NCut(2).labels(joined_as(graph, kind), 0) for kind in ("weights", "activations")}
    assert adjusted_rand_score(found["weights"], half) == 1
    assert adjusted_rand_score(found["activations"], graph.layer_numbers < 4) == 1


def joined_as(graph, kind):
    weights = {(block.source, block.target): block.strength for block in graph.blocks}
    return joined(weights, graph.sizes, kind)


@pytest.mark.parametrize("k", [1, 6])
def test_one_cluster_and_as_many_as_neurons(k):
    graph = chained([np.array([[12, 1.3], [2.1, 7.4]]), np.array([[8.9, 0.15], [0.23, 5.7]])])
    assert len(np.unique(NCut(k, deflate=False).labels(graph, 0))) == k


def test_parameters_are_recorded():
    assert NCut(4).name == "n_cut"
    assert NCut(4).params == {"k": 4, "deflate": None, "n_init": 25}


@pytest.mark.parametrize("values", [{"k": 0}, {"k": 2, "n_init": 0}])
def test_numbers_below_1_are_refused(values):
    with pytest.raises(BadParameter, match="must be 1 or more"):
        NCut(**values)


def test_more_clusters_than_neurons_are_refused():
    with pytest.raises(BadParameter, match="k is 5, and there are 4 neurons"):
        NCut(5).labels(chained([np.ones((2, 2))]), 0)


def test_more_eigenvalues_than_neurons_are_refused():
    with pytest.raises(BadParameter, match="n is 0, and there are 4 neurons"):
        n_cut_spectrum(chained([np.ones((2, 2))]), 0)


def test_nothing_joined_is_refused():
    with pytest.raises(EmptySelection):
        NCut(2).labels(chained([np.zeros((2, 2))]), 0)


def test_an_isolated_neuron_is_refused():
    with pytest.raises(AnalysisError, match="1 neurons are joined to no other"):
        NCut(2).labels(chained([np.array([[1.0, 1.0], [0.0, 0.0]])]), 0)


def test_nan_is_refused():
    with pytest.raises(BadParameter, match="NaN"):
        NCut(2).labels(chained([np.array([[1.0, np.nan], [1.0, 1.0]])]), 0)


def test_a_chain_of_single_neurons_has_only_depth():
    graph = chained([np.ones((1, 1))] * 3)
    with pytest.raises(AnalysisError, match="deflate=False"):
        NCut(2).labels(graph, 0)
    assert adjusted_rand_score(NCut(2, deflate=False).labels(graph, 0), [0, 0, 1, 1]) == 1


def test_eigenvalues_that_cannot_be_told_apart_in_time_are_an_error():
    matrix = NormalisedStrengths(halves(4, 0.1, size=80, noise=0.9)[0])
    with pytest.raises(AnalysisError, match="not found in 3 products"):
        top_eigenvectors(matrix, 8, draws=np.random.default_rng(0), most_products=3)
