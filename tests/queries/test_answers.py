"""The rows of every question, worked out by hand from the values in conftest.py."""

import pytest
from queries.conftest import CLUSTER_BITS_Q

from atlas.catalogue import ask

NETWORK = "query-blocks"
P = "leiden-1.0-seed0"
ABLATE_CLUSTERS, INFORM_CLUSTERS = f"{NETWORK}/run/ablate-clusters", f"{NETWORK}/run/inform-clusters"
OLD, NEW, INFORM = f"{NETWORK}/run/ablate-old", f"{NETWORK}/run/ablate-new", f"{NETWORK}/run/inform-neurons"
INDICATORS = f"{NETWORK}/run/indicators"
PARTITION, RELAY = f"{NETWORK}/run/partition-only", f"{NETWORK}/run/relay-new"
CORRELATE, ROLES = f"{NETWORK}/run/correlate-new", f"{NETWORK}/run/roles-new"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def neurons(*short):
    return [f"{NETWORK}/{key}" for key in short]


def test_network_card(answer):
    card = answer("network_card")
    assert rows(card, *card.columns) == [
        (NETWORK, "4-4-4-2 relu", "two_blocks", 7, 100, 100.0, 4, 14, 40, 1.0, 2, 2, 1.0, 1.0, 25)
    ]


def test_layer_matrix(answer):
    matrix = answer("layer_matrix")
    assert rows(matrix, *matrix.columns) == [
        ("input", "dense_1", 16, 8.0, 0.4, 0.25, 0.375),
        ("dense_1", "dense_2", 16, 8.0, 0.4, 0.25, 0.375),
        ("dense_2", "dense_3", 8, 4.0, 0.2, 0.5, 0.5),
    ]


def test_find_neurons_lists_all_in_order(answer):
    found = answer("find_neurons", partition=P)
    assert found["layer"].tolist() == ["input"] * 4 + ["dense_1"] * 4 + ["dense_2"] * 4 + ["dense_3"] * 2
    assert found["cluster_number"].tolist() == [0, 0, 1, 1, 0, 2, 1, 3, 0, 0, 1, 4, 0, 1]
    assert found["n_total"].tolist() == [14] * 14


def test_find_neurons_shows_effect_and_information(answer):
    found = answer("find_neurons", layer="dense_1", top=2)
    columns = ["neuron", "in_strength", "effect_points", "effect_q", "label_bits", "information_q", "n_total"]
    assert rows(found, *columns) == [
        (f"{NETWORK}/dense_1/0", 2.0, 40.0, 0.01, 1.0, 0.01, 4),
        (f"{NETWORK}/dense_1/1", 2.0, 0.0, 1.0, 0.0, 1.0, 4),
    ]
    assert found["cluster_number"].isna().all()  # no partition named


def test_find_neurons_shows_relays_and_roles(answer):
    found = answer("find_neurons", layer="dense_2", top=1)
    assert found["roles"].tolist() == [["bottleneck", "redundant", "relay"]]
    assert rows(found, "out_strength", "roles_run") == [(1.0, f"{NETWORK}/run/roles-new")]
    found = answer("find_neurons", min_relay_bits=0.5)
    assert rows(found, "relay_bits", "relay_q", "relay_run") == [(0.5, 0.02, RELAY)]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"min_effect": 50}, neurons("dense_1/2", "dense_2/0", "dense_2/2")),
        ({"min_effect": 50, "effect_run": OLD}, neurons("dense_1/0", "dense_1/2", "dense_2/0", "dense_2/2")),
        ({"min_effect": 60, "target": "0"}, neurons("dense_1/0", "dense_2/0")),
        ({"min_bits": 1, "min_effect": 0, "layer": "dense_1"}, neurons("dense_1/0", "dense_1/2", "dense_1/3")),
        ({"min_in_strength": 2.5}, []),
        ({"partition": P, "cluster": 4}, neurons("dense_2/3")),
        ({"max_effect": 0}, neurons("dense_1/1", "dense_1/3")),
        ({"max_bits": 0.5}, neurons("dense_1/1", "dense_2/2")),
        ({"min_out_strength": 2, "min_bits": 1}, neurons("dense_1/0", "dense_1/2", "dense_1/3")),
        ({"min_relay_bits": 0.5}, neurons("dense_1/1")),
        ({"min_relay_bits": 0.5, "relay_run": f"{NETWORK}/run/relay-old"}, neurons("dense_1/0", "dense_1/1")),
        ({"min_relay_bits": 0.5, "target": "0"}, []),  # half of it is about a class
        ({"role": "redundant"}, neurons("dense_2/0")),
        ({"role": "dead", "max_effect": 0}, neurons("dense_1/1")),
    ],
    ids=[
        *("effect", "run", "target", "bits", "strength", "cluster", "little_effect", "few_bits", "out_strength"),
        *("relay", "relay_run", "relay_of_a_class", "role", "role_and_effect"),
    ],
)
def test_find_neurons_by(answer, limits, found):
    assert answer("find_neurons", **limits)["neuron"].tolist() == found


