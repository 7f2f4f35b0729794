"""Local clustering: every layer by its surroundings, how many clusters, and neurons that are like no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.partition.local import Local
from atlas.analysis.partition.spectral import NCut
from atlas.errors import BadParameter, UnknownName


def graph_of(weights, sizes, kind="weights") -> NeuronGraph:
    """Build a graph from a weight array for each pair of layers, given by their places."""
    blocks = tuple(GraphBlock(source=a, target=b, strength=value) for (a, b), value in weights.items())
    return NeuronGraph(layers=tuple("abcdef"[: len(sizes)]), sizes=tuple(sizes), blocks=blocks, kind=kind)


def alike(parts, across):
    """Join the members of a part by 1, of different parts by `across`."""
    parts = np.asarray(parts)
    return np.where(parts[:, None] == parts, 1.0, across)


HALF = np.repeat([0, 1], 3)
CROSSED = np.tile([0, 1], 3)


def test_modules_are_found_in_every_layer_and_no_cluster_spans_two():
    graph = graph_of({(place, place + 1): alike(HALF, 0.1) for place in range(3)}, [6] * 4)
    labels = Local(NCut(2)).labels(graph, 0).reshape(4, 6)
    assert all(adjusted_rand_score(row, HALF) == 1 for row in labels)
    assert np.unique(labels).tolist() == list(range(8))


def test_a_layer_goes_by_its_neighbours_and_not_by_layers_beyond():
    # a-b and b-c join halves, c-d every second one: c lies between, and d sees only c
    weights = {(0, 1): alike(HALF, 0.1), (1, 2): alike(HALF, 0.1), (2, 3): alike(CROSSED, 0.01)}
    labels = Local(NCut(2, deflate=False), k_by_layer="same").labels(graph_of(weights, [6] * 4), 0).reshape(4, 6)
    assert [adjusted_rand_score(row, HALF) for row in labels[:2]] == [1, 1]
    assert adjusted_rand_score(labels[3], CROSSED) == 1


def test_a_skip_makes_neighbours():
    # nothing tells the neurons of b apart but their weights to d
    weights = {(0, 1): np.ones((6, 6)), (1, 2): np.ones((6, 6)), (2, 3): np.ones((6, 6)), (1, 3): 9 * alike(HALF, 0.0)}
    labels = Local(NCut(2, deflate=False), k_by_layer="same").labels(graph_of(weights, [6] * 4), 0).reshape(4, 6)
    assert adjusted_rand_score(labels[1], HALF) == 1


def test_a_layer_has_as_many_clusters_as_global_ones_reach_into_it():
    # two parts that nothing joins; d belongs to one of them only
    part = np.zeros((6, 3))
    part[:3] = 1.0
    weights = {(0, 1): alike(HALF, 0.0), (1, 2): alike(HALF, 0.0), (2, 3): part}
    labels = np.split(Local(NCut(2)).labels(graph_of(weights, [6, 6, 6, 3]), 0), [6, 12, 18])
    assert [len(np.unique(row)) for row in labels] == [2, 2, 2, 1]


def test_the_same_number_for_every_layer_can_be_more_than_a_layer_has_neurons():
    graph = graph_of({(0, 1): np.eye(4) + 0.1, (1, 2): alike([0, 0, 1, 1], 0.1)[:, 1:3]}, [4, 4, 2])
    labels = np.split(Local(NCut(4, deflate=False), k_by_layer="same").labels(graph, 0), [4, 8])
    assert [len(np.unique(row)) for row in labels[:2]] == [4, 4]
    assert len(np.unique(labels[2])) <= 2


def test_activations_of_other_layers_do_not_count():
    # b is halves by itself, but joined to a every second one, ten times as strongly
    within = np.triu(alike(HALF, 0.1), 1)
    weights = {(0, 0): within, (0, 1): 10 * alike(CROSSED, 0.0), (1, 1): within}
    labels = Local(NCut(2), k_by_layer="same").labels(graph_of(weights, [6, 6], "activations"), 0).reshape(2, 6)
    assert [adjusted_rand_score(row, HALF) for row in labels] == [1, 1]


def test_neurons_like_no_other_of_their_layer_are_one_cluster_of_it():
    apart = alike([0, 0, 1, 1, 2, 2], 0.05)
    apart[4:], apart[:, 4:] = 0.0, 0.0
    weights = {(0, 0): np.triu(apart, 1), (0, 1): np.full((6, 1), 0.5)}
    labels = Local(NCut(2), k_by_layer="same").labels(graph_of(weights, [6, 1], "activations"), 0)
    assert adjusted_rand_score(labels[:6], [0, 0, 1, 1, 2, 2]) == 1
    assert labels[6] not in labels[:6]


def test_neighbours_without_weights_to_the_layer_are_left_out():
    first, skip = alike(HALF, 0.1), np.zeros((6, 6))
    first[5], skip[5] = 0.0, alike(HALF, 0.1)[5]  # a/5 goes to d only: around b nothing joins it
    weights = {(0, 1): first, (1, 2): alike(HALF, 0.1), (2, 3): alike(HALF, 0.1), (0, 3): skip}
    labels = Local(NCut(2)).labels(graph_of(weights, [6] * 4), 0).reshape(4, 6)
    assert adjusted_rand_score(labels[1], HALF) == 1


def test_the_graph_beside_is_not_looked_at():
    graph = graph_of({(0, 1): alike(HALF, 0.1)}, [6, 6])
    beside = replace(graph, beside=graph_of({(0, 1): np.zeros((6, 6))}, [6, 6]))
    np.testing.assert_array_equal(Local(NCut(2)).labels(beside, 0), Local(NCut(2)).labels(graph, 0))


def test_parameters_are_recorded():
    method = Local(NCut(3, deflate=True), k_by_layer="same")
    assert method.name == "local"
    assert method.params == {"k": 3, "deflate": True, "n_init": 25, "k_by_layer": "same"}


def test_another_number_by_layer_is_refused():
    with pytest.raises(UnknownName, match="global"):
        Local(NCut(2), k_by_layer="every")


def test_more_clusters_than_neurons_of_the_graph_are_refused():
    with pytest.raises(BadParameter, match="k is 9"):
        Local(NCut(9)).labels(graph_of({(0, 1): np.ones((4, 4))}, [4, 4]), 0)
