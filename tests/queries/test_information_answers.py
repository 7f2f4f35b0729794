"""Questions about information, their rows worked out by hand from the values in informed.py and conftest.py."""

import pytest

from atlas.catalogue import ask
from atlas.errors import MissingAnalysis

NETWORK, P = "query-blocks", "leiden-1.0-seed0"
ABLATE, ABLATE_CLUSTERS = f"{NETWORK}/run/ablate-new", f"{NETWORK}/run/ablate-clusters"
INFORM, INFORM_CLUSTERS = f"{NETWORK}/run/inform-neurons", f"{NETWORK}/run/inform-clusters"
OLD, RELAY = f"{NETWORK}/run/relay-old", f"{NETWORK}/run/relay-new"
COMPLEXITY, SYNERGY = f"{NETWORK}/run/complexity-layers", f"{NETWORK}/run/synergy-1"
CLUSTER_COMPLEXITY = f"{NETWORK}/run/complexity-clusters"
DENSE_1, DENSE_2 = f"{NETWORK}/dense_1", f"{NETWORK}/dense_2"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_informative_neurons(answer):
    told = answer("informative_neurons", partition=P)
    assert rows(told, "neuron", "cluster_number", "bits", "null_bits", "q", "run", "n_total") == [
        (f"{DENSE_1}/0", 0, 1.0, 0.0625, 0.01, INFORM, 8),
        (f"{DENSE_1}/2", 1, 1.0, 0.0625, 0.01, INFORM, 8),
        (f"{DENSE_1}/3", 3, 1.0, 0.0625, 0.01, INFORM, 8),
        (f"{DENSE_2}/0", 0, 1.0, 0.0625, 0.01, INFORM, 8),
        (f"{DENSE_2}/1", 0, 1.0, 0.0625, 0.01, INFORM, 8),
        (f"{DENSE_2}/2", 1, 0.5, 0.0625, 0.02, INFORM, 8),
        (f"{DENSE_1}/1", 2, 0.0, 0.0625, 1.0, INFORM, 8),
        (f"{DENSE_2}/3", 4, None, 0.0625, None, INFORM, 8),
    ]


def test_informative_neurons_say_how_well_it_is_known(answer):
    told = answer("informative_neurons", target="1")
    columns = ("bits", "low_bits", "high_bits", "z", "p", "n_states", "trials_per_state", "reliable", "reason")
    assert rows(told, *columns)[0] == (0.5, 0.375, 0.625, 1.75, 0.005, 2, 32.0, True, None)
    assert rows(told, *columns)[-1] == (None, None, None, None, None, 64, 1.0, False, "too_few_trials")


def test_neurons_that_tell_and_pass_it_on(answer):
    told = answer("informative_neurons", kind="relay", partition=P)
    assert rows(told, "neuron", "cluster_number", "bits", "null_bits", "z", "q", "reason", "run", "n_total") == [
        (f"{DENSE_1}/1", 2, 0.5, 0.125, 3.0, 0.02, None, RELAY, 4),
        (f"{DENSE_1}/0", 0, 0.25, 0.125, 1.0, 0.1, None, RELAY, 4),
        (f"{DENSE_2}/0", 0, None, None, None, None, "too_few_trials", RELAY, 4),
        (f"{DENSE_2}/1", 0, None, None, None, None, "too_few_trials", RELAY, 4),
    ]
    assert rows(answer("informative_neurons", kind="relay", fdr=0.05), "neuron") == [(f"{DENSE_1}/1",)]


