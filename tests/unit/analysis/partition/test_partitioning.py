from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import adjusted_rand_score

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.analysis.graph.shuffles import shuffled
from atlas.analysis.partition import partition, quality
from atlas.analysis.partition.imported import Imported
from atlas.analysis.seeds import generator
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.records import Parameter

HALVES = np.kron(np.eye(2), np.ones((2, 2)))


@dataclass(frozen=True)
class Components:
    """Clusters are what hangs together by strengths of 1 or more."""

    name: str = "components"

    @property
    def params(self) -> Mapping[str, Parameter]:
        return {"least": 1.0}

    def labels(self, graph, seed):
        return connected_components(graph.adjacency >= 1, directed=False)[1].astype(np.int64)


@dataclass(frozen=True)
class SignSplit(Components):
    """Two clusters by the sign of the second eigenvector of the normalised strengths."""

    def labels(self, graph, seed):
        scale = 1 / np.sqrt(graph.degree)
        vectors = np.linalg.eigh(graph.adjacency.toarray() * np.outer(scale, scale))[1]
        return (vectors[:, -2] > 0).astype(np.int64)


@dataclass(frozen=True)
class Coin(Components):
    """Random clusters."""

    n_clusters: int = 3

    def labels(self, graph, seed):
        return np.random.default_rng(seed).integers(0, self.n_clusters, graph.n_neurons)


@pytest.fixture
def modular(weight_graph):
    """Build 8-8-8 of two modules, strengths about 1 inside and 0.4 across."""
    draws = np.random.default_rng(1)
    mean = 0.4 + 0.6 * np.kron(np.eye(2), np.ones((4, 4)))
    return weight_graph(*(mean * draws.uniform(0.5, 1.5, (8, 8)) for _ in range(2)))


def test_two_equal_blocks(weight_graph):
    result = partition(weight_graph(HALVES, HALVES), Components(), n_null=0, n_seeds=2)
    assert result.labels.tolist() == [0, 0, 1, 1] * 3
    assert result.n_clusters == 2
    assert result.scores.modularity.value == pytest.approx(0.5)
    assert result.scores.n_cut.value == pytest.approx(0)
    assert result.scores.internal_share.value == pytest.approx(1)
    assert result.scores.layer_nmi.value == pytest.approx(0)
    assert result.scores.layer_agreement.value < 0
    assert result.scores.stability_nmi.value == pytest.approx(1)
    assert result.scores.stability_ari.value == pytest.approx(1)
    assert result.clusters.internal_share.value == pytest.approx([1, 1])
    assert result.clusters.conductance.value == pytest.approx([0, 0])
    assert result.neurons.internal_share == pytest.approx(np.ones(12))
    assert result.neurons.membership == pytest.approx(np.ones(12))
    assert result.neurons.participation == pytest.approx(np.zeros(12))
    assert result.neurons.agreement_across_seeds == pytest.approx(np.ones(12))
    assert result.neurons.path_share == pytest.approx(np.full(12, 0.25))
    assert result.links.strength.value.tolist() == [[8, 0], [0, 8]]
    assert (result.method, result.graph) == ("components", "weights")


def test_largest_cluster_first(weight_graph):
    weights = np.zeros((4, 4))
    weights[0, 0] = weights[1, 1] = 5
    weights[2:, 2:] = 1
    assert partition(weight_graph(weights), Components(), n_null=0).labels.tolist() == [1, 2, 0, 0, 1, 2, 0, 0]


@pytest.mark.parametrize("shuffle", ["layer", "degree"])
def test_planted_modules_are_beyond_chance(modular, shuffle):
    result = partition(modular, SignSplit(), shuffle=shuffle, n_null=19, n_seeds=0)
    assert result.labels.tolist() == ([result.labels[0]] * 4 + [1 - result.labels[0]] * 4) * 3
    scores = result.scores
    assert [scores.modularity.p, scores.n_cut.p, scores.internal_share.p] == pytest.approx([0.05] * 3)
    assert scores.modularity.z > 3 and scores.n_cut.z < -3
    assert result.clusters.internal_share.p == pytest.approx([0.05, 0.05])
    assert result.clusters.conductance.p == pytest.approx([0.05, 0.05])
    assert result.clusters.conductance.z.max() < -3
    assert result.links.strength.p == pytest.approx(np.full((2, 2), 0.1))  # both tails
    assert (np.sign(result.links.strength.z) == [[1, -1], [-1, 1]]).all()


