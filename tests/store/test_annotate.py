"""What a run writes is seen together or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from store import samples
from store.samples import two_blocks

from atlas import store as room
from atlas.errors import KeyTaken, ShapeError, StoreError, UnknownName
from atlas.keys import neuron_key
from atlas.store import Store


@pytest.fixture
def network(store: Store, key: str) -> str:
    room.load(store, two_blocks(key))
    return key


def _elements(network: str) -> list[str]:
    return [neuron_key(network, "dense_2", number) for number in range(4)]


# dense_2 of two_blocks, with the losses its docstring works out: all, class 0, class 1
POINTS = [[50.0, 100.0, 0.0], [25.0, 50.0, 0.0], [50.0, 0.0, 100.0], [25.0, 0.0, 50.0]]


def _headlines(store: Store, network: str, names: tuple[str, ...]) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in store.rows(samples.NEURONS, network=network, layer="dense_2")]


def _column(store: Store, network: str, partition: str, name: str) -> list[object]:
    return [row[name] for row in store.rows(samples.CLUSTERS, network=network, partition=partition)]


def _states(store: Store, network: str) -> list[str]:
    return [row["state"] for row in store.rows(samples.RUNS, network=network)]


def test_effects(store: Store, network: str) -> None:
    run = samples.run(network, "ablate")
    assert room.annotate_effects(store, run, samples.effects(_elements(network), POINTS, [0.01, 0.02, 0.01, np.nan]))
    found = _headlines(store, network, ("effect_points", "most_affected_target", "effect_q", "effect_run"))
    assert found == [
        (50, "0", 0.01, run.key),
        (25, "0", 0.02, run.key),
        (50, "1", 0.01, run.key),
        (25, "1", None, run.key),
    ]
    first = store.rows(samples.EFFECTS, network=network, run=None)[0]
    assert (first["element"], first["target"], first["points"]) == (f"{network}/dense_2/0", "all", 50)
    assert (first["macro_points"], first["n_trials"], first["null_mean"], first["z"]) == (50, 64, None, None)
    assert [row["points"] for row in store.rows(samples.EFFECTS, network=network, run=run.key)] == [
        x for row in POINTS for x in row
    ]


def test_same_run(store: Store, network: str) -> None:
    run, result = samples.run(network, "ablate"), samples.effects(_elements(network), POINTS, [0.01] * 4)
    room.annotate_effects(store, run, result)
    before = room.fingerprint(store, network)
    assert not room.annotate_effects(store, run, result)
    assert not room.begin(store, run)
    assert room.fingerprint(store, network) == before


def test_information(store: Store, network: str) -> None:
    bits = [[1.0, 0.5, 0.5], [0.0, 0.0, 0.0], [np.nan] * 3, [0.5, 0.25, 0.25]]
    run = samples.run(network, "inform")
    room.annotate_information(store, run, samples.information(_elements(network), bits))
    assert _headlines(store, network, ("label_bits", "label_run")) == [
        (1, run.key),
        (0, run.key),
        (None, run.key),
        (0.5, run.key),
    ]
    assert [row["bits"] for row in store.rows(samples.INFORMATION, network=network)][:3] == [1, 0.5, 0.5]


def test_nothing_lost(store: Store, network: str) -> None:
    harmless = samples.effects(_elements(network), [[0.0, 0.0, 0.0]] * 4, [1.0] * 4)
    room.annotate_effects(store, samples.run(network, "ablate"), harmless)
    assert _headlines(store, network, ("most_affected_target",)) == [(None,)] * 4


def test_partition(store: Store, network: str) -> None:
    run = samples.run(network, "partition", resolution="1.0")
    assert room.annotate_partition(store, run, samples.halves(two_blocks(network)), name="halves")
    (partition,) = store.rows(samples.PARTITIONS, network=network)
    assert (partition["n_clusters"], partition["modularity"], partition["z"], partition["run"]) == (
        2,
        0.5,
        None,
        run.key,
    )
    first, second = store.rows(samples.CLUSTERS, network=network, partition="halves")
    assert (first["n_neurons"], first["n_layers"], first["internal_share"]) == (7, 4, 1)
    members = room.members(store, network, "halves")
    assert {layer: numbers.tolist() for layer, numbers in members[second["cluster"]].items()} == {
        "input": [2, 3],
        "dense_1": [2, 3],
        "dense_2": [2, 3],
        "dense_3": [1],
    }


def test_partition_refused(store: Store, network: str) -> None:
    result = samples.halves(two_blocks(network))
    with pytest.raises(KeyTaken, match="layer"):
        room.annotate_partition(store, samples.run(network, "partition"), result, name="dense_1")
    with pytest.raises(ShapeError):
        room.annotate_partition(store, samples.run(network, "partition"), replace(result, sizes=(4, 4, 2, 4)), name="a")
    room.annotate_partition(store, samples.run(network, "partition"), result, name="halves")
    assert not room.annotate_partition(store, samples.run(network, "partition"), result, name="halves")
    with pytest.raises(KeyTaken, match="'halves'"):
        room.annotate_partition(store, samples.run(network, "partition", "2"), result, name="halves")
    assert len(_states(store, network)) == 1


def test_modules(store: Store, network: str) -> None:
    room.annotate_partition(store, samples.run(network, "partition"), samples.halves(two_blocks(network)), name="h")
    clusters = samples.clusters_of(network, "h")
    for name, q, modules in (("1", [0.05, 0.051], [True, False]), ("2", [0.5, 0.01], [False, True])):
        result = samples.effects(clusters, [[50.0, 100, 0], [50, 0, 100]], q)
        room.annotate_effects(store, samples.run(network, "ablate", name, partition="h"), result)
        assert _column(store, network, "h", "is_module") == modules
    room.remove_run(store, samples.run(network, "ablate", "2").key)
    assert _column(store, network, "h", "is_module") == [True, False]
    room.remove_run(store, samples.run(network, "ablate", "1").key)
    assert _column(store, network, "h", "is_module") == [False, False]
    assert _column(store, network, "h", "effect_run") == [None, None]


def test_unknown_element(store: Store, network: str) -> None:
    result = samples.effects([neuron_key(network, "dense_2", 9)], [[1.0, 1.0, 1.0]], [1.0])
    with pytest.raises(UnknownName, match="dense_2/9"):
        room.annotate_effects(store, samples.run(network, "ablate"), result)
    result = samples.effects(_elements(network)[:1], [[1.0, 1.0, 1.0, 1.0]], [1.0], classes=3)
    with pytest.raises(UnknownName, match="'2'"):
        room.annotate_effects(store, samples.run(network, "ablate"), result)
    assert _states(store, network) == []


def test_running_unseen(store: Store, network: str) -> None:
    run, seen = samples.run(network, "ablate"), []

    def look(step: str, done: int, total: int) -> None:
        seen.append((store.rows(samples.EFFECTS, network=network, run=None), _states(store, network)[0]))

    room.annotate_effects(store, run, samples.effects(_elements(network), POINTS, [0.01] * 4), progress=look)
    assert seen == [([], "running")]
    assert _states(store, network) == ["finished"]


@pytest.mark.parametrize("kind", ["ablate", "inform", "partition"])
def test_connection_lost(store: Store, network: str, neo4j_access: dict[str, str], kind: str) -> None:
    before = room.fingerprint(store, network)
    run = samples.run(network, kind)
    with Store(*neo4j_access.values()) as other:

        def lose(step: str, done: int, total: int) -> None:
            other.close()

        with pytest.raises(StoreError):
            if kind == "ablate":
                room.annotate_effects(
                    other, run, samples.effects(_elements(network), POINTS, [0.01] * 4), progress=lose
                )
            elif kind == "inform":
                room.annotate_information(other, run, samples.information(_elements(network), POINTS), progress=lose)
            else:
                result = samples.halves(two_blocks(network))
                room.annotate_partition(other, run, result, name="h", progress=lose)
    assert _states(store, network) == ["running"]
    assert _headlines(store, network, ("effect_run", "label_run")) == [(None, None)] * 4
    assert store.rows(samples.PARTITIONS, network=network) == []
    assert room.clean(store) == (run.key,)
    assert room.fingerprint(store, network) == before


def test_failed(store: Store, network: str) -> None:
    run = samples.run(network, "ablate")
    assert room.begin(store, run)
    room.fail(store, run)
    assert _states(store, network) == ["failed"]
    assert room.clean(store) == ()
    assert room.annotate_effects(store, run, samples.effects(_elements(network), POINTS, [0.01] * 4))
    assert _states(store, network) == ["finished"]


def test_two_at_once(store: Store, network: str, neo4j_access: dict[str, str]) -> None:
    run = samples.run(network, "ablate")
    with Store(*neo4j_access.values()) as other:
        room.begin(other, run)
        with pytest.raises(KeyTaken, match="another process"):
            room.begin(store, run)
        assert room.clean(store) == ()
        with pytest.raises(StoreError, match="is writing"):
            room.remove_network(store, network)
    assert room.begin(store, run)
    room.finish(store, run)
    with pytest.raises(StoreError, match="removed while"):
        room.finish(store, run)
