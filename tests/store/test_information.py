"""Label and relay information, complexity and synergy in the graph, and the headlines they set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from queries.informed import RELAYING, complexity, relays, synergy
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import run_key
from atlas.records import RunRecord
from atlas.results import KnockOutRegression
from atlas.store import Store

_INFORMATION = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target {name: $target})<-[r:INFORMATION]-(x)
RETURN x.key AS key, r.kind AS kind, properties(r) AS r ORDER BY key, kind, r.degree"""
_HEADLINES = """MATCH (x:Element {key: $key}) RETURN x.relay_bits AS relay_bits, x.relay_q AS relay_q,
  x.relay_alone_bits AS alone, x.relay_run AS relay_run, x.complexity AS complexity, x.complexity_run AS complexity_run,
  x.label_bits AS label_bits"""
_JOINT = """MATCH (a:Cluster {network: $network})-[r:JOINT_INFORMATION]->(b)
RETURN a.number AS first, b.number AS second, properties(r) AS r ORDER BY first, second, r.target_name"""

SLOPES = (
    *("size_slope", "low_size_slope", "high_size_slope", "relay_slope", "low_relay_slope", "high_relay_slope"),
    "r_squared",
)


@pytest.fixture
def network(store: Store, key: str) -> str:
    """Load two_blocks with a partition of three clusters."""
    room.load(store, two_blocks(key))
    three = samples.by_labels(two_blocks(key), [0, 0, 1, 1, 0, 2, 1, 1, 0, 0, 1, 1, 0, 1])
    room.annotate_partition(store, samples.run(key, "partition"), three, name="three")
    return key


def _run(network: str, kind: str, name: str = "1") -> RunRecord:
    return replace(samples.run(network, "inform"), kind=kind, key=run_key(network, kind, name), params={})


def _headlines(store: Store, key: str) -> dict[str, object]:
    (row,) = store.rows(_HEADLINES, key=key)
    return dict(row)


def test_relays_of_neurons_and_layers(store: Store, network: str) -> None:
    run = _run(network, "relay")
    assert room.annotate_relay(store, run, relays(network))
    found = {row["key"]: row["r"] for row in store.rows(_INFORMATION, network=network, target="all")}
    assert set(found) == {f"{network}/{key}" for key in RELAYING}
    neuron = found[f"{network}/dense_1/0"]
    assert (neuron["kind"], neuron["bits"], neuron["low_bits"], neuron["step"]) == ("relay", 0.25, 0.125, 1)
    assert type(neuron["step"]) is int
    unknown = found[f"{network}/dense_2"]
    assert ("bits" in unknown, unknown["reason"], unknown["reliable"]) == (False, "too_few_trials", False)
    of_class = {row["key"]: row["r"] for row in store.rows(_INFORMATION, network=network, target="0")}
    assert of_class[f"{network}/dense_1/0"]["bits"] == 0.125


def test_headlines_of_relays_go_with_their_run(store: Store, network: str) -> None:
    first, second = _run(network, "relay", "1"), _run(network, "relay", "2")
    room.annotate_relay(store, first, relays(network))
    room.annotate_relay(store, second, relays(network, factor=2))
    neuron, layer = f"{network}/dense_1/0", f"{network}/dense_1"
    assert (_headlines(store, neuron)["relay_bits"], _headlines(store, layer)["relay_bits"]) == (0.5, 1.5)
    room.remove_run(store, second.key)
    found = _headlines(store, neuron)
    assert (found["relay_bits"], found["relay_q"], found["alone"], found["relay_run"]) == (0.25, 0.1, 0.75, first.key)
    room.remove_run(store, first.key)
    assert set(_headlines(store, neuron).values()) == {None}
    assert not store.rows(_INFORMATION, network=network, target="all")


def test_the_regression_stands_at_its_layer(store: Store, network: str) -> None:
    slopes = np.array([[0.5, 0.25, np.nan]])
    regression = KnockOutRegression(
        layers=(f"{network}/dense_1",),
        **dict.fromkeys(SLOPES, slopes),
        n_sets=30,
    )
    room.annotate_relay(store, _run(network, "relay"), replace(relays(network), regression=regression))
    found = {row["key"]: row["r"] for row in store.rows(_INFORMATION, network=network, target="all")}
    layer = found[f"{network}/dense_1"]
    assert (layer["size_slope"], layer["relay_slope"], layer["r_squared"], layer["n_sets"]) == (0.5, 0.5, 0.5, 30)
    assert "n_sets" not in found[f"{network}/dense_2"]
    assert "size_slope" not in found[f"{network}/dense_1/0"]


def test_complexity_and_its_degrees(store: Store, network: str) -> None:
    run = _run(network, "complexity")
    layers = (f"{network}/dense_1", f"{network}/dense_2")
    assert room.annotate_complexity(store, run, complexity(*layers))
    found = [(row["key"], row["kind"], row["r"]) for row in store.rows(_INFORMATION, network=network, target="all")]
    assert [(key.rpartition("/")[2], kind) for key, kind, _ in found] == [
        ("dense_1", "complexity"),
        ("dense_1", "degree"),
        ("dense_1", "degree"),
        ("dense_2", "complexity"),
    ]
    whole, one, two = (properties for _, _, properties in found[:3])
    assert (whole["complexity"], whole["noise_complexity"], whole["estimator"]) == (1.25, 1.875, "exact")
    assert (one["degree"], one["bits"], two["degree"], two["bits"]) == (1, 0.75, 2, 0.25)
    assert (two["informative_bits"], two["misinformative_bits"]) == (0.5, 0.25)
    headlines = _headlines(store, layers[0])
    assert (headlines["complexity"], headlines["complexity_run"], headlines["label_bits"]) == (1.25, run.key, None)
    assert found[3][2]["reason"] == "too_few_trials"
    room.remove_run(store, run.key)
    assert _headlines(store, layers[0])["complexity"] is None


def test_synergy_of_pairs(store: Store, network: str) -> None:
    run = _run(network, "synergy")
    result = synergy(f"{network}/three")
    assert room.annotate_synergy(store, run, result)
    rows = store.rows(_JOINT, network=network)
    assert len(rows) == len(result.first) * len(result.targets)
    overall = {(row["first"], row["second"]): row["r"] for row in rows if row["r"]["target_name"] == "all"}
    assert {ends: r.get("synergy_sx_bits") for ends, r in overall.items()} == {(0, 2): 0.75, (0, 1): 0, (1, 2): None}
    assert (overall[0, 2]["synergy_null_mean"], overall[0, 2]["z"], overall[0, 2]["p"]) == (0.125, 5, 0.01)
    assert overall[1, 2]["reason"] == "too_few_trials"
    room.remove_run(store, run.key)
    assert not store.rows(_JOINT, network=network)


def test_an_unknown_layer_is_refused(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match=r"neuron, layer or cluster '.*dense_9' of"):
        room.annotate_complexity(store, _run(network, "complexity"), complexity(f"{network}/dense_9", f"{network}/x"))
    assert room.fingerprint(store, network) == before
