"""Questions about clusters and their tests, rows worked out by hand from structured.py, lesioned.py and conftest.py."""

import pytest

from atlas.catalogue import ask
from atlas.errors import MissingAnalysis

NETWORK, P = "query-blocks", "leiden-1.0-seed0"
PARTITION, LESION = f"{NETWORK}/run/partition-only", f"{NETWORK}/run/lesion-1"
PUBLISHED, COMPLEXITY = f"{NETWORK}/run/lesion-2", f"{NETWORK}/run/complexity-clusters"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_cluster_matrix(answer):
    # 6 weights of strength 1 of 6 possible inside cluster 0, none of 5 from 0 to 1 nor back, 4 of 4 inside 1
    found = answer("cluster_matrix", partition=P, fdr=0.05)
    assert rows(found, *found.columns) == [
        (0, 0, 6, 6.0, 1.0, 3.0, 1.0, 3.0, 0.02, 0.02, "layer", PARTITION),
        (0, 1, 0, 0.0, 0.0, 2.5, 1.0, -2.5, 0.02, 0.02, "layer", PARTITION),
        (1, 0, 0, 0.0, 0.0, 2.5, 1.0, -2.5, 0.02, 0.02, "layer", PARTITION),
        (1, 1, 4, 4.0, 1.0, 2.0, 1.0, 2.0, 0.02, 0.02, "layer", PARTITION),
    ]


def test_cluster_matrix_has_every_link_that_could_be(answer):
    found = answer("cluster_matrix", partition=P)
    assert len(found) == 18
    assert rows(found.tail(1), "from_cluster", "to_cluster", "strength", "density", "z") == [(4, 1, 1.0, 1.0, 0.5)]


def test_subgraph_of_cluster(answer):
    # cluster 2 is dense_1/1 alone: fed by input/0 and input/1, feeding dense_2/0 and dense_2/1, all of cluster 0;
    # its other four weights are 0
    found = answer("subgraph_of_cluster", partition=P, cluster=2, top_border=4)
    assert rows(found, "from_neuron", "to_neuron", "weight", "strength", "inside", "n_total", "run") == [
        (f"{NETWORK}/dense_1/1", f"{NETWORK}/dense_2/0", 1.0, 1.0, False, 8, PARTITION),
        (f"{NETWORK}/dense_1/1", f"{NETWORK}/dense_2/1", -1.0, 1.0, False, 8, PARTITION),
        (f"{NETWORK}/input/0", f"{NETWORK}/dense_1/1", 1.0, 1.0, False, 8, PARTITION),
        (f"{NETWORK}/input/1", f"{NETWORK}/dense_1/1", -1.0, 1.0, False, 8, PARTITION),
    ]


def test_subgraph_of_cluster_inside_first_and_cut(answer):
    # inside cluster 1: input/2 and input/3 to dense_1/2, that to dense_2/2, that to dense_3/1
    found = answer("subgraph_of_cluster", partition=P, cluster=1, top_inside=2, top_border=1)
    inside = [(f"{NETWORK}/dense_1/2", f"{NETWORK}/dense_2/2"), (f"{NETWORK}/dense_2/2", f"{NETWORK}/dense_3/1")]
    assert rows(found, "from_neuron", "to_neuron")[:2] == inside
    assert found["inside"].tolist() == [True, True, False]
    assert found["n_total"].tolist()[0] == 4


def test_clusters_spanning_layers(answer):
    found = answer("clusters_spanning_layers", partition=P)
    assert rows(found, *found.columns) == [
        (0, True, 6, 4, "input", "dense_3", 0.5, 0.25, 2.0, 0.05, 0.25, PARTITION),
        (1, True, 5, 4, "input", "dense_3", 0.5, 0.25, 2.0, 0.05, 0.5, PARTITION),
    ]
    assert len(answer("clusters_spanning_layers", partition=P, min_layers=1)) == 5


def test_list_partitions(answer):
    found = answer("list_partitions", method="leiden")
    columns = ("partition", "method", "graph", "resolution", "k", "within", "seed", "n_clusters", "n_modules")
    assert rows(found, *columns) == [(P, "leiden", "weights", 1.0, None, None, 0, 5, 2)]
    columns = ("modularity", "shuffle", "null_mean", "z", "p", "n_cut", "n_cut_null_mean", "n_cut_z", "n_cut_p")
    assert rows(found, *columns) == [(0.4, "layer", 0.1, 6.0, 0.05, 0.75, 1.5, -3.0, 0.05)]
    assert rows(found, "layered", "layered_z") == [(0.3, 2.0)]
    assert rows(found, "layer_agreement", "stability", "stability_p", "run") == [(0.0, 0.875, 0.05, PARTITION)]