def test_information_by_layer(answer):
    # dense_1: neurons of 1, 0, 1 and 1 bits, nulls of 1/16; a neuron of dense_2 is not known
    found = answer("information_by_layer")
    columns = ("layer", "bits_layer", "null_bits", "q", "best_neuron", "bits_best_neuron", "bits_sum", "null_bits_sum")
    assert rows(found, *columns, "redundancy", "n_neurons", "reason", "run") == [
        ("dense_1", 1.5, 0.5, 0.005, f"{DENSE_1}/0", 1.0, 3.0, 0.25, 1.5, 4, None, INFORM),
        ("dense_2", None, None, None, f"{DENSE_2}/0", 1.0, None, 0.25, None, 4, "too_few_trials", INFORM),
    ]
    beside = ("relay_bits", "relay_null_bits", "complexity", "null_complexity", "relay_run", "complexity_run")
    assert rows(found, *beside) == [
        (0.75, 0.125, 1.25, 1.75, RELAY, COMPLEXITY),
        (None, None, None, None, RELAY, COMPLEXITY),
    ]
    assert rows(found, "relay_reason", "complexity_reason") == [(None, None), ("too_few_trials", "too_few_trials")]


def test_information_by_layer_about_a_class(answer):
    found = answer("information_by_layer", target="0")
    assert rows(found, "bits_layer", "bits_sum", "redundancy", "relay_bits", "complexity")[0] == (
        *(0.75, 1.5, 0.75, 0.375),
        1.25,  # complexity is about all classes
    )


def test_relays_by_layer(answer):
    # two neurons of each layer are not measured
    found = answer("information_by_layer", kind="relay")
    columns = ("bits_layer", "low_bits", "best_neuron", "bits_best_neuron", "bits_sum", "redundancy", "n_neurons")
    assert rows(found, "layer", *columns, "run") == [
        ("dense_1", 0.75, 0.625, f"{DENSE_1}/1", 0.5, None, None, 2, RELAY),
        ("dense_2", None, None, None, None, None, None, 2, RELAY),
    ]
    older = answer("information_by_layer", kind="relay", run=OLD)
    assert rows(older, "bits_layer", "relay_bits", "run", "relay_run")[0] == (1.5, 0.75, OLD, RELAY)


def test_relay_neurons(answer):
    found = answer("relay_neurons", partition=P)
    columns = ("neuron", "layer", "cluster_number", "relay_bits", "low_bits", "high_bits", "null_bits", "q")
    assert rows(found, *columns) == [
        (f"{DENSE_1}/1", "dense_1", 2, 0.5, 0.375, 0.625, 0.125, 0.02),
        (f"{DENSE_1}/0", "dense_1", 0, 0.25, 0.125, 0.375, 0.125, 0.1),
        (f"{DENSE_2}/1", "dense_2", 0, None, None, None, None, None),
        (f"{DENSE_2}/0", "dense_2", 0, None, None, None, None, None),
    ]
    columns = ("alone_bits", "low_alone_bits", "high_alone_bits", "alone_null_bits", "alone_q", "input_bits")
    assert rows(found, *columns, "output_bits") == [
        (0.5, 0.375, 0.625, 0.0625, 0.02, 0.75, 0.625),
        (0.75, 0.625, 0.875, 0.0625, 0.02, 1.0, 0.875),
        (0.5, 0.375, 0.625, 0.0625, 0.02, 0.625, 0.75),
        (0.25, 0.125, 0.375, 0.0625, 0.04, 0.5, 0.5),
    ]
    columns = ("knock_out_points", "effect_points", "step", "step_bits", "step_null_bits", "trials_per_state")
    assert rows(found, *columns, "reliable", "reason", "run", "effect_run", "n_total") == [
        (12.5, 0.0, 2, 0.0, 0.0, 8.0, True, None, RELAY, ABLATE, 4),
        (25.0, 40.0, 1, 0.5, 0.25, 8.0, True, None, RELAY, ABLATE, 4),
        (0.0, 25.0, None, None, None, 1.0, False, "too_few_trials", RELAY, ABLATE, 4),
        (50.0, 50.0, None, None, None, 1.0, False, "too_few_trials", RELAY, ABLATE, 4),
    ]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"min_relay": 0.5}, [f"{DENSE_1}/1", f"{DENSE_2}/1"]),
        ({"min_relay": 0.5, "run": OLD}, [f"{DENSE_1}/1", f"{DENSE_1}/0", f"{DENSE_2}/1"]),
        ({"min_relay": 0.25, "target": "1"}, [f"{DENSE_1}/1", f"{DENSE_2}/1"]),
        ({"fdr": 0.05}, [f"{DENSE_1}/1", f"{DENSE_2}/1", f"{DENSE_2}/0"]),
        ({"top": 1}, [f"{DENSE_1}/1"]),
    ],
    ids=["bits", "run", "class", "rate", "top"],
)
def test_relay_neurons_by(answer, limits, found):
    assert answer("relay_neurons", **limits)["neuron"].tolist() == found


