"""Matches between clusters of two networks: written, taken back with either network, left out of exports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import run_key
from atlas.records import RunRecord
from atlas.results import MatchResult
from atlas.store import Store
from atlas.store.parquet import export_network, import_network

NONE = float("nan")
MATCHES = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(:Partition)-[:HAS_CLUSTER]->(a)-[r:MATCHES]->(b)
RETURN a.key AS first, b.key AS second, properties(r) AS properties ORDER BY first, second"""


def matches(**changed: object) -> MatchResult:
    """Match the first cluster with the second of the other network; they share 3 neurons, the others one."""
    pairs = np.array([[0.0, 0.75], [0.25, 0.0]])
    result = MatchResult(
        first=np.array([0, 1]),
        second=np.array([0, 1]),
        jaccard=pairs,
        n_shared=4 * pairs,
        first_share=pairs,
        second_share=pairs,
        overlap_p=np.array([[1.0, 0.01], [0.5, 1.0]]),
        connectivity=np.array([[-1.0, 0.5], [NONE, 0.25]]),
        effect=np.full((2, 2), NONE),
        information=np.full((2, 2), NONE),
        score=pairs,
        partner=np.array([1, -1]),
        low_score=np.array([0.5, NONE]),
        high_score=np.array([1.0, NONE]),
        null_mean=np.array([0.25, NONE]),
        null_sd=np.array([0.125, NONE]),
        z=np.array([4.0, NONE]),
        p=np.array([0.01, NONE]),
        q=np.array([0.02, NONE]),
        reasons={},
        params={},
    )
    return replace(result, **changed)


@pytest.fixture
def both(store: Store, key: str) -> tuple[str, str]:
    """Two networks, each with the partition `h` of two clusters."""
    other = f"{key}-other"
    for one in (key, other):
        room.load(store, two_blocks(one))
        room.annotate_partition(store, samples.run(one, "partition"), samples.halves(two_blocks(one)), name="h")
    yield key, other
    if store.rows("MATCH (n:Network {key: $key}) RETURN n.key AS key", key=other):
        room.remove_network(store, other)


def run(network: str, other: str, **params: str) -> RunRecord:
    """A comparison of the partitions `h` of two networks."""
    about = samples.run(network, "partition", other=other, first="h", second="h", **params)
    return replace(about, kind="compare", key=run_key(network, "compare", "1"))


def test_what_is_written(store: Store, both: tuple[str, str]) -> None:
    network, other = both
    about = run(network, other)
    assert room.annotate_matches(store, about, matches(), first="h", other=other, second="h")
    matched, sharing = store.rows(MATCHES, network=network)
    assert (matched["first"], matched["second"]) == (f"{network}/h/0", f"{other}/h/1")
    assert matched["properties"] == {
        "run": about.key,
        "one_to_one": True,
        **dict.fromkeys(("score", "jaccard", "first_share", "second_share"), 0.75),
        "n_shared": 3,
        **{"overlap_p": 0.01, "connectivity": 0.5, "low_score": 0.5, "high_score": 1.0},
        **{"null_mean": 0.25, "null_sd": 0.125, "z": 4.0, "p": 0.01, "q": 0.02},
    }
    assert (sharing["first"], sharing["second"]) == (f"{network}/h/1", f"{other}/h/0")
    assert sharing["properties"]["one_to_one"] is False
    assert "p" not in sharing["properties"]
    assert not room.annotate_matches(store, about, matches(), first="h", other=other, second="h")
    assert len(store.rows(MATCHES, network=network)) == 2


def test_other_neurons_share_none(store: Store, both: tuple[str, str]) -> None:
    network, other = both
    nothing = np.full((2, 2), NONE)
    unknown = matches(jaccard=nothing, n_shared=nothing, first_share=nothing, second_share=nothing, overlap_p=nothing)
    room.annotate_matches(store, run(network, other), unknown, first="h", other=other, second="h")
    (found,) = store.rows(MATCHES, network=network)
    assert found["second"] == f"{other}/h/1" and "n_shared" not in found["properties"]


@pytest.mark.parametrize(("other", "second"), [("-other", "i"), ("-another", "h")])
def test_unknown(store: Store, both: tuple[str, str], other: str, second: str) -> None:
    network, _ = both
    about = run(network, network + other)
    with pytest.raises(UnknownName):
        room.annotate_matches(store, about, matches(), first="h", other=network + other, second=second)
    assert store.rows("MATCH (r:Run {key: $key}) RETURN r.key AS key", key=about.key) == []


@pytest.mark.parametrize("side", [0, 1])
def test_goes_with_either_network(store: Store, both: tuple[str, str], side: int) -> None:
    network, other = both
    before = room.fingerprint(store, both[1 - side])
    about = run(network, other)
    room.annotate_matches(store, about, matches(), first="h", other=other, second="h")
    room.remove_network(store, both[side])
    assert store.rows("MATCH (r:Run {key: $key}) RETURN r.key AS key", key=about.key) == []
    assert room.fingerprint(store, both[1 - side]) == before


@pytest.mark.parametrize("side", [0, 1])
def test_goes_with_either_partition(store: Store, both: tuple[str, str], side: int) -> None:
    network, other = both
    about = run(network, other)
    room.annotate_matches(store, about, matches(), first="h", other=other, second="h")
    made = samples.run(both[side], "partition").key
    assert room.remove_run(store, made) == (about.key, made)
    assert store.rows(MATCHES, network=network) == []


@pytest.mark.parametrize("side", ["first_effect_run", "second_label_run"])
def test_goes_with_the_values_it_used(store: Store, both: tuple[str, str], side: str) -> None:
    network, other = both
    kind = "ablate" if side == "first_effect_run" else "inform"
    used = samples.run(network if kind == "ablate" else other, kind)
    assert room.begin(store, used)
    room.finish(store, used)
    about = run(network, other, **{side: used.key})
    room.annotate_matches(store, about, matches(), first="h", other=other, second="h")
    assert room.remove_run(store, used.key) == (about.key, used.key)


def test_removing_takes_the_matches(store: Store, both: tuple[str, str]) -> None:
    network, other = both
    before = [room.fingerprint(store, one) for one in both]
    about = run(network, other)
    room.annotate_matches(store, about, matches(), first="h", other=other, second="h")
    assert room.remove_run(store, about.key) == (about.key,)
    assert [room.fingerprint(store, one) for one in both] == before


def test_is_no_part_of_an_export(store: Store, both: tuple[str, str], tmp_path: Path) -> None:
    network, other = both
    room.annotate_matches(store, run(network, other), matches(), first="h", other=other, second="h")
    export_network(store, network, tmp_path / "folder")
    room.remove_network(store, network)
    assert import_network(store, tmp_path / "folder").loaded
    assert store.rows(MATCHES, network=network) == []
    kinds = store.rows("MATCH (r:Run {network: $key}) RETURN r.kind AS kind", key=network)
    assert [row["kind"] for row in kinds] == ["partition"]
