"""The rows of the questions about roles, worked out by hand from the values in judged.py."""

import pytest

from atlas.catalogue import ask, find
from atlas.errors import MissingAnalysis, UnknownName
from atlas.schema import ROLE_LABELS

NETWORK = "query-blocks"
OLD, NEW = f"{NETWORK}/run/roles-old", f"{NETWORK}/run/roles-new"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_neurons_by_role(answer):
    found = answer("neurons_by_role")
    assert rows(found, "role", "neuron", "layer", "target", "value", "threshold", "p", "q") == [
        ("bottleneck", f"{NETWORK}/dense_2/0", "dense_2", "all", 3, 2, 0.046875, None),
        ("dead", f"{NETWORK}/dense_1/1", "dense_1", "all", 0, 0, 0.03125, None),
        ("hub", f"{NETWORK}/dense_3/0", "dense_3", "all", 2.5, 2.5, 0.046875, None),
        ("redundant", f"{NETWORK}/dense_2/0", "dense_2", "all", 0.0625, 0.125, 0.0078125, 0.03125),
        ("relay", f"{NETWORK}/dense_2/0", "dense_2", "all", 0.5, 0, 0.0078125, 0.015625),
        ("relay", f"{NETWORK}/dense_1/2", "dense_1", "all", 0.25, 0, 0.015625, 0.03125),
        ("specialist", f"{NETWORK}/dense_2/1", "dense_2", "0", 1, 0.75, 0.005, 0.01),
    ]
    assert found["rule"][1] == "Is dead by hand."
    assert found["from_run"][1] == f"{NETWORK}/run/indicators"
    assert set(found["run"]) == {NEW}
    assert set(found["n_total"]) == {7}


@pytest.mark.parametrize(
    ("limits", "roles", "n_total"),
    [
        ({"role": "relay", "top": 1}, ["relay"], 2),
        ({"layer": "dense_1"}, ["dead", "relay"], 2),
        ({"run": OLD}, ["saturated"], 1),
        ({"run": OLD, "role": "dead"}, [], None),
        ({"role": "connector"}, [], None),
    ],
    ids=["role", "layer", "run", "nobody_then", "nobody"],
)
def test_neurons_by_role_within(answer, limits, roles, n_total):
    found = answer("neurons_by_role", **limits)
    assert found["role"].tolist() == roles
    assert found["n_total"].tolist() == [n_total] * len(roles)


def test_unknown_roles_and_runs(answer):
    with pytest.raises(UnknownName, match=r"Unknown role 'relais'\. Did you mean 'relay'"):
        answer("neurons_by_role", role="relais")
    with pytest.raises(UnknownName, match=f"Unknown run '{NETWORK}/run/indicators'"):
        answer("neurons_by_role", run=f"{NETWORK}/run/indicators")
    with pytest.raises(UnknownName, match="Unknown role 'relay'"):
        answer("hubs_and_bottlenecks", role="relay")


@pytest.mark.parametrize(
    ("question", "limits", "said"),
    [
        (
            "neurons_by_role",
            {"role": "saturated"},
            f"who is saturated; {NEW} judged relay, redundant, dead, specialist",
        ),
        ("neurons_by_role", {"role": "relay", "run": OLD}, f"who is relay; {OLD} judged dead, saturated only"),
        ("find_neurons", {"role": "provincial"}, f"Run `atlas roles {NETWORK}`: it judges all that finished runs tell"),
    ],
)
def test_a_role_that_was_not_judged(answer, question, limits, said):
    with pytest.raises(MissingAnalysis, match=said):
        answer(question, **limits)


def test_roles_that_were_not_judged(store, second_network):
    with second_network(), pytest.raises(MissingAnalysis, match="Run `atlas roles query-second`"):
        ask(store, "neurons_by_role", {"network": "query-second"})


def test_labels_of_roles(store):
    text = "MATCH (x:Neuron {network: $network}) WHERE size(labels(x)) > 2 RETURN x.key AS key, labels(x) AS labels"
    found = {row["key"]: {*row["labels"]} - {"Neuron", "Element"} for row in store.rows(text, network=NETWORK)}
    assert found == {
        f"{NETWORK}/dense_1/1": {"Dead"},
        f"{NETWORK}/dense_1/2": {"Relay"},
        f"{NETWORK}/dense_2/0": {"Bottleneck", "Redundant", "Relay"},
        f"{NETWORK}/dense_2/1": {"Specialist"},
        f"{NETWORK}/dense_3/0": {"Hub"},
    }


def test_the_check_of_labels_knows_every_role():
    text = find("labels_unlike_their_properties").text
    assert [label for label in ROLE_LABELS.values() if f"'{label}'" not in text] == []


def test_a_label_of_ones_own_is_no_fault(store, answer):
    text = "MATCH (x:Neuron {key: $key})"
    store.write((f"{text} SET x:Favourite", {"key": f"{NETWORK}/dense_1/0"}))
    try:
        assert answer("labels_unlike_their_properties").empty
    finally:
        store.write((f"{text} REMOVE x:Favourite", {"key": f"{NETWORK}/dense_1/0"}))


@pytest.mark.parametrize(
    ("neuron", "told"),
    [
        ("dense_2/0", [("bottleneck, redundant, relay", NEW, None), ("none", OLD, NEW)]),
        ("dense_1/1", [("dead", NEW, None), ("saturated", OLD, NEW)]),
        ("input/0", [("none", NEW, None), ("none", OLD, NEW)]),
    ],
)
def test_where_roles_come_from(answer, neuron, told):
    found = answer("provenance_of", key=f"{NETWORK}/{neuron}", property="roles")
    assert rows(found, "text", "run", "superseded_by") == told
    assert set(found["kind"]) == {"roles"}


def test_the_run_of_roles(answer):
    found = answer("provenance_of", key=f"{NETWORK}/dense_1/1", property="roles_run")
    assert rows(found, "text", "superseded_by") == [(NEW, None), (OLD, NEW)]


def test_a_neuron_tells_its_roles(answer):
    none = answer("describe_neuron", neuron=f"{NETWORK}/input/0")
    assert rows(none[none["property"] == "role"], "about", "text", "run") == [(None, "none", NEW)]
    told = answer("describe_neuron", neuron=f"{NETWORK}/dense_2/0")
    assert rows(told[told["property"] == "role"], "about", "text", "q", "run") == [
        ("all", "bottleneck", None, NEW),
        ("all", "redundant", 0.03125, NEW),
        ("all", "relay", 0.015625, NEW),
    ]