def test_synergy_and_redundancy(answer):
    found = answer("synergy_and_redundancy")
    columns = ("first_cluster", "second_cluster", "joint_bits", "first_bits", "second_bits", "mutual_bits")
    assert rows(found, *columns, "n_states", "trials_per_state", "reliable", "reason", "run", "n_total") == [
        (0, 2, 1.0, 0.25, 0.0, 0.0625, 8, 8.0, True, None, SYNERGY, 3),
        (0, 1, 1.0, 1.0, 0.75, 0.5, 8, 8.0, True, None, SYNERGY, 3),
        (1, 2, None, None, None, None, 64, 1.0, False, "too_few_trials", SYNERGY, 3),
    ]
    columns = ("redundancy_bits", "unique_first_bits", "unique_second_bits", "synergy_bits", "synergy_null_mean")
    assert rows(found, *columns, "z", "p", "q") == [
        (0.0, 0.25, 0.0, 0.75, 0.125, 5.0, 0.01, 0.02),
        (0.75, 0.25, 0.0, 0.0, 0.25, -2.0, 0.04, 0.06),
        (None,) * 8,
    ]


@pytest.mark.parametrize(("definition", "atoms"), [("min", (0.125, 0.125, 0.0, 0.75)), ("mmi", (0.25, 0.0, 0.0, 0.75))])
def test_synergy_by_another_definition_has_no_null(answer, definition, atoms):
    found = answer("synergy_and_redundancy", definition=definition)
    columns = ("redundancy_bits", "unique_first_bits", "unique_second_bits", "synergy_bits")
    assert rows(found, *columns, "synergy_null_mean", "z", "p", "q")[0] == (*atoms, None, None, None, None)


def test_synergy_about_a_class_below_a_rate(answer):
    found = answer("synergy_and_redundancy", target="1", fdr=0.05)
    assert rows(found, "first_cluster", "second_cluster", "synergy_bits", "n_total") == [(0, 2, 0.375, 1)]


def test_neurons_that_know_and_are_not_used(answer):
    # of those with at least 0.1 bits, only dense_1/3 is lost without loss
    found = answer("knows_but_unused")
    columns = ("key", "layer", "n_neurons", "label_bits", "low_bits", "high_bits", "null_bits", "information_q")
    assert rows(found, *columns) == [(f"{DENSE_1}/3", "dense_1", 1, 1.0, 0.875, 1.125, 0.0625, 0.01)]
    columns = ("effect_points", "effect_low", "effect_high", "effect_q", "out_strength", "effect_run")
    assert rows(found, *columns, "information_run", "n_total") == [(0.0, -5.0, 5.0, 1.0, 2.0, ABLATE, INFORM, 1)]
    assert answer("knows_but_unused", max_abs_points=25)["key"].tolist() == [f"{DENSE_1}/3", f"{DENSE_2}/1"]
    assert answer("knows_but_unused", min_bits=1.1).empty


