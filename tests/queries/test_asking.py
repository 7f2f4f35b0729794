"""What `ask` adds: bad input in one clear line, and where the rows come from."""

import pytest

from atlas.catalogue import ask
from atlas.errors import BadParameter, MissingAnalysis, UnknownName

NETWORK, P = "query-blocks", "leiden-1.0-seed0"


def test_the_table_says_where_it_comes_from(answer):
    attrs = answer("effect_and_information").attrs
    assert attrs["name"] == "effect_and_information"
    assert attrs["query"].startswith("// Effect and information of clusters together\n")
    assert attrs["parameters"] == {
        "network": NETWORK,
        "partition": P,
        "target": "all",
        "effect_run": None,
        "information_run": None,
        "fdr": 0.05,
    }
    assert attrs["runs"] == [
        f"{NETWORK}/run/{name}" for name in ("ablate-clusters", "inform-clusters", "partition-only")
    ]


def test_runs_of_a_question_without_runs(answer):
    assert answer("layer_matrix").attrs["runs"] == []


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("network_card", {"network": "query-blcks"}, "Unknown network 'query-blcks'. Did you mean 'query-blocks'?"),
        ("find_neurons", {"layer": "dense1"}, "Unknown layer 'dense1'. Did you mean 'dense_"),
        ("find_neurons", {"partition": "leiden"}, f"Unknown partition 'leiden'. Did you mean '{P}'?"),
        ("list_partitions", {"method": "louvain"}, "Unknown method 'louvain'. Known: ablation, leiden."),
        ("cluster_card", {"cluster": 99}, "Unknown cluster '99'. Known: 0, 1, 2, 3, 4."),
        ("most_damaging_neurons", {"target": "2"}, "Unknown target '2'. Known: 0, 1, all."),
        ("describe_neuron", {"neuron": "query-blocks/dense_1/9"}, "Did you mean 'query-blocks/dense_1/3'?"),
        ("describe_neuron", {"neuron": "query-blocks/dense_1/11"}, "Did you mean 'query-blocks/dense_1/3'?"),
        ("strongest_inputs", {"neuron": "query-blocks/dens_2/1"}, "Did you mean 'query-blocks/dense_2/1'?"),
        ("most_damaging_neurons", {"run": "query-blocks/run/ablate-ne"}, "Did you mean 'query-blocks/run/ablate-new'?"),
        ("informative_neurons", {"run": "query-blocks/run/ablate"}, "Unknown run 'query-blocks/run/ablate'. Did you"),
        ("cluster_card", {"cluster": 0, "effect_run": "x"}, "Unknown effect run 'x'."),
        (
            "describe_neuron",
            {"neuron": "query-blocks/dense_1/0", "activation_run": "query-blocks/run/ablate-new"},
            "Unknown activation run 'query-blocks/run/ablate-new'.",
        ),
        (
            "provenance_of",
            {"key": "query-blocks/dense_9", "property": "kind"},
            "Unknown key 'query-blocks/dense_9'. Did",
        ),
        ("provenance_of", {"key": "query-blocks/dense_1/0", "property": "lbel_bits"}, "Did you mean 'label_bits'?"),
        ("informative_neurons", {"kind": "lable"}, "Unknown kind 'lable'. Did you mean 'label'?"),
        ("information_by_layer", {"kind": "synergy"}, "Unknown kind 'synergy'. Known: label, relay."),
        ("synergy_and_redundancy", {"definition": "immi"}, "Unknown definition 'immi'. Did you mean 'mmi'?"),
        ("informative_neurons", {"kind": "relay", "run": "query-blocks/run/inform-neurons"}, "Unknown run"),
        ("relay_neurons", {"run": "query-blocks/run/relay-clusters"}, "Unknown run"),  # of clusters
    ],
)
def test_an_unknown_name_gets_the_nearest(answer, name, parameters, message):
    with pytest.raises(UnknownName) as caught:
        answer(name, **parameters)
    assert message in str(caught.value)


