"""A network goes into the graph and comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from store.samples import NEURONS, WEIGHTS, mixed, random_network, thinned, two_blocks

from atlas.errors import BadKey, BadParameter, KeyTaken, NonFiniteWeights, ShapeError, UnknownName
from atlas.records import NetworkRecord
from atlas.store import Store, blocks, clean, fingerprint, load, network_properties, read_network, remove_network
from atlas.store.content import content_sha256


def test_read_back(store: Store, key: str) -> None:
    record = random_network(key, (7, 5, 3))
    assert load(store, record)
    found = read_network(store, key)
    assert content_sha256(found) == content_sha256(record)
    for block, original in zip(found.blocks, record.blocks, strict=True):
        np.testing.assert_array_equal(block.value, original.value)
        np.testing.assert_array_equal(block.strength, original.strength)


def test_read_back_thinned(store: Store, key: str) -> None:
    record = thinned(random_network(key, (7, 5, 3)))
    load(store, record)
    found = read_network(store, key)
    np.testing.assert_array_equal(found.blocks[0].kept, record.blocks[0].value > 0)
    assert content_sha256(found) == content_sha256(record)
    assert network_properties(store, key)["n_stored_weights"] == sum(int((b.value > 0).sum()) for b in record.blocks)


def test_mixed(store: Store, key: str) -> None:
    record = mixed(key)
    load(store, record)
    found = read_network(store, key)
    assert content_sha256(found) == content_sha256(record)
    by_ends = {(block.source, block.target): block for block in found.blocks}
    assert {ends for ends, block in by_ends.items() if block.value is None} == {
        ("rnn", "one"),
        ("conv", "one"),
        ("one", "two"),
        ("rnn", "two"),
    }
    np.testing.assert_array_equal(by_ends["rnn", "rnn"].strength, record.blocks[2].strength)
    assert found.compositions[0].query.tolist() == record.compositions[0].query.tolist()
    properties = network_properties(store, key)
    n_kept = int(record.blocks[-1].kept.sum())  # type: ignore[union-attr]
    # two groups have 8 weights, five blocks 16 each; of the last 16 some are removed
    assert (properties["n_weights"], properties["n_stored_weights"]) == (8 + 6 * 16, 8 + 5 * 16 + n_kept)
    without = "MATCH (a:Neuron {network: $key})-[w:WEIGHT]->() WHERE w.value IS NULL RETURN count(w) AS n, keys(w) AS k"
    assert store.rows(without, key=key) == [{"n": 3 * 16 + n_kept, "k": ["strength"]}]
    loops = "MATCH (l:Layer {key: $key})-[f:FEEDS]->(l) RETURN f.n_weights AS n"
    assert store.rows(loops, key=f"{key}/rnn") == [{"n": 16}]
    remove_network(store, key)
    assert store.rows("MATCH (x) WHERE x.network = $key RETURN x.key", key=key) == []


def test_other_place(store: Store, key: str) -> None:
    record = two_blocks(key)
    load(store, record)
    before = fingerprint(store, key)
    assert not load(store, replace(record, opened={**record.opened, "file": "elsewhere/copy.pt"}))
    assert fingerprint(store, key) == before
    with pytest.raises(KeyTaken, match="differ in opened_chain"):
        load(store, replace(record, opened={"file": "elsewhere/copy.pt", "chain": "b,a"}))


def test_in_pieces(store: Store, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BATCH", 10)
    monkeypatch.setattr(blocks, "_MOST_TARGETS", 4)
    record = random_network(key, (7, 9, 3))  # the first block falls into 4 x 3 pieces, the last with one column
    load(store, record)
    assert content_sha256(read_network(store, key)) == content_sha256(record)


def test_totals(store: Store, key: str) -> None:
    load(store, two_blocks(key))
    first, *_ = store.rows(NEURONS, network=key, layer="dense_1")
    assert (first["in_strength"], first["out_strength"]) == (2, 2)
    properties = network_properties(store, key)
    assert (properties["n_neurons"], properties["n_weights"], properties["kept_strength_share"]) == (14, 40, 1)
    feeds = store.rows("MATCH (:Layer {key: $key})-[f:FEEDS]->() RETURN properties(f) AS all", key=f"{key}/input")
    # MIX: six times 1, twice -1, eight times 0
    totals = {"n_weights": 16, "n_trained": 16, "strength": 8, "mean_value": 0.25, "positive_share": 0.375}
    assert feeds == [{"all": {**totals, "weight_policy": "all", "removed_strength_share": 0}}]
    answers = store.rows("MATCH (x:Neuron)-[:ANSWERS]->(t {network: $key}) RETURN x.key AS x ORDER BY t.key", key=key)
    assert [row["x"] for row in answers] == [f"{key}/dense_3/0", f"{key}/dense_3/1"]


def test_weights(store: Store, key: str) -> None:
    load(store, two_blocks(key))
    last = read_network(store, key).blocks[-1]
    assert (last.source, last.target) == ("dense_2", "dense_3")
    assert last.value.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]
    assert len(store.rows(WEIGHTS, layer=f"{key}/dense_2")) == 8  # zeros are weights too
    fifth = store.rows(WEIGHTS, layer=f"{key}/dense_1")[4]
    assert fifth == {"source": f"{key}/dense_1/1", "target": f"{key}/dense_2/0"}


def test_twice(store: Store, key: str) -> None:
    load(store, two_blocks(key))
    before = fingerprint(store, key)
    assert not load(store, two_blocks(key))
    assert fingerprint(store, key) == before


def test_other_content(store: Store, key: str) -> None:
    record = two_blocks(key)
    load(store, record)
    before = fingerprint(store, key)
    with pytest.raises(KeyTaken, match=f"differ in seed.*atlas remove {key}"):
        load(store, replace(record, seed=5))
    assert fingerprint(store, key) == before


def test_unseen(store: Store, key: str) -> None:
    seen: list[int] = []

    def look(step: str, done: int, total: int) -> None:
        seen.append(len(store.rows("MATCH (n:Network {key: $key}) RETURN n.key", key=key)))

    load(store, two_blocks(key), progress=look)
    assert set(seen) == {0}
    assert len(seen) == 4  # before, and after every block


def test_text_is_data(store: Store, key: str) -> None:
    text = "'}) DETACH DELETE n //"
    load(store, replace(two_blocks(key), dataset=text, architecture="$key`; MATCH (n) DETACH DELETE n"))
    properties = network_properties(store, key)
    assert properties["dataset"] == text
    assert properties["architecture"] == "$key`; MATCH (n) DETACH DELETE n"
    with pytest.raises(BadKey):
        load(store, two_blocks("x'}) DETACH DELETE n //"))


def _wrong(record: NetworkRecord, what: str) -> NetworkRecord:
    first = record.blocks[0]
    if what == "twice":
        return replace(record, blocks=(first, *record.blocks))
    value = np.full_like(first.strength, np.nan) if what == "nan" else first.strength[:3]
    return replace(record, blocks=(replace(first, value=value, strength=value), *record.blocks[1:]))


@pytest.mark.parametrize(("what", "error"), [("nan", NonFiniteWeights), ("shape", ShapeError), ("twice", BadParameter)])
def test_refused(store: Store, key: str, what: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="'input' to 'dense_1'"):
        load(store, _wrong(two_blocks(key), what))
    assert store.rows("MATCH (n {key: $key}) RETURN n.key", key=key) == []


def test_interrupted(store: Store, key: str) -> None:
    class Stopped(Exception):
        pass

    def stop(step: str, done: int, total: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        load(store, two_blocks(key), progress=stop)
    with pytest.raises(UnknownName):
        read_network(store, key)
    assert load(store, two_blocks(key))  # what was left is removed first
    complete = fingerprint(store, key)
    store.write(
        (
            "MATCH (n:Network {key: $key}) REMOVE n:Network SET n:Removing, n.owner = $owner",
            {"key": key, "owner": store.owner},
        )
    )
    told: list[tuple[str, int, int]] = []
    assert clean(store, progress=lambda *step: told.append(step)) == (key,)
    assert told[-1] == (f"clear away {key}, left unfinished", 14, 14)
    assert load(store, two_blocks(key))
    assert fingerprint(store, key) == complete


def test_unknown(store: Store, key: str) -> None:
    load(store, two_blocks(key))
    with pytest.raises(UnknownName, match=f"Did you mean '{key}'"):
        read_network(store, key + "x")