def test_clusters_that_know_and_are_not_used(answer):
    # cluster 3 is dense_1/3 alone; of cluster 1, weights of strength 2 lead to cluster 3 and of 1 to cluster 4
    found = answer("knows_but_unused", partition=P, max_abs_points=30, fdr=1)
    columns = ("key", "layer", "n_neurons", "label_bits", "effect_points", "out_strength", "effect_run")
    assert rows(found, *columns, "information_run", "n_total") == [
        (f"{NETWORK}/{P}/3", None, 1, 0.9, 5.0, 2.0, ABLATE_CLUSTERS, INFORM_CLUSTERS, 2),
        (f"{NETWORK}/{P}/1", None, 5, 0.3, 30.0, 3.0, ABLATE_CLUSTERS, INFORM_CLUSTERS, 2),
    ]
    assert len(answer("knows_but_unused", partition=P, max_abs_points=30)) == 1


@pytest.mark.parametrize(
    ("parameters", "keys", "run"),
    [
        ({}, (DENSE_1, DENSE_2), COMPLEXITY),
        ({"partition": P}, (f"{NETWORK}/{P}/0", f"{NETWORK}/{P}/1"), CLUSTER_COMPLEXITY),
    ],
    ids=["layers", "clusters"],
)
def test_complexity_by_degree(answer, parameters, keys, run):
    found = answer("complexity_by_degree", **parameters)
    columns = ("key", "degree", "bits", "informative_bits", "misinformative_bits", "total_bits", "null_bits")
    assert rows(found, *columns) == [
        (keys[0], 1, 0.75, 1.0, 0.25, 1.0, 0.125),
        (keys[0], 2, 0.25, 0.5, 0.25, 1.0, 0.125),
        (keys[1], None, None, None, None, None, None),
    ]
    columns = ("complexity", "low_complexity", "high_complexity", "null_complexity", "noise_complexity")
    assert rows(found, *columns)[1:] == [(1.25, 1.125, 1.5, 1.75, 1.875), (None,) * 5]
    columns = ("bias_complexity", "min_complexity", "mmi_complexity", "estimator", "n_sources", "n_states")
    assert rows(found, *columns, "trials_per_state", "reliable", "reason", "note", "run")[1:] == [
        (-0.125, 1.0, 1.0625, "exact", 2, 4, 16.0, True, None, "Read it beside the others.", run),
        (None, None, None, None, 2, 64, 1.0, False, "too_few_trials", None, run),
    ]


def test_information_through_training_of_one_network(answer):
    found = answer("information_through_training")
    columns = ("network", "training_step", "accuracy_percent", "layer", "label_bits", "low_label_bits")
    assert rows(found, *columns, "high_label_bits", "null_label_bits", "label_reason") == [
        (NETWORK, 100, 100.0, "dense_1", 1.5, 1.375, 1.625, 0.5, None),
        (NETWORK, 100, 100.0, "dense_2", None, None, None, None, "too_few_trials"),
        (NETWORK, 100, 100.0, "dense_3", None, None, None, None, None),
    ]
    columns = ("relay_bits", "low_relay_bits", "high_relay_bits", "null_relay_bits", "relay_reason")
    assert rows(found, *columns) == [(0.75, 0.625, 0.875, 0.125, None), (*[None] * 4, "too_few_trials"), (None,) * 5]
    columns = ("complexity", "low_complexity", "high_complexity", "null_complexity", "min_complexity")
    assert rows(found, *columns)[0] == (1.25, 1.125, 1.5, 1.75, 1.0)
    assert rows(found, "complexity_reason", "label_run", "relay_run", "complexity_run") == [
        (None, INFORM, RELAY, COMPLEXITY),
        ("too_few_trials", INFORM, RELAY, COMPLEXITY),
        (None, None, None, None),
    ]


def test_information_through_training_says_by_what_states_and_trials(answer, trained):
    found = answer("information_through_training")
    columns = ("label_states", "n_label_trials", "relay_states", "n_relay_trials")
    of_layer = found[found["layer"] == "dense_1"]
    assert rows(of_layer, *columns, "complexity_states", "n_complexity_trials") == [
        ("zero 2", 64, None, None, None, None),
        ("median 2", 64, "zero 2", 64, "quantile 4", 64),
        (None,) * 6,
    ]


