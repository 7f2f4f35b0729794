"""What is removed is gone, and nothing else."""

from __future__ import annotations

import threading
import time

import pytest
from store import samples
from store.samples import random_network, two_blocks

from atlas import store as room
from atlas.errors import UnknownName
from atlas.keys import neuron_key
from atlas.store import Store, deletion, transactions

_LEFT = "MATCH (x) WHERE x.network = $key OR x.key = $key RETURN count(x) AS n"


def _whole(store: Store, key: str) -> None:
    room.load(store, two_blocks(key))
    room.annotate_partition(store, samples.run(key, "partition"), samples.halves(two_blocks(key)), name="h")
    result = samples.effects(samples.clusters_of(key, "h"), [[50.0, 100, 0], [50, 0, 100]], [0.01, 0.5])
    room.annotate_effects(store, samples.run(key, "ablate", partition="h"), result)


def test_network(store: Store, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "_RELATIONSHIPS_AT_ONCE", 7)  # fewer than a neuron has: many small steps
    _whole(store, key)
    room.remove_network(store, key)
    assert store.rows(_LEFT, key=key) == [{"n": 0}]
    with pytest.raises(UnknownName):
        room.remove_network(store, key)


def test_partition_run(store: Store, key: str) -> None:
    room.load(store, two_blocks(key))
    before = room.fingerprint(store, key)
    _whole(store, key)
    removed = room.remove_run(store, samples.run(key, "partition").key)
    assert removed == (samples.run(key, "ablate").key, samples.run(key, "partition").key)  # it measured the clusters
    assert room.fingerprint(store, key) == before


def test_falls_back(store: Store, key: str) -> None:
    room.load(store, two_blocks(key))
    both = [neuron_key(key, "dense_2", 0), neuron_key(key, "dense_2", 1)]
    for name, elements, points in (("1", both, 10.0), ("2", both[:1], 20.0), ("3", both, 30.0)):
        result = samples.effects(elements, [[points, points, 0]] * len(elements), [0.1] * len(elements))
        room.annotate_effects(store, samples.run(key, "ablate", name), result)
    shown = []
    for name in ("3", "1", "2"):
        room.remove_run(store, samples.run(key, "ablate", name).key)
        first_two = store.rows(samples.NEURONS, network=key, layer="dense_2")[:2]
        shown.append([row["effect_points"] for row in first_two])
    assert shown == [[20, 10], [20, None], [None, None]]
    assert all(row["effect_run"] is None for row in store.rows(samples.NEURONS, network=key, layer=None))


def test_unknown_run(store: Store, key: str) -> None:
    _whole(store, key)
    with pytest.raises(UnknownName, match=f"Did you mean '{key}/run/ablate-1'"):
        room.remove_run(store, f"{key}/run/ablate-11")


def test_waits(store: Store, key: str, neo4j_access: dict[str, str]) -> None:
    room.load(store, random_network(key, (3, 2)))
    began, done = threading.Event(), []

    def read(other: Store) -> None:
        def work(tx: object) -> int:
            result = tx.run("MATCH (x:Neuron {network: $key}) RETURN x.key", key=key)  # type: ignore[attr-defined]
            began.set()
            time.sleep(1)
            n = len(result.data())
            done.append(n)
            return n

        other.transact(work)

    with Store(*neo4j_access.values()) as other:
        thread = threading.Thread(target=read, args=(other,))
        thread.start()
        began.wait()
        assert not transactions.wait_for_older(store, seconds=0.1)
        room.remove_network(store, key)
        assert done == [5]  # the reader saw all before anything was deleted
        thread.join()
