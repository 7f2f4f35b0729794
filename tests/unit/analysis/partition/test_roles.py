import numpy as np
import pytest

from atlas.analysis.partition import partition
from atlas.analysis.partition.imported import Imported
from atlas.analysis.partition.roles import within_z

HALF = np.kron(np.eye(2), np.ones((5, 5)))


def roles_of(graph, labels, *, n_null=19, shuffle="layer"):
    result = partition(graph, Imported(np.array(labels)), n_null=n_null, n_seeds=0, shuffle=shuffle)
    numbers = np.concatenate([np.arange(size) for size in result.sizes])
    named = zip(np.repeat(result.layers, result.sizes), numbers, result.neurons.role, strict=True)
    return {f"{layer}/{number}": role for layer, number, role in named if role is not None}, result


@pytest.fixture
def hubs(weight_graph):
    """Build two halves; b/0 takes 5 from every neuron, b/5 5 from every neuron of its half, all others 1."""
    weights = HALF.copy()
    weights[:, 0] = 5
    weights[5:, 5] = 5
    return weight_graph(weights)


HALVES = [0] * 5 + [1] * 5 + [0] * 5 + [1] * 5


def test_within_z(hubs):
    _, result = roles_of(hubs, HALVES)
    z = result.neurons.within_z.reshape(2, 10)
    # own strengths of a half: five times 9, 25, four times 5: mean 9, variance (16^2 + 4 * 4^2) / 10 = 32
    assert z[0] == pytest.approx(np.zeros(10))
    assert z[1] == pytest.approx([16 / np.sqrt(32), *[-4 / np.sqrt(32)] * 4] * 2)


def test_all_alike_have_no_z():
    assert np.isnan(within_z(np.array([2.0, 2, 2, 1]), np.array([0, 0, 0, 1]))).all()


def test_hubs(hubs):
    roles, result = roles_of(hubs, HALVES)
    assert roles == {"b/0": "hub", "b/5": "provincial"}  # b/0 takes as much from the other half
    assert result.neurons.participation[[10, 15]] == pytest.approx([0.5, 0])
    assert result.neurons.role_p[[10, 15]] == pytest.approx([0.05, 0.05])
    assert np.isnan(np.delete(result.neurons.role_p, [10, 15])).all()


def test_too_few_shuffles_give_no_roles(hubs):
    assert roles_of(hubs, HALVES, n_null=18)[0] == {}


def test_shuffles_that_keep_strengths_ask_for_more(hubs):
    # b/0 takes 5 from everyone because it takes 50 in all; that much is chance where its sum stays
    assert "b/0" not in roles_of(hubs, HALVES, shuffle="degree")[0]


def test_connector(weight_graph):
    weights = np.kron(np.eye(4), [[10.0, 11.0], [12.0, 13.0]])
    weights[:, 0] = 1  # b/0 takes as much from each of four clusters
    clusters = [0, 0, 1, 1, 2, 2, 3, 3]
    roles, result = roles_of(weight_graph(weights), clusters * 2)
    assert roles == {"b/0": "connector"}
    assert result.neurons.participation[8] == pytest.approx(0.75)
    assert result.neurons.role_p[8] == pytest.approx(0.05)


def test_bottleneck(weight_graph):
    into, out = np.ones((4, 6)), np.ones((6, 4))
    into[:, 0] = out[0] = 5
    clusters = [0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1]  # of 7 neurons: too few for a hub
    roles, result = roles_of(weight_graph(into, out), clusters)
    assert roles == {"b/0": "bottleneck"}
    assert result.neurons.path_share[4:6] == pytest.approx([400 / 480, 16 / 480])


def test_inputs_are_no_bottlenecks(weight_graph):
    first = np.ones((4, 6))
    first[0] = 9  # three quarters of all paths begin at a/0
    roles, result = roles_of(weight_graph(first, np.ones((6, 4))), [0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1])
    assert result.neurons.path_share[0] == pytest.approx(0.75)
    assert "a/0" not in roles


def test_a_random_network_has_about_none(weight_graph):
    draws = np.random.default_rng(4)
    graph = weight_graph(*draws.exponential(size=(3, 40, 40)))
    roles, _ = roles_of(graph, draws.integers(0, 4, 160))
    assert len(roles) <= 16  # of those that meet a rule by chance one in twenty keeps its role
