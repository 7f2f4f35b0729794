from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition.paths import path_share


def graph_of(sizes, blocks, kind="weights"):
    return NeuronGraph(
        layers=tuple(f"layer{place}" for place in range(len(sizes))),
        sizes=sizes,
        blocks=tuple(
            GraphBlock(source=source, target=target, strength=np.array(strength, dtype=float))
            for (source, target), strength in blocks.items()
        ),
        kind=kind,
    )


def random_chain(seed: int, *, skips: bool) -> NeuronGraph:
    draws, sizes = np.random.default_rng(seed), (3, 4, 2, 3)
    places = [(0, 1), (1, 2), (2, 3), *([(0, 2), (1, 3)] if skips else [])]
    return graph_of(sizes, {(a, b): draws.exponential(size=(sizes[a], sizes[b])) for a, b in places})


def path_by_path(graph: NeuronGraph) -> np.ndarray:
    """Go through every way to choose one neuron, or none, of each layer between."""
    strength = {(block.source, block.target): block.strength for block in graph.blocks}
    last, share = len(graph.sizes) - 1, np.zeros(graph.n_neurons)
    between = [(None, *range(size)) for size in graph.sizes[1:-1]]
    for chosen in product(range(graph.sizes[0]), *between, range(graph.sizes[last])):
        way = [(layer, number) for layer, number in enumerate(chosen) if number is not None]
        steps = pairwise(way)
        value = np.prod([strength[a, b][i, j] if (a, b) in strength else 0.0 for (a, i), (b, j) in steps])
        for layer, number in way:
            share[graph.offsets[layer] + number] += value
    return share / share[: graph.sizes[0]].sum()


def test_by_hand():
    # from a 1 * 1 through b/0, 3 * 1 through b/1
    assert path_share(graph_of((1, 2, 1), {(0, 1): [[1, 3]], (1, 2): [[1], [1]]})).tolist() == [1, 0.25, 0.75, 1]


def test_paths_that_skip():
    # 2 * 3 = 6 through b, 4 past it
    assert path_share(graph_of((1, 1, 1), {(0, 1): [[2]], (1, 2): [[3]], (0, 2): [[4]]})) == pytest.approx([1, 0.6, 1])


@given(seed=st.integers(0, 1000), skips=st.booleans())
@settings(max_examples=15)
def test_as_path_by_path(seed, skips):
    graph = random_chain(seed, skips=skips)
    assert path_share(graph) == pytest.approx(path_by_path(graph))


@given(seed=st.integers(0, 1000))
@settings(max_examples=25)
def test_sums_to_one_over_every_layer_that_all_paths_cross(seed):
    graph = random_chain(seed, skips=False)
    assert np.add.reduceat(path_share(graph), graph.offsets[:-1]) == pytest.approx(np.ones(4))


def test_more_paths_than_a_number_holds():
    sizes = (2,) * 400
    graph = graph_of(sizes, {(layer, layer + 1): [[3e4, 1e4], [3e4, 1e4]] for layer in range(399)})
    share = path_share(graph).reshape(400, 2)
    assert share[0] == pytest.approx([0.5, 0.5])
    assert share[1:] == pytest.approx(np.tile([0.75, 0.25], (399, 1)))


def test_a_neuron_off_every_path():
    graph = graph_of((1, 3, 1), {(0, 1): [[1, 1, 0]], (1, 2): [[1], [0], [1]]})
    assert path_share(graph).tolist() == [1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    "graph",
    [
        graph_of((2, 2), {(0, 1): np.ones((2, 2))}, kind="activations"),
        graph_of((2, 2), {(0, 1): np.ones((2, 2)), (1, 1): np.ones((2, 2))}),
        graph_of((2, 2), {(0, 1): np.ones((2, 2)), (1, 0): np.ones((2, 2))}),
        graph_of((1, 1, 1), {(0, 1): [[1]]}),
        graph_of((1, 1, 1), {(1, 2): [[1]]}),
        graph_of((3,), {}),
    ],
    ids=["activations", "recurrent", "backward", "never arrives", "never leaves", "one layer"],
)
def test_no_paths(graph):
    assert np.isnan(path_share(graph)).all()
