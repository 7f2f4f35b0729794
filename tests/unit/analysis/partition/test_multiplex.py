from dataclasses import replace

import numpy as np
import pytest

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition.multiplex import Multiplex
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.errors import BadParameter, EmptySelection

ALONG, ACROSS = [0, 1, 0, 1], [0, 0, 1, 1]  # clusters of a0, a1, b0, b1


def found(method, graph, seed=0):
    return numbered_by_size(method.labels(graph, seed)).tolist()


def activations(*blocks, sizes):
    layers = tuple("abcdefgh"[: len(sizes)])
    own = tuple(GraphBlock(source=place, target=place, strength=np.triu(strength, 1)) for place, strength in blocks)
    return NeuronGraph(layers=layers, sizes=sizes, blocks=own, kind="activations")


@pytest.fixture
def crossed(weight_graph):
    """Weights join a0 to b0 and a1 to b1, activations a0 to a1 and b0 to b1; each alone has modularity 0.5."""

    def build(*, unit_of_weights=1.0, unit_of_activations=1.0):
        pair = unit_of_activations * np.ones((2, 2))
        beside = activations((0, pair), (1, pair), sizes=(2, 2))
        return replace(weight_graph(unit_of_weights * np.eye(2)), beside=beside)

    return build


@pytest.mark.parametrize("units", [(1, 1), (1000, 1), (1, 1000)])
def test_the_heavier_kind_decides(crossed, units):
    graph = crossed(unit_of_weights=units[0], unit_of_activations=units[1])
    assert found(Multiplex(weight_of_activations=0.9), graph) == ALONG
    assert found(Multiplex(weight_of_activations=1.1), graph) == ACROSS
    assert found(Multiplex(weight_of_activations=0.0), graph) == ALONG


def test_both_kinds_are_needed(weight_graph):
    # Weights tell halves of a and b, activations those of b, c and d; weights join c and d to all alike.
    halves, even = np.kron(np.eye(2), np.ones((2, 2))), np.full((4, 4), 0.1)
    beside = activations((2, halves), (3, halves), sizes=(4,) * 4)
    between = tuple(GraphBlock(source=1, target=place, strength=halves) for place in (2, 3))
    beside = replace(beside, blocks=(*beside.blocks, *between))
    graph = replace(weight_graph(halves, even, even), beside=beside)
    assert found(Multiplex(), graph) == [0, 0, 1, 1] * 4


def test_neurons_without_activations_go_by_weights(weight_graph):
    halves = np.kron(np.eye(2), np.ones((2, 2)))
    graph = replace(weight_graph(halves, halves), beside=activations((1, halves), sizes=(4, 4, 4)))
    assert found(Multiplex(), graph) == [0, 0, 1, 1] * 3


def test_neurons_without_weights_go_by_activations(weight_graph):
    weights = np.array([[1.0, 0, 0], [0, 1, 0]])  # nothing joins b2
    pairs = np.array([[0, 0, 1.0], [0, 0, 0], [0, 0, 0]])
    graph = replace(weight_graph(weights), beside=activations((1, pairs), sizes=(2, 3)))
    assert found(Multiplex(), graph) == [0, 1, 0, 1, 0]


def test_same_seed_same_labels(weight_graph):
    draws = np.random.default_rng(1)
    beside = activations((1, draws.random((9, 9))), sizes=(9, 9))
    graph = replace(weight_graph(draws.normal(size=(9, 9))), beside=beside)
    assert found(Multiplex(), graph, 3) == found(Multiplex(), graph, 3)


def test_one_graph_is_not_enough(weight_graph):
    with pytest.raises(EmptySelection, match="There is no graph of activations"):
        Multiplex().labels(weight_graph(np.eye(2)), 0)


def test_no_strengths_beside(crossed):
    graph = crossed(unit_of_activations=0.0)
    with pytest.raises(EmptySelection, match="There are no activations among the layers a, b"):
        Multiplex().labels(graph, 0)


def test_bad_parameters():
    with pytest.raises(BadParameter, match=r"weight of activations is -1\.0"):
        Multiplex(weight_of_activations=-1.0)
    with pytest.raises(BadParameter, match="resolution is 0"):
        Multiplex(resolution=0.0)


def test_params():
    assert Multiplex(resolution=2).params == {"weight_of_activations": 1.0, "resolution": 2.0}
