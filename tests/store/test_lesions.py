"""Lesion tests in the graph, and the label `Module` that hangs on them and on effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from queries.lesioned import SETS, lesions
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import run_key
from atlas.records import RunRecord
from atlas.store import Store

_LESIONS = """MATCH (x {network: $network})-[r:LESION]->(y) RETURN x.key AS tested, y.key AS about, r.reason AS reason,
  r.importance AS importance, r.coherence_q AS q, r.importance_p AS p, r.n_importance AS n ORDER BY tested, about"""
_MODULES = """MATCH (c:Cluster {network: $network}) RETURN c:Module AS is_module, c.module_by AS by,
  c.module_level AS level, c.lesion_run AS run ORDER BY c.number"""


@pytest.fixture
def network(store: Store, key: str) -> str:
    """Load two_blocks with a partition of three clusters."""
    room.load(store, two_blocks(key))
    three = samples.by_labels(two_blocks(key), [0, 0, 1, 1, 0, 2, 1, 1, 0, 0, 1, 1, 0, 1])
    room.annotate_partition(store, samples.run(key, "partition"), three, name="three")
    return key


def _run(network: str, name: str = "1", *, rule: str = "corrected", level: float = 0.05) -> RunRecord:
    params = {"partition": "three", "rule": rule, "level": level}
    return replace(samples.run(network, "inform"), kind="lesion", key=run_key(network, "lesion", name), params=params)


def _annotate(store: Store, network: str, run: RunRecord, rule: str = "corrected") -> None:
    room.annotate_lesion(store, run, lesions(f"{network}/three", rule=rule), partition="three")


def _modules(store: Store, network: str) -> list[tuple[object, ...]]:
    return [tuple(row.values())[:3] for row in store.rows(_MODULES, network=network)]


def test_every_set(store: Store, network: str) -> None:
    _annotate(store, network, _run(network))
    found = {(row["tested"], row["about"]): row for row in store.rows(_LESIONS, network=network)}
    assert len(found) == len(SETS) + 3
    whole = found[f"{network}/three/0", f"{network}/target/all"]
    assert (whole["importance"], whole["q"], whole["reason"]) == (50, 0.25, None)
    part = found[f"{network}/three/0", f"{network}/dense_1"]
    assert (part["importance"], part["q"], part["reason"]) == (None, None, "too_small")


def test_combined(store: Store, network: str) -> None:
    _annotate(store, network, _run(network))
    found = {(row["tested"], row["about"]): row for row in store.rows(_LESIONS, network=network)}
    overall = found[f"{network}/three", f"{network}/target/all"]
    assert (overall["p"], overall["n"], overall["importance"]) == (0.4, 1, None)
    assert found[f"{network}/three", f"{network}/dense_1"]["p"] is None


def test_modules(store: Store, network: str) -> None:
    _annotate(store, network, _run(network))
    assert _modules(store, network) == [(True, "importance", 0.05), (True, "coherence", 0.05), (False, None, None)]


def test_level(store: Store, network: str) -> None:
    _annotate(store, network, _run(network, level=0.01))
    assert _modules(store, network) == [(True, "importance", 0.01), (False, None, None), (False, None, None)]


def test_published_rule_makes_no_modules(store: Store, network: str) -> None:
    _annotate(store, network, _run(network, rule="published"), rule="published")
    assert _modules(store, network) == [(False, None, None)] * 3


def test_effects_and_lesions(store: Store, network: str) -> None:
    _annotate(store, network, _run(network))
    clusters = [f"{network}/three/{number}" for number in range(3)]
    effects = samples.effects(clusters, [[50.0, 100, 0]] * 3, [0.01, 0.2, 0.02])
    room.annotate_effects(store, samples.run(network, "ablate"), effects)
    assert _modules(store, network) == [
        (True, "effect,importance", 0.05),
        (True, "coherence", 0.05),
        (True, "effect", 0.05),
    ]


def test_removed(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    _annotate(store, network, _run(network))
    room.remove_run(store, _run(network).key)
    assert room.fingerprint(store, network) == before


def test_older_run_comes_back(store: Store, network: str) -> None:
    strict, lax = _run(network, "strict", level=0.01), _run(network, "lax")
    _annotate(store, network, strict)
    _annotate(store, network, lax)
    room.remove_run(store, lax.key)
    assert _modules(store, network)[:2] == [(True, "importance", 0.01), (False, None, None)]
    assert {row["run"] for row in store.rows(_MODULES, network=network)} == {strict.key}


def test_unknown_cluster(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match="three/7"):
        unknown = replace(lesions(f"{network}/three"), elements=(f"{network}/three/7",) * len(SETS))
        room.annotate_lesion(store, _run(network), unknown, partition="three")
    assert room.fingerprint(store, network) == before
    assert np.array_equal(store.rows(_LESIONS, network=network), [])