def test_describe_neuron(answer):
    told = answer("describe_neuron", neuron=f"{NETWORK}/dense_1/0")
    assert rows(told, "property", "about", "value", "text", "unit", "low", "high", "q", "run") == [
        ("in_strength", None, 2.0, None, "", None, None, None, None),
        ("layer", None, None, "dense_1", "", None, None, None, None),
        ("layer_kind", None, None, "linear", "", None, None, None, None),
        ("n_inputs", None, 4.0, None, "weights", None, None, None, None),
        ("n_outputs", None, 4.0, None, "weights", None, None, None, None),
        ("number", None, 0.0, None, "", None, None, None, None),
        ("out_strength", None, 2.0, None, "", None, None, None, None),
        ("agreement_across_seeds", P, 1.0, None, "", None, None, None, PARTITION),
        ("cluster_number", P, 0.0, None, "", None, None, None, PARTITION),
        ("internal_share", P, 0.5, None, "", None, None, None, PARTITION),
        ("participation", P, 0.25, None, "", None, None, None, PARTITION),
        ("effect_points", "all", 40.0, None, "percentage points", 35.0, 45.0, 0.01, NEW),
        ("effect_points", "0", 80.0, None, "percentage points", 75.0, 85.0, 0.01, NEW),
        ("effect_points", "1", 0.0, None, "percentage points", -5.0, 5.0, 0.01, NEW),
        ("label_bits", "all", 1.0, None, "bits", 0.875, 1.125, 0.01, INFORM),
        ("label_bits", "0", 0.5, None, "bits", 0.375, 0.625, 0.01, INFORM),
        ("label_bits", "1", 0.5, None, "bits", 0.375, 0.625, 0.01, INFORM),
        ("relay_alone_bits", "all", 0.75, None, "bits", 0.625, 0.875, 0.02, RELAY),
        *(("relay_alone_bits", target, 0.375, None, "bits", 0.25, 0.5, 0.02, RELAY) for target in ("0", "1")),
        ("relay_bits", "all", 0.25, None, "bits", 0.125, 0.375, 0.1, RELAY),
        *(("relay_bits", target, 0.125, None, "bits", 0.0, 0.25, 0.1, RELAY) for target in ("0", "1")),
        ("activation_proxy", "0", 0.5, None, "", None, None, None, INDICATORS),
        ("activation_proxy", "1", -0.5, None, "", None, None, None, INDICATORS),
        *(("active_share", target, 1.0, None, "", None, None, None, INDICATORS) for target in ("all", "0", "1")),
        *(("max_activation", target, 1.0, None, "", None, None, None, INDICATORS) for target in ("all", "0", "1")),
        *(("mean_activation", target, 2.0, None, "", None, None, None, INDICATORS) for target in ("all", "0", "1")),
        *(("point_biserial", target, 1.0, None, "", None, None, None, INDICATORS) for target in ("all", "0", "1")),
        *(("sd_activation", target, 1.0, None, "", None, None, None, INDICATORS) for target in ("all", "0", "1")),
        ("selectivity", "all", 0.125, None, "", None, None, None, INDICATORS),
        ("weight_change_p", "all", 0.125, None, "", None, None, None, INDICATORS),
        ("gaussian_mismatch", "all", 0.5, None, "", 0.375, 0.625, 0.125, CORRELATE),
        ("gaussian_mismatch", "0", 0.25, None, "", 0.125, 0.375, 0.5, CORRELATE),
        ("gaussian_mismatch", "1", 0.75, None, "", 0.625, 0.875, 0.125, CORRELATE),
        ("higher_share", "all", 0.5, None, "", None, None, None, CORRELATE),
        ("role", None, None, "none", "", None, None, None, ROLES),
    ]


