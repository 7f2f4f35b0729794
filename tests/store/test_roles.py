"""Roles of neurons: written, shown as a property and as labels, replaced, taken back, and read for judging."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from queries.described import study
from queries.informed import relays
from queries.judged import roles as roles_by_hand
from queries.structured import partition
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import run_key
from atlas.records import RunRecord
from atlas.store import Store
from atlas.store.parquet import export_network, import_network

NONE = float("nan")
ROLES = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target)<-[r:ROLE]-(x:Neuron)
RETURN x.key AS neuron, t.name AS target, properties(r) AS properties ORDER BY neuron, r.role"""
SHOWN = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x)
WHERE l.name = $layer
RETURN x.roles AS roles, x.roles_run AS run, labels(x) AS labels ORDER BY x.number"""
TWO = [
    ("dense_1/0", "specialist", "1", 0.875, 0.75, 0.005, 0.01, "ablate-1"),
    ("dense_1/0", "relay", "all", 0.5, 0, 0.01, 0.02, "relay-1"),
    ("dense_1/1", "dead", "all", 0, 0, 0.03, NONE, "indicators-1"),
]
ONE = [("dense_1/2", "dead", "all", 0, 0, 0.03, NONE, "indicators-2")]
HIDDEN = [f"{layer}/{number}" for layer in ("dense_1", "dense_2") for number in range(4)]


@pytest.fixture
def network(store: Store, key: str) -> str:
    room.load(store, two_blocks(key))
    return key


def run(network: str, kind: str = "roles", name: str = "1", **params: str) -> RunRecord:
    """A run of a kind that `samples` does not know."""
    return replace(samples.run(network, "ablate", **params), kind=kind, key=run_key(network, kind, name))


def shown(store: Store, network: str, layer: str = "dense_1") -> list[tuple[object, set[str]]]:
    """Give roles and labels of the neurons of a layer."""
    found = store.rows(SHOWN, network=network, layer=layer)
    return [(row["roles"], set(row["labels"]) - {"Neuron", "Element"}) for row in found]


def test_what_is_written(store: Store, network: str) -> None:
    about = run(network)
    assert room.annotate_roles(store, about, roles_by_hand(network, TWO))
    relay, specialist, dead = store.rows(ROLES, network=network)
    assert (relay["neuron"], relay["target"]) == (f"{network}/dense_1/0", "all")
    assert (specialist["neuron"], specialist["target"]) == (f"{network}/dense_1/0", "1")
    assert specialist["properties"] == {
        **{"run": about.key, "role": "specialist", "value": 0.875, "threshold": 0.75, "p": 0.005, "q": 0.01},
        **{"rule": "Is specialist by hand.", "from_run": f"{network}/run/ablate-1"},
    }
    assert dead["properties"] == {
        **{"run": about.key, "role": "dead", "value": 0, "threshold": 0, "p": 0.03},
        **{"rule": "Is dead by hand.", "from_run": f"{network}/run/indicators-1"},
    }


def test_what_is_shown(store: Store, network: str) -> None:
    room.annotate_roles(store, run(network), roles_by_hand(network, TWO))
    assert shown(store, network) == [
        (["relay", "specialist"], {"Relay", "Specialist"}),
        (["dead"], {"Dead"}),
        ([], set()),
        ([], set()),
    ]
    assert {row["run"] for row in store.rows(SHOWN, network=network, layer="input")} == {run(network).key}


def test_a_newer_run_and_the_way_back(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    room.annotate_roles(store, run(network), roles_by_hand(network, TWO))
    older = room.fingerprint(store, network)
    assert not room.annotate_roles(store, run(network), roles_by_hand(network, TWO))
    newer = run(network, name="2")
    room.annotate_roles(store, newer, roles_by_hand(network, ONE))
    assert shown(store, network) == [([], set()), ([], set()), (["dead"], {"Dead"}), ([], set())]
    room.remove_run(store, newer.key)
    assert room.fingerprint(store, network) == older
    room.remove_run(store, run(network).key)
    assert room.fingerprint(store, network) == before


def test_nobody_has_a_role(store: Store, network: str) -> None:
    room.annotate_roles(store, run(network), roles_by_hand(network, TWO))
    nobody = roles_by_hand(network, TWO)
    nothing = {name: getattr(nobody, name)[:0] for name in ("elements", "roles", "targets", "rules", "from_runs")}
    nothing |= {name: np.zeros(0) for name in ("value", "threshold", "p", "q")}
    assert room.annotate_roles(store, run(network, name="2"), replace(nobody, **nothing))
    assert shown(store, network) == [([], set())] * 4


def test_roles_go_with_the_run_they_were_judged_by(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    ablated = samples.run(network, "ablate")
    room.annotate_effects(store, ablated, samples.effects([f"{network}/dense_1/0"], [[50.0, 0, 100]], [0.01]))
    judged = run(network, effect_run=ablated.key)
    other = run(network, name="2")
    for about in (judged, other):
        room.annotate_roles(store, about, roles_by_hand(network, TWO))
    assert room.remove_run(store, ablated.key) == (judged.key, ablated.key)
    assert shown(store, network)[0] == (["relay", "specialist"], {"Relay", "Specialist"})
    room.remove_run(store, other.key)
    assert room.fingerprint(store, network) == before


def test_export(store: Store, network: str, tmp_path: Path) -> None:
    room.annotate_roles(store, run(network), roles_by_hand(network, TWO))
    before = room.fingerprint(store, network)
    manifest = export_network(store, network, tmp_path / "out")
    assert (manifest.count("ROLE"), manifest.left_out) == (3, ())
    room.remove_network(store, network)
    import_network(store, tmp_path / "out")
    assert room.fingerprint(store, network) == before


def test_unknown_neuron(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match="'elsewhere/dense_1/0'"):
        room.annotate_roles(store, run(network), roles_by_hand("elsewhere", TWO))
    assert room.fingerprint(store, network) == before


def test_runs_of_neurons(store: Store, network: str) -> None:
    room.annotate_partition(store, samples.run(network, "partition"), samples.halves(two_blocks(network)), name="h")
    for name, elements, params in (
        ("1", [f"{network}/dense_1/0"], {}),
        ("2", samples.clusters_of(network, "h")[:1], {"partition": "h"}),
        ("3", [f"{network}/dense_1/0"], {}),
    ):
        result = samples.effects(elements, [[50.0, 0, 100]], [0.01])
        room.annotate_effects(store, samples.run(network, "ablate", name, **params), result)
    assert room.neuron_runs(store, network, "ablate") == [run_key(network, "ablate", name) for name in ("3", "1")]
    assert room.neuron_runs(store, network, "partition") == [run_key(network, "partition", "1")]
    assert room.neuron_runs(store, network, "relay") == []


def test_harm_is_read(store: Store, network: str) -> None:
    elements = [f"{network}/dense_1/{number}" for number in (0, 1)]
    about = samples.run(network, "ablate")
    room.annotate_effects(store, about, samples.effects(elements, [[50.0, 0, 100], [NONE] * 3], [0.01, NONE]))
    found = room.read_harm(store, network, about.key)
    assert (found.run, found.elements, found.targets) == (about.key, tuple(elements), ("0", "1"))
    assert found.points[0].tolist() == [0, 100]
    assert found.q[0].tolist() == found.p[0].tolist() == [0.01, 0.01]
    assert np.isnan(found.points[1]).all()


def test_relays_are_read(store: Store, network: str) -> None:
    about = run(network, "relay")
    room.annotate_relay(store, about, relays(network))
    found = room.read_relays(store, network, about.key)
    assert found.n_null == 20
    assert found.elements == tuple(f"{network}/dense_{layer}/{number}" for layer in (1, 2) for number in (0, 1))
    assert found.bits[:2].tolist() == [0.25, 0.5]
    assert np.isnan(found.bits[2:]).all()
    assert found.alone_q.tolist() == [0.02, 0.02, 0.04, 0.02]


def test_activity_is_read(store: Store, network: str) -> None:
    about = run(network, "indicators")
    elements = [f"{network}/{neuron}" for neuron in HIDDEN]
    room.annotate_indicators(store, about, study(elements), effect_run="ablated")
    found = room.read_activity(store, network, about.key)
    assert found.elements == tuple(elements)
    assert found.active_share.tolist() == [1, 0, 1, 0.75, 1, 0.25, 1, 1]
    assert (set(found.n_trials), set(found.activations), set(found.summaries)) == ({64}, {"relu"}, {"alone"})


def test_places_are_read(store: Store, network: str) -> None:
    about = samples.run(network, "partition")
    room.annotate_partition(store, about, partition(), name="h")
    found = room.read_places(store, network, about.key)
    assert (len(found.elements), found.n_null) == (14, 20)
    assert found.elements[4:6] == (f"{network}/dense_1/0", f"{network}/dense_1/1")
    assert (found.role[4:6], found.p[4], found.within_z[4], found.participation[4]) == (("hub", None), 0.02, 2.5, 0.25)
    assert (found.path_share[8], found.layer_size[8], found.layer_size[12]) == (0.5, 4, 2)
