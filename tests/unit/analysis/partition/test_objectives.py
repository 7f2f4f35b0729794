import numpy as np
import pytest

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition import quality
from atlas.analysis.partition.leiden import Leiden
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.analysis.partition.objectives import OBJECTIVES, WITH_RESOLUTION, Objective
from atlas.errors import BadParameter, UnknownName


def found(method, graph, seed=0):
    return numbered_by_size(method.labels(graph, seed)).tolist()


def cliques(across=0.0):
    """Build one layer of two halves of four neurons, all joined by 1."""
    strength = np.kron(np.eye(2), np.ones((4, 4))) * (1 - across) + across
    block = GraphBlock(source=0, target=0, strength=np.triu(strength, 1))
    return NeuronGraph(layers=("a",), sizes=(8,), blocks=(block,), kind="activations")


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_two_cliques(objective):
    resolution = 0.5 if objective == "cpm" else None  # 1.0 is all the strength there is
    assert found(Objective(objective, resolution), cliques()) == [0] * 4 + [1] * 4


@pytest.mark.parametrize("objective", [name for name in OBJECTIVES if name != "significance"])
def test_strengths_count(objective):
    resolution = 0.5 if objective == "cpm" else None
    assert found(Objective(objective, resolution), cliques(across=0.1)) == [0] * 4 + [1] * 4  # all pairs are joined


@pytest.mark.parametrize("objective", WITH_RESOLUTION)
def test_resolution(weight_graph, objective):
    graph = weight_graph(np.ones((4, 4)))
    assert len(set(found(Objective(objective, 0.1), graph))) == 1
    assert len(set(found(Objective(objective, 9.0), graph))) == 8
    assert Objective(objective).params == Objective(objective, 1).params == {"resolution": 1.0}


def test_modularity_is_that_of_leiden(weight_graph):
    graph = weight_graph(*np.random.default_rng(2).normal(size=(2, 8, 8)))
    best = max(quality.modularity(graph.adjacency, Objective("modularity").labels(graph, seed)) for seed in range(5))
    ours = max(quality.modularity(graph.adjacency, Leiden().labels(graph, seed)) for seed in range(5))
    assert ours == pytest.approx(best, abs=1e-12)


def test_same_seed_same_labels(weight_graph):
    graph = weight_graph(*np.random.default_rng(3).normal(size=(3, 10, 10)))
    assert found(Objective("rb_er"), graph, 4) == found(Objective("rb_er"), graph, 4)


def test_significance_cannot_see_strengths():
    with pytest.raises(BadParameter, match=r"go from 0\.1 to 1, and significance counts pairs"):
        Objective("significance").labels(cliques(across=0.1), 0)


@pytest.mark.parametrize("objective", ["modularity", "surprise", "significance"])
def test_no_resolution(objective):
    with pytest.raises(BadParameter, match=f"{objective} is given the resolution 1.0, and has none"):
        Objective(objective, 1.0)
    assert Objective(objective).params == {}


def test_bad_parameters():
    with pytest.raises(UnknownName, match="Did you mean 'surprise'"):
        Objective("suprise")
    with pytest.raises(BadParameter, match="resolution is 0"):
        Objective("rb_er", 0.0)


def test_negative_strengths(weight_graph):
    graph = weight_graph(np.ones((2, 2)))
    graph.blocks[0].strength[0, 0] = -1
    with pytest.raises(BadParameter, match="'a' to 'b' hold negative"):
        Objective("surprise").labels(graph, 0)