def test_describe_by_an_older_correlation_run(answer):
    older = f"{NETWORK}/run/correlate-old"
    told = answer("describe_neuron", neuron=f"{NETWORK}/dense_1/0", correlation_run=older)
    found = told[told["run"] == older]
    assert rows(found[found["about"] == "all"], "property", "value") == [
        ("gaussian_mismatch", 1.0),
        ("higher_share", 1.0),
    ]


def test_describe_an_output_neuron(answer):
    told = answer("describe_neuron", neuron=f"{NETWORK}/dense_3/1")
    assert rows(told[told["property"] == "answers"], "about", "text") == [("1", "1")]
    assert not told["property"].isin(["effect_points", "label_bits", "mean_activation"]).any()


def test_strongest_inputs(answer):
    inputs = answer("strongest_inputs", neuron=f"{NETWORK}/dense_2/1", partition=P, top=3)
    columns = ["source", "cluster_number", "value", "strength", "share_of_in", "cumulative_share", "n_total"]
    assert rows(inputs, *columns) == [
        (f"{NETWORK}/dense_1/0", 0, 1.0, 1.0, 0.5, 0.5, 4),
        (f"{NETWORK}/dense_1/1", 2, -1.0, 1.0, 0.5, 1.0, 4),
        (f"{NETWORK}/dense_1/2", 1, 0.0, 0.0, 0.0, 1.0, 4),
    ]


@pytest.mark.parametrize(("sign", "source"), [(1, "dense_1/0"), (-1, "dense_1/1")], ids=["positive", "negative"])
def test_strongest_inputs_of_one_sign(answer, sign, source):
    inputs = answer("strongest_inputs", neuron=f"{NETWORK}/dense_2/1", sign=sign)
    assert rows(inputs, "source", "share_of_in", "n_total") == [(f"{NETWORK}/{source}", 0.5, 1)]


def test_list_partitions(answer):
    partitions = answer("list_partitions")
    columns = ["partition", "method", "resolution", "seed", "n_clusters", "n_modules", "modularity", "null_mean"]
    assert rows(partitions, *columns, "z", "p", "n_cut", "layer_agreement", "run") == [
        (P, "leiden", 1.0, 0, 5, 2, 0.4, 0.1, 6.0, 0.05, 0.75, 0.0, PARTITION),
        ("halves", "ablation", None, 0, 2, 0, None, None, None, None, 0.0, 0.0, f"{NETWORK}/run/populations-1"),
    ]


def test_cluster_card(answer):
    card = answer("cluster_card", cluster=0)
    columns = ["cluster", "is_module", "n_neurons", "n_layers", "first_layer", "last_layer", "internal_share"]
    assert rows(card, *columns) == [(f"{NETWORK}/{P}/0", True, 6, 4, "input", "dense_3", 0.5)]
    columns = ["effect_points", "effect_low", "effect_high", "effect_null_mean", "effect_z", "effect_q"]
    assert rows(card, "most_affected_target", *columns) == [("0", 50.0, 45.0, 55.0, 20.0, 15.0, 0.02)]
    columns = ["label_bits", "null_bits", "information_q", "partition_run", "effect_run", "information_run"]
    assert rows(card, *columns) == [(1.0, 0.125, 0.01, PARTITION, ABLATE_CLUSTERS, INFORM_CLUSTERS)]


def test_cluster_card_about_a_class(answer):
    card = answer("cluster_card", cluster=1, target="1", partition=P)
    columns = ["most_affected_target", "effect_points", "label_bits"]
    assert rows(card, *columns) == [("1", 60.0, 0.15)]