def test_random_networks_are_like_their_shuffles(weight_graph):
    p = []
    for seed in range(12):
        graph = weight_graph(*np.random.default_rng(seed).normal(size=(2, 6, 6)))
        p.append(partition(graph, SignSplit(), seed=seed, n_null=9, n_seeds=0).scores.modularity.p)
    assert np.mean(np.array(p) <= 0.1) <= 0.25
    assert 0.3 < np.mean(p) < 0.75


def test_null_is_the_method_on_shuffles(modular):
    found = partition(modular, SignSplit(), shuffle="row", n_null=5, n_seeds=0, seed=3).scores.n_cut
    chance = [shuffled(modular, "row", generator(3, 1, draw)) for draw in range(5)]
    null = [quality.n_cut(graph.adjacency, SignSplit().labels(graph, 3)) for graph in chance]
    assert found.null_mean == pytest.approx(np.mean(null))
    assert found.null_sd == pytest.approx(np.std(null, ddof=1))


def test_stability_beside_one_pair_for_each_shuffle(modular):
    found = partition(modular, Coin(), n_null=4, n_seeds=2).scores.stability_ari
    drawn = [Coin().labels(modular, seed) for seed in range(3)]
    ari = [adjusted_rand_score(drawn[one], drawn[two]) for one, two in ((0, 1), (0, 2), (1, 2))]
    assert found.value == pytest.approx(np.mean(ari))
    assert found.null_mean == pytest.approx(ari[0])  # the coin does not look at strengths


def test_equal_strengths_have_no_null(weight_graph):
    result = partition(weight_graph(np.ones((3, 3))), Coin(), n_null=9, n_seeds=0)
    assert result.scores.modularity.p == 1.0
    assert np.isnan(result.scores.modularity.z)


def test_without_null_and_seeds(modular):
    result = partition(modular, SignSplit(), n_null=0, n_seeds=0)
    for scored in (*vars(result.scores).values(), *vars(result.clusters).values(), result.links.strength):
        assert np.isnan([scored.null_mean, scored.null_sd, scored.z, scored.p]).all()
    assert np.isnan([result.scores.stability_nmi.value, result.scores.stability_ari.value]).all()
    assert np.isnan(result.neurons.agreement_across_seeds).all()
    assert set(result.neurons.role) == {None}


