"""Load a network into the graph."""

from __future__ import annotations

from typing import Any

import neo4j

from atlas.errors import KeyTaken
from atlas.keys import layer_key, neuron_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, NetworkRecord
from atlas.store.blocks import feeds, write_block, write_composition
from atlas.store.check import check_record
from atlas.store.clean import LOCK, being_written, remove_leftover
from atlas.store.connection import Step, Store
from atlas.store.content import OPENED, PLACE, network_properties_of
from atlas.store.parts import answers, layer_properties, neuron_keys, neuron_strengths, target_properties

_NEURONS_AT_ONCE = 5_000
_STANDING = "MATCH (n:Network {key: $key}) RETURN properties(n) AS properties"
_UNFINISHED = """CALL () { MATCH (n:Loading {key: $key}) RETURN n UNION MATCH (n:Removing {key: $key}) RETURN n }
RETURN n.key AS key"""
_BEGIN = "CREATE (n:Loading) SET n = $properties, n.owner = $owner"
_LAYER = "MATCH (n:Loading {key: $network}) CREATE (n)-[:HAS_LAYER]->(l:Layer:Element) SET l = $properties"
_TARGETS = """MATCH (n:Loading {key: $network}) UNWIND $targets AS target
CREATE (n)-[:HAS_TARGET]->(t:Target) SET t = target"""
_NEURONS = """MATCH (l:Layer {key: $layer_key}) UNWIND range(0, size($keys) - 1) AS i
CREATE (l)-[:HAS_NEURON]->(:Neuron:Element {
  key: $keys[i], network: l.network, layer: l.name, layer_number: l.number, number: $first + i,
  in_strength: $in_strength[i], out_strength: $out_strength[i]})"""
_ANSWERS = """UNWIND $rows AS row MATCH (o:Neuron {key: row.neuron}) MATCH (t:Target {key: row.target})
CREATE (o)-[:ANSWERS]->(t)"""
_PUBLISH = """MATCH (n:Loading {key: $key, owner: $owner})
REMOVE n:Loading, n.owner SET n:Network, n.loaded_at = datetime() RETURN n.key AS key"""


def load(store: Store, record: NetworkRecord, *, progress: Progress = silent) -> bool:
    """Load a network; queries see it when it is complete.

    Returns
    -------
    bool
        True when it was loaded now, False when the same content stood there and nothing changed; a file of the
        same bytes in another place is the same content.

    Raises
    ------
    KeyTaken
        Another network stands under the key, or another process is loading it.
    BadKey, BadParameter, ShapeError, NonFiniteWeights
        The record does not hold together; nothing was written.
    """
    check_record(record)
    properties = network_properties_of(record)
    remove_leftover(store, record.key)
    if not store.transact(lambda tx: _begin(tx, store.owner, properties)):
        return False
    store.write(*_frame(record))
    _write_neurons(store, record)
    _write_weights(store, record, progress)
    for composition in record.compositions:
        write_composition(store, record, composition)
    store.write(*(feeds(record.key, block) for block in record.blocks), _answers(record))
    if not store.write((LOCK, {}), (_PUBLISH, {"key": record.key, "owner": store.owner})):
        raise KeyTaken(f"The network {record.key!r} was removed while it was being loaded. Load it again.")
    return True


def _begin(tx: neo4j.ManagedTransaction, owner: str, properties: dict[str, Any]) -> bool:
    """Reserve the key, unless the same content stands there."""
    tx.run(LOCK).consume()
    standing = tx.run(_STANDING, key=properties["key"]).data()
    if standing:
        _check_same(standing[0]["properties"], properties)
        return False
    if tx.run(_UNFINISHED, key=properties["key"]).data():
        raise being_written(properties["key"])
    tx.run(_BEGIN, properties=properties, owner=owner).consume()
    return True


def _check_same(there: dict[str, Any], ours: dict[str, Any]) -> None:
    if there["content_sha256"] == ours["content_sha256"]:
        return
    names = sorted((there.keys() | ours.keys()) - {"content_sha256", "loaded_at", OPENED + PLACE})
    differing = ", ".join(name for name in names if there.get(name) != ours.get(name)) or "its weights"
    raise KeyTaken(
        f"Another network stands under {ours['key']!r}: its content is {there['content_sha256'][:12]}, "
        f"the new one's {ours['content_sha256'][:12]} (they differ in {differing}). "
        f"Choose another key, or remove it first: atlas remove {ours['key']}."
    )


def _frame(record: NetworkRecord) -> list[Step]:
    """Write layers and targets."""
    layers = [
        (_LAYER, {"network": record.key, "properties": layer_properties(record, layer)}) for layer in record.layers
    ]
    return [*layers, (_TARGETS, {"network": record.key, "targets": target_properties(record)})]


def _write_neurons(store: Store, record: NetworkRecord) -> None:
    incoming, outgoing = neuron_strengths(record)
    for layer in record.layers:
        for first in range(0, layer.n_neurons, _NEURONS_AT_ONCE):
            numbers = range(first, min(first + _NEURONS_AT_ONCE, layer.n_neurons))
            store.write(_neurons(record.key, layer.name, numbers, incoming[layer.name], outgoing[layer.name]))


def _neurons(network: str, layer: str, numbers: range, incoming: FloatArray, outgoing: FloatArray) -> Step:
    return _NEURONS, {
        "layer_key": layer_key(network, layer),
        "keys": neuron_keys(network, layer, numbers),
        "first": numbers.start,
        "in_strength": incoming[numbers.start : numbers.stop].tolist(),
        "out_strength": outgoing[numbers.start : numbers.stop].tolist(),
    }


def _write_weights(store: Store, record: NetworkRecord, progress: Progress) -> None:
    total = sum(block.n_weights for block in record.blocks)
    done = 0
    progress("load weights", done, total)
    for block in record.blocks:
        for written in write_block(store, record, block):
            done += written
            progress("load weights", done, total)


def _answers(record: NetworkRecord) -> Step:
    rows = [
        {"neuron": neuron_key(record.key, record.layers[-1].name, number), "target": target}
        for number, target in answers(record)
    ]
    return _ANSWERS, {"rows": rows}
