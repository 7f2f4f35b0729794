"""Joint effects of pairs: the strongest are written, all of them together or none."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.records import RunRecord
from atlas.results import ConditionalEffects, PairResult
from atlas.store import Store

PAIRS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(a)-[r:JOINT_EFFECT]->(b)
RETURN a.key AS first, b.key AS second, properties(r) AS properties ORDER BY abs(r.interaction) DESC, first, second"""
OF_CLUSTERS = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->()-[:HAS_CLUSTER]->(a)-[r:JOINT_EFFECT]->(b:Cluster)
RETURN a.key AS first, b.key AS second, properties(r) AS properties"""


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
        elements=(f"{network}/dense_1/1", f"{network}/dense_2/0", f"{network}/dense_2/1"),
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
        conditional=None,
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
        room.annotate_pairs(store, _run(network), replace(_pairs(network), elements=("other/dense_1/1",) * 3), top=2)
    assert room.fingerprint(store, network) == before


def test_clusters(store: Store, network: str) -> None:
    """Two halves: 50 points by each alone and 100 by both; only given the second is something else left to draw."""
    room.annotate_partition(
        store, samples.run(network, "partition"), samples.halves(two_blocks(network)), name="halves"
    )
    one = ConditionalEffects(
        points=np.array([[50.0, 25.0]]),
        null_mean=np.array([[10.0, np.nan]]),
        null_sd=np.array([[2.0, np.nan]]),
        p=np.array([[0.01, np.nan]]),
        q=np.array([[0.02, np.nan]]),
    )
    of_pair = {
        field.name: getattr(_pairs(network), field.name)[1:2]
        for field in fields(PairResult)
        if field.name in ("n_broken", "n_repaired", "n_redundant", "n_near_ties", "z", "p", "q")
        or field.name.endswith("_interaction")
    }
    found = replace(
        _pairs(network),
        **of_pair,
        elements=tuple(samples.clusters_of(network, "halves")),
        first=np.array([0]),
        second=np.array([1]),
        single_broken=np.array([[16, 16, 0], [32, 16, 16]]),
        single_repaired=np.zeros((2, 3), dtype=int),
        conditional=one,
    )
    before, run = room.fingerprint(store, network), _run(network)
    assert room.annotate_pairs(store, run, found, top=2)
    (row,) = store.rows(OF_CLUSTERS, network=network)
    assert [row["first"], row["second"]] == samples.clusters_of(network, "halves")
    measured = {name: value for name, value in row["properties"].items() if "_given_" in name}
    assert measured == {
        **{"first_given_second_points": 50, "first_given_second_null_mean": 10, "first_given_second_null_sd": 2},
        **{"first_given_second_p": 0.01, "first_given_second_q": 0.02, "second_given_first_points": 25},
    }
    assert (row["properties"]["first_points"], row["properties"]["second_points"]) == (25, 50)
    room.remove_run(store, run.key)
    assert room.fingerprint(store, network) == before