def test_a_cluster_without_its_partition(answer):
    with pytest.raises(BadParameter, match=f"'cluster' is 0, and no partition is named: .* one of: .*{P}"):
        answer("find_neurons", cluster=0)


def test_an_unknown_label(store):
    with pytest.raises(UnknownName, match=r"label or relationship type 'Neurn'\. Did you mean 'Neuron'\?"):
        ask(store, "data_dictionary", {"label": "Neurn"})


def test_a_run_of_the_other_kind_is_unknown(answer):
    with pytest.raises(UnknownName, match="Unknown information run"):
        answer("find_neurons", information_run=f"{NETWORK}/run/ablate-new")


def test_what_looks_like_cypher_is_a_value(answer):
    with pytest.raises(UnknownName, match="Unknown network"):
        answer("network_card", network="'}) DETACH DELETE n //")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("effect_and_information", "needs a partition of its neurons, .* Run `atlas partition query-bare`"),
        ("list_partitions", "Run `atlas partition query-bare`"),
        ("most_damaging_neurons", "needs the effects of its neurons, .* Run `atlas ablate query-bare`"),
        ("informative_neurons", "needs the information of its neurons, .* Run `atlas inform query-bare`"),
    ],
)
def test_a_missing_analysis_names_the_command(store, second_network, name, message):
    with second_network("query-bare"), pytest.raises(MissingAnalysis, match=message):
        ask(store, name, {"network": "query-bare"})


def test_missing_effects_of_a_partition(store, second_network, write_partition):
    with second_network("query-bare"):
        write_partition("query-bare")
        with pytest.raises(
            MissingAnalysis, match=f"clusters of partition '{P}'.* `atlas ablate query-bare --partition {P}`"
        ):
            ask(store, "most_damaging_clusters", {"network": "query-bare"})


def test_a_network_without_analyses_has_a_card(store, second_network):
    with second_network("query-bare"):
        card = ask(store, "network_card", {"network": "query-bare"}).iloc[0]
    assert (card["n_partitions"], card["n_modules"], card["measured_share"], card["n_runs"]) == (0, 0, 0.0, 0)


def test_a_loading_network_is_unknown(store):
    store.write(("CREATE (:Loading {key: 'query-half', owner: $owner})", {"owner": store.owner}))
    try:
        with pytest.raises(UnknownName, match="Unknown network 'query-half'"):
            ask(store, "network_card", {"network": "query-half"})
    finally:
        store.write(("MATCH (n:Loading {key: 'query-half'}) DELETE n", {}))


def test_values_of_a_running_run_are_not_shown(store, answer):
    running = """MATCH (n:Network {key: $network}) CREATE (run:Run {key: $run, network: $network, kind: 'ablate',
      state: 'running', owner: $owner})-[:ABOUT]->(n) WITH n
    MATCH (x:Neuron {key: $network + '/dense_1/1'}), (n)-[:HAS_TARGET]->(t:Target {name: 'all'})
    CREATE (x)-[:EFFECT {run: $run, points: 99.0, q: 0.0}]->(t)"""
    before = answer("most_damaging_neurons")
    parameters = {"network": NETWORK, "run": f"{NETWORK}/run/ablate-now", "owner": store.owner}
    store.write((running, parameters))
    try:
        assert answer("most_damaging_neurons").equals(before)
        assert answer("network_card")["n_runs"].tolist() == [25]
        query = answer("most_damaging_neurons").attrs["query"]
        asked = answer("most_damaging_neurons").attrs["parameters"] | {"run": f"{NETWORK}/run/ablate-now"}
        assert store.query(query, asked).rows == []  # as in Browser, where nothing checks the name
    finally:
        gone = "MATCH (run:Run {key: $run}) MATCH ()-[e:EFFECT {run: $run}]->() DELETE e DETACH DELETE run"
        store.write((gone, parameters))
