"""Joint effects of pairs: the strongest are written, all of them together or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.records import RunRecord
from atlas.results import PairResult
from atlas.store import Store

PAIRS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(a)-[r:JOINT_EFFECT]->(b)
RETURN a.key AS first, b.key AS second, properties(r) AS properties ORDER BY abs(r.interaction) DESC, first, second"""


@pytest.fixture
def network(store: Store, key: str) -> str:
    room.load(store, two_blocks(key))
    return key


def _run(network: str, name: str = "1") -> RunRecord:
    run = samples.run(network, "ablate", name, layers="dense_1,dense_2")
    return replace(run, key=f"{network}/run/pairs-{name}", kind="pairs", params={"top": 2, "n_pairs": 3})


def _pairs(network: str) -> PairResult:
    """Three pairs of three neurons: 50 points by both alone; 25 by each and 25 by both; nothing."""
    return PairResult(
        method="zero",
        neurons=(f"{network}/dense_1/1", f"{network}/dense_2/0", f"{network}/dense_2/1"),
        targets=("all", "0", "1"),
        first=np.array([0, 0, 1]),
        second=np.array([1, 2, 2]),
        n_trials=np.array([64, 32, 32]),
        n_right=np.array([64, 32, 32]),
        single_broken=np.array([[0, 0, 0], [16, 16, 0], [16, 16, 0]]),
        single_repaired=np.zeros((3, 3), dtype=int),
        n_broken=np.array([[16, 16, 0], [48, 32, 16], [16, 16, 0]]),
        n_repaired=np.zeros((3, 3), dtype=int),
        n_redundant=np.array([[0, 0, 0], [32, 16, 16], [0, 0, 0]]),
        n_near_ties=np.zeros(3, dtype=int),
        low_interaction=np.array([-1.0, 40.0, -30.0]),
        high_interaction=np.array([1.0, 60.0, -20.0]),
        z=np.array([np.nan, 5.0, -4.0]),
        p=np.array([1.0, 0.001, 0.01]),
        q=np.array([1.0, 0.003, 0.015]),
        params={},
    )


def test_the_strongest_are_written(store: Store, network: str) -> None:
    run = _run(network)
    assert room.annotate_pairs(store, run, _pairs(network), top=2)
    (most, next_one) = store.rows(PAIRS, network=network)
    assert (most["first"], most["second"]) == (f"{network}/dense_1/1", f"{network}/dense_2/1")
    assert most["properties"] == {
        **{"run": run.key, "method": "zero", "points": 75, "first_points": 0, "second_points": 25},
        **{"interaction": 50, "low_interaction": 40, "high_interaction": 60, "redundancy": 0.5},
        **{"most_redundant_target": "0", "n_trials": 64, "z": 5, "p": 0.001, "q": 0.003},
    }
    assert (next_one["first"], next_one["second"]) == (f"{network}/dense_2/0", f"{network}/dense_2/1")
    assert (next_one["properties"]["interaction"], "most_redundant_target" in next_one["properties"]) == (-25, False)
    assert store.rows("MATCH (r:Run {key: $key}) RETURN r.n_pairs AS n", key=run.key) == [{"n": 3}]


def test_undefined_is_left_out(store: Store, network: str) -> None:
    room.annotate_pairs(store, _run(network), _pairs(network), top=3)
    least = store.rows(PAIRS, network=network)[2]
    assert least["second"] == f"{network}/dense_2/0"
    assert "z" not in least["properties"]


def test_again_and_removed(store: Store, network: str) -> None:
    before, run = room.fingerprint(store, network), _run(network)
    room.annotate_pairs(store, run, _pairs(network), top=2)
    written = room.fingerprint(store, network)
    assert not room.annotate_pairs(store, run, _pairs(network), top=2)
    assert room.fingerprint(store, network) == written
    other = _run(network, "2")
    room.annotate_pairs(store, other, _pairs(network), top=3)
    assert len(store.rows(PAIRS, network=network)) == 5
    room.remove_run(store, other.key)
    assert room.fingerprint(store, network) == written
    room.remove_run(store, run.key)
    assert room.fingerprint(store, network) == before


def test_neuron_of_another_network(store: Store, network: str) -> None:
    before = room.fingerprint(store, network)
    with pytest.raises(UnknownName, match="other/dense_1/1"):
        room.annotate_pairs(store, _run(network), replace(_pairs(network), neurons=("other/dense_1/1",) * 3), top=2)
    assert room.fingerprint(store, network) == before
