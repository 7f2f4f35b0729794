"""Modularity by layers: worked out by hand, by a plain loop, and what it finds where plain modularity finds bands."""

from dataclasses import replace
from itertools import pairwise

import leidenalg
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition import quality
from atlas.analysis.partition.igraphs import igraph_of
from atlas.analysis.partition.layered import Layered, layered_modularity
from atlas.analysis.partition.leiden import Leiden
from atlas.errors import BadParameter, EmptySelection


def graph_of(sizes, blocks, kind="weights") -> NeuronGraph:
    """Build a graph from strengths for each pair of layers, given by their places."""
    found = tuple(GraphBlock(source=a, target=b, strength=np.asarray(s, dtype=float)) for (a, b), s in blocks.items())
    return NeuronGraph(layers=tuple("abcdefgh"[: len(sizes)]), sizes=tuple(sizes), blocks=found, kind=kind)


def random_graph(seed, sizes=(3, 4, 2), pairs=((0, 1), (1, 2), (0, 2), (1, 1))) -> NeuronGraph:
    draws = np.random.default_rng(seed)
    return graph_of(sizes, {(a, b): draws.random((sizes[a], sizes[b])) * (draws.random() < 0.9) for a, b in pairs})


def plain(graph, labels, resolution):
    """Score by the definition, pair after pair."""
    beyond, total = 0.0, 0.0
    for block in graph.blocks:
        strength, share = block.strength, 1.0
        if block.source == block.target:
            strength, share = strength * (1 - np.eye(len(strength))), 0.5
            strength = strength + strength.T
        whole = strength.sum()
        total += share * whole
        for i, j in np.ndindex(strength.shape):
            same = labels[graph.offsets[block.source] + i] == labels[graph.offsets[block.target] + j]
            if same and whole > 0:
                chance = strength[i].sum() * strength[:, j].sum() / whole
                beyond += share * (strength[i, j] - resolution * chance)
    return beyond / total if total else np.nan


def planted(n_layers, *, inside, r, noise=0.0, seed=0, skips=()):
    """Build layers of two pairs of neurons: 1 to the same place, `inside` to its partner, the rest so that r holds.

    r is (in - out) / (in + out) of every neuron's strength towards one layer.
    """
    draws = np.random.default_rng(seed)
    across = (1 + inside) * (1 - r) / (1 + r) / 2
    mean = np.kron(np.eye(2), np.full((2, 2), inside - across)) + (1 - inside) * np.eye(4) + across
    pairs = [*pairwise(range(n_layers)), *skips]
    return graph_of([4] * n_layers, {pair: mean * draws.uniform(1 - noise, 1 + noise, (4, 4)) for pair in pairs})


def test_two_chains():
    # Inside 2 of 2; chance gives each chain 1 x 1 / 2.
    assert layered_modularity(graph_of((2, 2), {(0, 1): np.eye(2)}), np.array([0, 1, 0, 1])) == 0.5


def test_skip_connections():
    # Of 8, a to b and b to c have 2 inside and 1 by chance each; a to c has 2 inside and 2 x (2 x 2 / 4) by chance.
    graph = graph_of((2, 2, 2), {(0, 1): np.eye(2), (1, 2): np.eye(2), (0, 2): np.ones((2, 2))})
    assert layered_modularity(graph, np.array([0, 1] * 3)) == 2 / 8
    assert layered_modularity(graph, np.array([0, 1] * 3), resolution=0.5) == (8 - 2 - 0.5 * 4) / 8


@pytest.mark.parametrize("labels", [[0] * 6, [0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0], [0, 0, 1, 1, 2, 2]])
def test_whole_layers_score_nothing(labels):
    draws = np.random.default_rng(0)
    graph = graph_of((2, 2, 2), {(a, b): draws.random((2, 2)) for a, b in ((0, 1), (1, 2), (0, 2))})
    assert layered_modularity(graph, np.array(labels)) == pytest.approx(0.0, abs=1e-12)


def test_one_layer_is_plain_modularity():
    graph = graph_of((7,), {(0, 0): np.triu(np.random.default_rng(1).random((7, 7)), 1)}, kind="activations")
    labels = np.array([0, 0, 1, 1, 2, 2, 2])
    assert layered_modularity(graph, labels) == pytest.approx(quality.modularity(graph.adjacency, labels), abs=1e-12)


@given(seed=st.integers(0, 10_000), resolution=st.floats(0.1, 3.0))
@settings(max_examples=50)
def test_as_by_the_definition(seed, resolution):
    graph, labels = random_graph(seed), np.random.default_rng(seed).integers(0, 3, 9)
    expected = pytest.approx(plain(graph, labels, resolution), abs=1e-12, nan_ok=True)
    assert layered_modularity(graph, labels, resolution) == expected


