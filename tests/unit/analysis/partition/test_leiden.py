import pickle
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from atlas.analysis.partition import quality
from atlas.analysis.partition.leiden import Leiden
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.errors import BadParameter, UnknownName

HALVES = np.kron(np.eye(2), np.ones((2, 2)))


def found(method, graph, seed=0):
    return numbered_by_size(method.labels(graph, seed)).tolist()


def random_graph(weight_graph):
    return weight_graph(*np.random.default_rng(3).normal(size=(3, 12, 12)))


def test_two_halves(weight_graph):
    graph = weight_graph(HALVES, HALVES)
    labels = Leiden().labels(graph, 0)
    assert numbered_by_size(labels).tolist() == [0, 0, 1, 1] * 3
    assert quality.modularity(graph.adjacency, labels) == pytest.approx(0.5)


def test_planted_modules(weight_graph):
    inward = np.repeat(np.eye(4) + 0.05 * (1 - np.eye(4)), 4, axis=1)
    expected = [0, 1, 2, 3, *np.repeat(np.arange(4), 4).tolist(), 0, 1, 2, 3]
    assert found(Leiden(), weight_graph(inward, inward.T)) == expected


def test_resolution(weight_graph):
    graph = weight_graph(np.ones((4, 4)))
    assert len(set(found(Leiden(resolution=0.1), graph))) == 1
    assert len(set(found(Leiden(resolution=5.0), graph))) == 8


@pytest.mark.parametrize("unit", [1.0, 1e-3, 1e3])
def test_cpm(weight_graph, unit):
    graph = weight_graph(HALVES * unit)
    # At 0.4 a half is worth 4 - 6 x 0.4 = 1.6, two pairs 2 (1 - 0.4) = 1.2, both halves together 8 - 28 x 0.4 < 0.
    assert found(Leiden(objective="cpm", resolution=0.4 * unit), graph) == [0, 0, 1, 1] * 2
    assert len(set(found(Leiden(objective="cpm", resolution=1.1 * unit), graph))) == 8  # no strength is above 1.1


def test_the_unit_of_strengths_does_not_matter(weight_graph):
    strengths = np.abs(np.random.default_rng(3).normal(size=(3, 12, 12)))
    assert found(Leiden(), weight_graph(*strengths)) == found(Leiden(), weight_graph(*(strengths * 2.0**-12)))


def test_same_seed_same_labels(weight_graph):
    graph = random_graph(weight_graph)
    before = random.Random(5)
    random.seed(5)
    assert Leiden().labels(graph, 4).tolist() == Leiden().labels(graph, 4).tolist()
    assert random.random() == before.random()  # the generator of the process is left alone


def test_seeds_differ(weight_graph):
    graph = random_graph(weight_graph)
    assert len({tuple(found(Leiden(), graph, seed)) for seed in range(10)}) > 1


def test_threads_do_not_disturb_each_other(weight_graph):
    graph, seeds = random_graph(weight_graph), list(range(24))
    alone = [found(Leiden(), graph, seed) for seed in seeds]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda seed: found(Leiden(), graph, seed), seeds)) == alone


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_bad_strengths(weight_graph, value):
    graph = weight_graph(HALVES, HALVES)
    graph.blocks[1].strength[0, 0] = value
    what = "negative" if value < 0 else "NaN or infinite"
    with pytest.raises(BadParameter, match=f"'b' to 'c' hold {what}"):
        Leiden().labels(graph, 0)


@pytest.mark.parametrize("resolution", [0.0, -1.0, np.nan, np.inf])
def test_bad_resolution(resolution):
    with pytest.raises(BadParameter, match="It must be above 0"):
        Leiden(resolution=resolution)


def test_unknown_objective():
    with pytest.raises(UnknownName, match="Did you mean 'modularity'"):
        Leiden(objective="modularty")


def test_as_a_value():
    method = Leiden(objective="cpm", resolution=2)
    assert pickle.loads(pickle.dumps(method)) == method
    assert (method.name, Leiden().name) == ("cpm", "leiden")
    assert method.params == {"resolution": 2.0}