def test_isolated_neurons_are_one_last_cluster(weight_graph):
    weights = np.zeros((5, 5))
    weights[0, 0] = 1
    weights[1:3, 1:3] = 1
    result = partition(weight_graph(weights), Components(), n_null=3, n_seeds=1)
    assert result.labels.tolist() == [1, 0, 0, 2, 2] * 2
    assert result.set_apart == (None, None, "isolated")
    assert result.sizes == (5, 5)
    assert result.clusters.internal_share.value == pytest.approx([1, 1, np.nan], nan_ok=True)
    assert np.isnan(result.clusters.conductance.p[2])
    assert np.isnan(result.neurons.internal_share).tolist() == [False, False, False, True, True] * 2
    assert np.isnan(result.neurons.agreement_across_seeds[3:5]).all()
    assert result.links.n_possible.tolist() == [[4, 2, 0], [2, 1, 0], [0, 0, 0]]
    assert result.links.strength.value.tolist() == [[4, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert len(result.to_frame()) == 10
    assert result.clusters_frame()["n_neurons"].tolist() == [4, 2, 4]


def test_imported_labels_stay_with_their_neurons(weight_graph):
    weights = [[0, 0, 0], [0, 1, 1], [0, 0, 1]]  # a/0 and b/0 are isolated
    result = partition(weight_graph(weights), Imported(np.array([3, 3, 4, 3, 4, 4])), n_null=4, n_seeds=0)
    assert result.labels.tolist() == [2, 1, 0, 2, 0, 0]


def test_imported_clusters_have_no_stability(modular):
    result = partition(modular, Imported(np.arange(24) % 3), n_null=3, n_seeds=2)
    for scored in (result.scores.stability_nmi, result.scores.stability_ari):
        assert np.isnan([scored.value, scored.null_mean, scored.p]).all()  # not 1: no seed could have changed them
    assert np.isnan(result.neurons.agreement_across_seeds).all()
    assert result.params["n_seeds"] == 2


def test_a_neuron_that_is_joined_beside_is_not_isolated(weight_graph):
    weights = weight_graph([[1, 0], [0, 0]])
    similar = GraphBlock(source=0, target=1, strength=np.array([[0.0, 0], [0.0, 1.0]]))
    beside = NeuronGraph(layers=("a", "b"), sizes=(2, 2), blocks=(similar,), kind="activations")
    result = partition(replace(weights, beside=beside), Components(), n_null=0)
    assert result.labels.tolist() == [0, 1, 0, 2]
    assert result.set_apart == (None, None, None)
    assert result.graph == "both"


def test_too_many_clusters_have_no_links(weight_graph):
    graph = weight_graph(np.ones((129, 128)))
    assert partition(graph, Imported(np.arange(257)), n_null=1, n_seeds=0).links is None
    some = np.minimum(np.arange(257), 255)
    assert partition(graph, Imported(some), n_null=0, n_seeds=0).links.q.shape == (256, 256)


def test_same_numbers_with_any_workers(modular):
    def threads(function, blocks):
        with ThreadPoolExecutor(3) as executor:
            yield from executor.map(function, blocks)

    one = partition(modular, Coin(), n_null=7, n_seeds=3)
    np.testing.assert_equal(asdict(partition(modular, Coin(), n_null=7, n_seeds=3, mapper=threads)), asdict(one))


def test_another_seed_other_shuffles(modular):
    first, second = (partition(modular, SignSplit(), seed=seed, n_null=3, n_seeds=0).scores for seed in (0, 1))
    assert first.modularity.value == second.modularity.value
    assert first.modularity.null_mean != second.modularity.null_mean


def test_params(modular):
    assert partition(modular, SignSplit(), seed=2, shuffle="row", n_null=1, n_seeds=0).params == {
        "least": 1.0,
        "seed": 2,
        "shuffle": "row",
        "n_null": 1,
        "n_seeds": 0,
        "layers": "a,b,c",
    }


def test_progress(weight_graph):
    told = []
    partition(weight_graph(HALVES), Components(), n_null=2, n_seeds=1, progress=lambda *step: told.append(step))
    assert told == [("partition", done, 4) for done in (1, 2, 3, 4)]


def test_nothing_to_partition(weight_graph):
    with pytest.raises(EmptySelection, match="no weights among the layers a, c"):
        partition(weight_graph(HALVES, HALVES).select(["a", "c"]), Components())
    dead = weight_graph(np.zeros((2, 2)))
    with pytest.raises(EmptySelection, match="no weights among the layers a, b"):
        partition(dead, Components())
    with pytest.raises(EmptySelection, match="No two neurons of the layers a, b are active together"):
        partition(replace(dead, kind="activations"), Components())


@pytest.mark.parametrize(("value", "message"), [(np.nan, "'a' to 'b' hold NaN"), (np.inf, "NaN"), (-1.0, "negative")])
def test_bad_strengths(value, message):
    block = GraphBlock(source=0, target=1, strength=np.array([[1.0, value]]))
    with pytest.raises(BadParameter, match=message):
        partition(NeuronGraph(layers=("a", "b"), sizes=(1, 2), blocks=(block,)), Components())


def test_bad_parameters(modular):
    with pytest.raises(BadParameter, match="n_null is -1"):
        partition(modular, Coin(), n_null=-1)
    with pytest.raises(BadParameter, match="n_seeds is -1"):
        partition(modular, Coin(), n_seeds=-1)
    with pytest.raises(BadParameter, match="seed is -1"):
        partition(modular, Coin(), seed=-1)
    with pytest.raises(UnknownName, match="shuffle 'rows'"):
        partition(modular, Coin(), shuffle="rows")