def test_cluster_card(answer):
    card = answer("cluster_card", partition=P, cluster=1)
    columns = ("internal_share_z", "conductance", "conductance_z", "within", "set_apart", "importance", "importance_q")
    assert rows(card, *columns) == [(2.0, 0.5, 0.0, None, None, 30.0, 0.2)]
    columns = ("coherence", "coherence_q", "module_by", "module_level", "lesion_run")
    assert rows(card, *columns) == [(2.0, 0.02, "effect,coherence", 0.05, LESION)]


def test_cluster_card_tells_what_it_relays_and_its_complexity(answer):
    columns = ("relay_bits", "relay_null_bits", "relay_q", "complexity", "null_complexity")
    assert rows(answer("cluster_card", partition=P, cluster=0), *columns) == [(0.5, 0.25, 0.01, 1.25, 1.75)]
    card = answer("cluster_card", partition=P, cluster=1)  # trials are too few
    runs = ("relay_run", "complexity_run")
    assert rows(card, *columns, *runs) == [(*[None] * 5, f"{NETWORK}/run/relay-clusters", COMPLEXITY)]


def test_cluster_members(answer):
    found = answer("cluster_members", partition=P, cluster=1)
    assert rows(found, "neuron", "membership", "within_z", "role", "role_p") == [
        (f"{NETWORK}/input/2", 0.25, 0.0, None, None),
        (f"{NETWORK}/input/3", 0.25, 0.0, None, None),
        (f"{NETWORK}/dense_1/2", 0.25, 0.5, "connector", 0.01),
        (f"{NETWORK}/dense_2/2", 0.25, 3.0, "provincial", 0.02),
        (f"{NETWORK}/dense_3/1", None, 0.0, None, None),
    ]


def test_structure_vs_function(answer):
    # the partition by weights and the populations by ablation; the newer comparison counts
    found = answer("structure_vs_function")
    assert rows(found, "structural", "functional", "kind", "n_neurons", "ami", "ari", "z", "p", "q") == [
        (P, "halves", "ablation", 8, 0.5, 0.375, 4.0, 0.01, 0.01)
    ]
    found = answer("structure_vs_function", layer="input")
    assert rows(found, "functional", "n_neurons", "ari") == [("halves", 4, 1.0)]


def test_lesion_tests(answer):
    found = answer("lesion_tests", partition=P, cluster=0)
    assert rows(found, "cluster", "layer", "is_module", "n_neurons", "reason", "importance", "coherence_q") == [
        (0, None, True, 3, None, 50.0, 0.25),
        (0, "dense_1", True, 1, "too_small", None, None),
        (0, "dense_2", True, 2, None, 25.0, 0.04),
    ]
    beside = ("importance_null_mean", "importance_z", "importance_p", "importance_effect", "coherence_effect", "run")
    assert rows(found.head(1), *beside) == [(20.0, 3.0, 0.001, 1.5, 1.25, LESION)]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"whole": True}, [(0, None), (1, None), (2, None)]),
        ({"whole": False, "fdr": 0.05}, [(0, "dense_2")]),
        ({"fdr": 0.05}, [(0, None), (0, "dense_2"), (1, None)]),
        ({"run": PUBLISHED, "cluster": 2}, [(2, None), (2, "dense_1")]),
    ],
    ids=["whole", "parts", "significant", "run"],
)
def test_lesion_tests_by(answer, limits, found):
    assert rows(answer("lesion_tests", partition=P, **limits), "cluster", "layer") == found


def test_the_published_rule_is_only_shown_when_asked_for(answer):
    assert answer("lesion_tests", partition=P)["rule"].unique().tolist() == ["corrected"]
    assert answer("lesion_tests", partition=P, run=PUBLISHED)["rule"].unique().tolist() == ["published"]


def test_lesions_that_were_not_tested(store):
    with pytest.raises(MissingAnalysis, match="Run `atlas lesion query-blocks --partition halves`"):
        ask(store, "lesion_tests", {"network": NETWORK, "partition": "halves"})


@pytest.mark.parametrize(("name", "run"), [("importance", LESION), ("conductance", PARTITION)])
def test_where_a_number_of_a_cluster_comes_from(answer, name, run):
    found = answer("provenance_of", key=f"{NETWORK}/{P}/0", property=name)
    assert found["run"].tolist()[0] == run


def test_what_made_a_cluster_a_module(answer):
    found = answer("provenance_of", key=f"{NETWORK}/{P}/0", property="module_by")
    assert found["run"].tolist() == [LESION, f"{NETWORK}/run/ablate-clusters"]
    assert found["text"].tolist() == ["effect,importance"] * 2