def test_cluster_members(answer):
    members = answer("cluster_members", cluster=1)
    columns = ["neuron", "internal_share", "participation", "agreement_across_seeds", "partition_run"]
    assert rows(members, *columns) == [
        (f"{NETWORK}/input/2", 0.5, 0.25, 1.0, PARTITION),
        (f"{NETWORK}/input/3", 0.5, 0.25, 1.0, PARTITION),
        (f"{NETWORK}/dense_1/2", 0.5, 0.75, 1.0, PARTITION),
        (f"{NETWORK}/dense_2/2", 0.5, 0.0, 1.0, PARTITION),
        (f"{NETWORK}/dense_3/1", None, 0.25, 1.0, PARTITION),
    ]


def test_most_damaging_neurons(answer):
    worst = answer("most_damaging_neurons", top=4, partition=P)
    columns = ["neuron", "cluster_number", "effect_points", "low_points", "high_points", "p", "q", "run", "n_total"]
    assert rows(worst, *columns) == [
        (f"{NETWORK}/dense_1/2", 1, 50.0, 45.0, 55.0, 0.005, 0.01, NEW, 8),
        (f"{NETWORK}/dense_2/0", 0, 50.0, 45.0, 55.0, 0.005, 0.01, NEW, 8),
        (f"{NETWORK}/dense_2/2", 1, 50.0, 45.0, 55.0, 0.005, 0.01, NEW, 8),
        (f"{NETWORK}/dense_1/0", 0, 40.0, 35.0, 45.0, 0.005, 0.01, NEW, 8),
    ]


def test_most_damaging_neurons_of_an_older_run(answer):
    worst = answer("most_damaging_neurons", top=1, run=OLD, target="0")
    assert rows(worst, "neuron", "effect_points", "run") == [(f"{NETWORK}/dense_1/0", 100.0, OLD)]


def test_most_damaging_neurons_below_a_rate(answer):
    worst = answer("most_damaging_neurons", fdr=0.05)
    assert (len(worst), worst["effect_points"].min()) == (6, 25.0)


def test_most_damaging_clusters(answer):
    worst = answer("most_damaging_clusters")
    columns = ["cluster_number", "is_module", "n_neurons", "n_ablated", "effect_points", "low_points", "high_points"]
    assert rows(worst, *columns, "null_mean", "z", "p", "q", "points_per_neuron", "run", "n_total") == [
        (0, True, 6, 4, 50.0, 45.0, 55.0, 20.0, 15.0, 0.01, 0.02, 12.5, ABLATE_CLUSTERS, 5),
        (1, True, 5, 2, 30.0, 25.0, 35.0, 25.0, 2.0, 0.02, 0.04, 15.0, ABLATE_CLUSTERS, 5),
        (3, False, 1, 1, 5.0, 0.0, 10.0, 10.0, -5.0, 0.3, 0.6, 5.0, ABLATE_CLUSTERS, 5),
        (2, False, 1, 1, 0.0, -5.0, 5.0, 10.0, -10.0, 0.5, 1.0, 0.0, ABLATE_CLUSTERS, 5),
        (4, False, 1, 1, None, None, None, None, None, None, None, None, ABLATE_CLUSTERS, 5),
    ]


def test_most_damaging_clusters_below_a_rate(answer):
    assert answer("most_damaging_clusters", fdr=0.03)["cluster_number"].tolist() == [0]


def test_effect_and_information(answer):
    table = answer("effect_and_information", partition=P)
    columns = ["cluster_number", "n_neurons", "effect_points", "effect_q", "label_bits", "information_q"]
    # Ranks among the four measured: effect beyond its null 30, 5, -5, -10 and bits beyond theirs 0.875, 0.175,
    # 0.775, -0.0625 for clusters 0, 1, 3, 2; so by effect 0, 1, 2, 3 and by bits 0, 2, 1, 3.
    assert rows(table, *columns, "quadrant", "rank_gap") == [
        (0, 6, 50.0, 0.02, 1.0, 0.01, "used and informed", 0),
        (1, 5, 30.0, 0.04, 0.3, 0.3, "used, not informed", 1),
        (3, 1, 5.0, 0.6, 0.9, 0.01, "informed, not used", -1),
        (2, 1, 0.0, 1.0, 0.0, 0.9, "idle", 0),
        (4, 1, None, None, 0.5, 0.2, "not informed, effect unknown", None),
    ]
    assert set(table["effect_run"]) == {ABLATE_CLUSTERS}
    assert set(table["information_run"]) == {INFORM_CLUSTERS}


