"""Motifs between layers: all of them are written, or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from partitions import scored
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.records import RunRecord
from atlas.results import MotifResult
from atlas.store import Store

MOTIFS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(a:Layer)-[r:MOTIF]->(b:Layer)
RETURN a.name AS first, b.name AS last, properties(r) AS properties ORDER BY properties.count DESC"""
COUNT = MotifResult(
    motifs=("bifan", "diamond"),
    first_layers=("input", "input"),
    last_layers=("dense_1", "dense_2"),
    count=scored([4, 2], [3, 2], [0.5, 0], [2, np.nan], [0.02, 1]),
    q=np.array([0.04, np.nan]),
    params={},
)


@pytest.fixture
def network(store: Store, key: str) -> str:
    room.load(store, two_blocks(key))
    return key


def _run(network: str, name: str = "1") -> RunRecord:
    run = samples.run(network, "ablate", name)
    return replace(run, key=f"{network}/run/motifs-{name}", kind="motifs", params={"n_strongest": 10})


def test_what_is_written(store: Store, network: str) -> None:
    run = _run(network)
    assert room.annotate_motifs(store, run, COUNT)
    bifan, diamond = store.rows(MOTIFS, network=network)
    assert (bifan["first"], bifan["last"], diamond["last"]) == ("input", "dense_1", "dense_2")
    assert bifan["properties"] == {
        **{"run": run.key, "motif": "bifan", "count": 4, "null_mean": 3, "null_sd": 0.5},
        **{"z": 2, "p": 0.02, "q": 0.04},
    }
    assert diamond["properties"] == {
        "run": run.key, "motif": "diamond", "count": 2, "null_mean": 2, "null_sd": 0, "p": 1
    }  # fmt: skip


def test_again_and_removed(store: Store, network: str) -> None:
    before, run = room.fingerprint(store, network), _run(network)
    room.annotate_motifs(store, run, COUNT)
    written = room.fingerprint(store, network)
    assert not room.annotate_motifs(store, run, COUNT)
    assert room.fingerprint(store, network) == written
    other = _run(network, "2")
    room.annotate_motifs(store, other, COUNT)
    assert len(store.rows(MOTIFS, network=network)) == 4
    room.remove_run(store, other.key)
    assert room.fingerprint(store, network) == written
    room.remove_run(store, run.key)
    assert room.fingerprint(store, network) == before


def test_a_run_that_failed(store: Store, network: str) -> None:
    before, run = room.fingerprint(store, network), _run(network)
    assert room.begin(store, run)
    text = "MATCH (a:Layer {key: $a}) MATCH (b:Layer {key: $b}) CREATE (a)-[:MOTIF {run: $run}]->(b)"
    store.write((text, {"a": f"{network}/input", "b": f"{network}/dense_1", "run": run.key}))
    room.fail(store, run)
    assert store.rows(MOTIFS, network=network) == []
    room.remove_run(store, run.key)
    assert room.fingerprint(store, network) == before


def test_unknown_layer(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match="Did you mean 'dense_1'"):
        room.annotate_motifs(store, _run(network), replace(COUNT, last_layers=("dense1", "dense_2")))
    assert room.fingerprint(store, network) == before