@pytest.mark.parametrize("asked", ["query-early", NETWORK, "query-late"])
def test_information_through_training_from_any_checkpoint(store, trained, asked):
    found = ask(store, "information_through_training", {"network": asked})
    of_layer = found[found["layer"] == "dense_1"]
    assert rows(of_layer, "network", "training_step", "accuracy_percent", "label_bits", "null_label_bits") == [
        ("query-early", 0, 50.0, 0.25, 0.125),
        (NETWORK, 100, 100.0, 1.5, 0.5),
        ("query-late", 200, 100.0, None, None),
    ]
    assert len(found) == 9


def test_information_through_training_about_a_class(answer):
    found = answer("information_through_training", target="1")
    assert rows(found, "label_bits", "relay_bits", "complexity")[0] == (0.75, 0.375, 1.25)


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("dense_1/1", "relay_bits", [(None, 0.5, None, RELAY, "relay"), (None, 1.0, RELAY, OLD, "relay")]),
        ("dense_1/1", "relay_alone_bits", [(None, 0.5, None, RELAY, "relay"), (None, 0.5, RELAY, OLD, "relay")]),
        ("dense_1", "label_bits", [(None, 1.5, None, INFORM, "inform")]),
        ("dense_1", "complexity", [(None, 1.25, None, COMPLEXITY, "complexity")]),
        ("dense_2", "complexity", [(None, None, None, COMPLEXITY, "complexity")]),
        (f"{P}/0", "complexity", [(None, 1.25, None, CLUSTER_COMPLEXITY, "complexity")]),
        ("dense_1", "mmi_complexity", [("all", 1.0625, None, COMPLEXITY, "complexity")]),
        ("dense_1", "degree", [(f"all, degree {n}", n, None, COMPLEXITY, "complexity") for n in (1, 2)]),
        (
            "dense_2/0",
            "knock_out_points",
            [
                *((target, 50.0, None, RELAY, "relay") for target in ("0", "1", "all")),
                *((target, 50.0, RELAY, OLD, "relay") for target in ("0", "1", "all")),
            ],
        ),
    ],
    ids=["relay", "alone", "label", "layer", "undefined", "cluster", "full", "degree", "older"],
)
def test_provenance_of_information(answer, key, name, expected):
    found = answer("provenance_of", key=f"{NETWORK}/{key}", property=name)
    assert rows(found, "about", "value", "superseded_by", "run", "kind") == expected


def test_provenance_of_a_property_that_three_kinds_of_run_write(answer):
    found = answer("provenance_of", key=DENSE_1, property="bits")
    newest = found[found["superseded_by"].isna()]
    assert sorted(rows(newest, "kind", "about", "value")) == [
        *(("complexity", "all", 1.0), ("complexity", "all, degree 1", 0.75), ("complexity", "all, degree 2", 0.25)),
        *(("inform", "0", 0.75), ("inform", "1", 0.75), ("inform", "all", 1.5)),
        *(("relay", "0", 0.375), ("relay", "1", 0.375), ("relay", "all", 0.75)),
    ]


@pytest.mark.parametrize(
    ("name", "parameters", "command"),
    [
        ("informative_neurons", {"kind": "relay"}, "atlas relay query-second"),
        ("information_by_layer", {}, "atlas inform query-second"),
        ("relay_neurons", {}, "atlas relay query-second"),
        ("synergy_and_redundancy", {}, f"atlas synergy query-second --partition {P}"),
        ("knows_but_unused", {}, "atlas ablate query-second"),
        ("complexity_by_degree", {}, "atlas complexity query-second"),
        ("complexity_by_degree", {"partition": P}, f"atlas complexity query-second --partition {P}"),
    ],
)
def test_a_missing_analysis_names_the_command(store, second_network, write_partition, name, parameters, command):
    with second_network():
        write_partition("query-second")
        with pytest.raises(MissingAnalysis) as caught:
            ask(store, name, {"network": "query-second", **parameters})
    assert f"Run `{command}`" in str(caught.value)