def test_no_strength_no_score():
    assert np.isnan(layered_modularity(graph_of((2, 2), {(0, 1): np.zeros((2, 2))}), np.zeros(4, dtype=int)))


@pytest.mark.parametrize("seed", range(5))
def test_modules_where_plain_modularity_finds_bands_of_layers(seed):
    graph, modules = planted(8, inside=0.9, r=0.3, noise=0.2, seed=seed), np.tile([0, 0, 1, 1], 8)
    bands = Leiden().labels(graph, seed)
    assert len(set(bands.tolist())) > 1
    assert layered_modularity(graph, bands) < 0.01  # whole layers but for a few neurons; the modules have 0.15
    assert adjusted_rand_score(modules, bands) < 0.05
    assert adjusted_rand_score(modules, Layered().labels(graph, seed)) == 1.0


def test_chains_within_modules():
    # Of strength s = 1.5 / 0.65, 1 goes to the same place: four chains score 1 / s - 1/4, the modules 1.5 / s - 1/2.
    graph, modules = planted(8, inside=0.5, r=0.3), np.tile([0, 0, 1, 1], 8)
    labels = Layered().labels(graph, 0)
    assert adjusted_rand_score(np.tile([0, 1, 2, 3], 8), labels) == 1.0
    assert layered_modularity(graph, labels) == pytest.approx(0.65 / 1.5 - 0.25, abs=1e-10)
    assert layered_modularity(graph, modules) == pytest.approx(0.15, abs=1e-10)
    assert adjusted_rand_score(modules, Layered(resolution=0.8).labels(graph, 0)) == 1.0


def test_modules_across_skip_connections():
    skips = [(first, last) for last in range(3, 8) for first in range(last - 2)]
    graph = planted(8, inside=0.9, r=0.3, noise=0.2, skips=skips)
    assert adjusted_rand_score(np.tile([0, 0, 1, 1], 8), Layered().labels(graph, 0)) == 1.0


def test_modules_among_activations():
    draws, modules = np.random.default_rng(4), np.tile(np.repeat([0, 1], 3), 3)
    alike = np.where(modules[:, None] == modules, 0.5, 0.3) * draws.uniform(0.8, 1.2, (18, 18))
    layer = np.repeat([0, 1, 2], 6)
    pairs = [(a, b) for a in range(3) for b in range(a, 3)]
    blocks = {(a, b): np.triu(alike[:6, :6], 1) if a == b else alike[layer == a][:, layer == b] for a, b in pairs}
    labels = Layered().labels(graph_of((6, 6, 6), blocks, kind="activations"), 0)
    assert adjusted_rand_score(modules, labels) == 1.0


@pytest.mark.parametrize("seed", range(10))
def test_no_worse_than_leidenalg(seed):
    graph = planted(5, inside=0.9, r=0.5, noise=0.5, seed=seed, skips=[(0, 3)])
    ours = layered_modularity(graph, Layered().labels(graph, seed))
    assert ours >= layered_modularity(graph, by_leidenalg(graph, seed)) - 1e-9


def by_leidenalg(graph, seed):
    """Take each two layers as a graph with direction: its modularity is that of two kinds of nodes."""
    slices = [igraph_of(replace(graph, blocks=(block,))) for block in graph.blocks]
    for pairs, strength in slices:
        pairs.to_directed("acyclic")
        pairs.es["strength"] = strength.tolist()
    labels, _ = leidenalg.find_partition_multiplex(
        [pairs for pairs, _ in slices],
        leidenalg.RBConfigurationVertexPartition,
        n_iterations=-1,
        seed=seed,
        weights="strength",
    )
    return np.array(labels)


def test_same_seed_same_labels():
    graph = random_graph(5, sizes=(20, 20, 20), pairs=((0, 1), (1, 2)))
    assert Layered().labels(graph, 3).tolist() == Layered().labels(graph, 3).tolist()
    assert len({tuple(Layered().labels(graph, seed).tolist()) for seed in range(4)}) > 1


def test_resolution():
    graph = planted(3, inside=0.9, r=0.3)
    assert len(set(Layered(resolution=0.1).labels(graph, 0).tolist())) == 1
    assert len(set(Layered(resolution=20.0).labels(graph, 0).tolist())) == 12
    assert Layered(resolution=2).params == {"resolution": 2.0}


def test_bad_input():
    with pytest.raises(BadParameter, match="resolution is 0"):
        Layered(resolution=0.0)
    with pytest.raises(BadParameter, match="'a' to 'b' hold negative"):
        Layered().labels(graph_of((2, 2), {(0, 1): -np.eye(2)}), 0)
    with pytest.raises(EmptySelection, match="There are no weights"):
        Layered().labels(graph_of((2, 2), {(0, 1): np.zeros((2, 2))}), 0)