def test_effect_and_information_at_another_level(answer):
    strict = answer("effect_and_information", fdr=0.015)
    assert strict["quadrant"].tolist() == [
        *("informed, not used", "idle", "informed, not used", "idle", "not informed, effect unknown")
    ]


def test_effect_and_information_of_which_one_is_unknown(store):
    information = "MATCH (:Cluster {key: $key})-[value:INFORMATION {run: $run}]->(:Target {name: 'all'})"
    asked = {"network": NETWORK, "partition": P}
    before = {f"{NETWORK}/{P}/{number}": q for number, q in enumerate(CLUSTER_BITS_Q)}
    unknown = {f"{NETWORK}/{P}/{number}": None for number in (0, 3, 4)}

    def write(rates):
        for key, q in rates.items():
            store.write((f"{information} SET value.q = $q", {"key": key, "run": INFORM_CLUSTERS, "q": q}))

    write(unknown)
    try:
        found = ask(store, "effect_and_information", asked)["quadrant"].tolist()
        write({f"{NETWORK}/{P}/4": 0.01})
        informed = ask(store, "effect_and_information", asked)["quadrant"].tolist()
    finally:
        write(before)
    assert found == ["used, bits unknown", "used, not informed", "not used, bits unknown", "idle", "not measured"]
    assert informed[-1] == "informed, effect unknown"


def test_the_newest_partition_is_the_default(answer):
    table = answer("effect_and_information")
    assert table.equals(answer("effect_and_information", partition=P))
    assert table.attrs["parameters"]["partition"] == P


def test_provenance_of_a_headline_tells_earlier_values(answer):
    origin = answer("provenance_of", key=f"{NETWORK}/dense_1/0", property="effect_points")
    columns = ["value", "unit", "superseded_by", "run", "kind", "method", "seed", "source", "n_trials", "command"]
    command = f"atlas ablate {NETWORK}"
    assert rows(origin, *columns) == [
        (40.0, "percentage points", None, NEW, "ablate", "mean", 3, "two_blocks", 64, command),
        (50.0, "percentage points", NEW, OLD, "ablate", "zero", 3, "two_blocks", 64, command),
    ]
    assert set(origin["source_sha256"]) == {"d" * 64}
    assert (origin["finished_at"] >= origin["started_at"]).all()


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("/dense_1/0", "in_strength", (None, 2.0, None, None, "ingest", "blocks.pt")),
        ("/dense_1/0", "layer", (None, None, "dense_1", None, "ingest", "blocks.pt")),
        ("/dense_1/0", "value", (None, None, None, None, "ingest", "blocks.pt")),  # of its weights, each its own
        ("/dense_1/0", "participation", (P, 0.25, None, PARTITION, "partition", None)),
        ("/dense_1/0", "most_affected_target", (None, None, "0", NEW, "ablate", "two_blocks")),
        ("/dense_1", "n_neurons", (None, 4.0, None, None, "ingest", "blocks.pt")),
        ("/leiden-1.0-seed0", "modularity", (None, 0.4, None, PARTITION, "partition", None)),
        ("/leiden-1.0-seed0/0", "n_layers", (None, 4.0, None, PARTITION, "partition", None)),
        ("/leiden-1.0-seed0/0", "label_bits", (None, 1.0, None, INFORM_CLUSTERS, "inform", "two_blocks")),
        ("/target/1", "kind", (None, None, "class", None, "ingest", "blocks.pt")),
        ("", "accuracy_percent", (None, 100.0, None, None, "ingest", "blocks.pt")),
    ],
    ids=["neuron", "text", "weight", "member", "top", "layer", "partition", "cluster", "headline", "class", "network"],
)
def test_provenance_of(answer, key, name, expected):
    origin = answer("provenance_of", key=f"{NETWORK}{key}", property=name)
    assert rows(origin, "about", "value", "text", "run", "kind", "source")[0] == expected
    sha256 = {"blocks.pt": "f" * 64, "two_blocks": "d" * 64, None: None}[expected[-1]]
    assert rows(origin, "source_sha256")[0] == (sha256,)
