"""Join the checkpoints of one training run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import neo4j

from atlas.errors import BadParameter, ShapeError, UnknownName
from atlas.store.clean import LOCK
from atlas.store.connection import Row, Store
from atlas.store.read import network_properties

_NETWORKS = """UNWIND $keys AS key MATCH (n:Network {key: key})-[:HAS_LAYER]->(l:Layer)
WITH key, l ORDER BY l.number RETURN key, collect([l.name, l.n_neurons]) AS layers"""
_TRAINING_RUN = """MATCH (n:Network {key: $key})
CALL (n) {
  MATCH path = (before:Network)-[:NEXT*1..]->(n) RETURN before.key AS key, -length(path) AS place
  UNION RETURN n.key AS key, 0 AS place
  UNION MATCH path = (n)-[:NEXT*1..]->(after:Network) RETURN after.key AS key, length(path) AS place
}
RETURN key ORDER BY place"""
_KEYS = "MATCH (n:Network) RETURN n.key AS key"
# A checkpoint that comes between two that were joined parts them.
_PART = """UNWIND $keys AS key MATCH (a:Network {key: key})-[next:NEXT]->(b:Network)
WHERE b.key IN $keys AND NOT [a.key, b.key] IN $pairs DELETE next"""
_JOIN = """UNWIND $pairs AS pair MATCH (a:Network {key: pair[0]}) MATCH (b:Network {key: pair[1]})
MERGE (a)-[next:NEXT]->(b) SET next.n_steps = b.training_step - a.training_step"""


def link_checkpoints(store: Store, keys_in_order: Sequence[str]) -> None:
    """Join networks that are checkpoints of one training run, each to the next; repeating it changes nothing.

    Neurons of the same key but for the network are the same neuron at another time.

    Parameters
    ----------
    keys_in_order
        Keys of the networks, the earliest first. Given with more checkpoints than before, the new ones come between.

    Raises
    ------
    BadParameter
        A key is given twice.
    UnknownName
        There is no complete network under a key.
    ShapeError
        Two checkpoints differ in their layers or in the neurons of one.
    """
    keys = list(keys_in_order)
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadParameter(f"The checkpoint {twice!r} is given twice. Give each once, the earliest first.")
    store.transact(lambda tx: _link(tx, keys))


def training_run(store: Store, key: str) -> tuple[str, ...]:
    """List the checkpoints of a network's training run, itself among them, the earliest first.

    Raises
    ------
    UnknownName
        There is no complete network under the key.
    """
    network_properties(store, key)
    return tuple(row["key"] for row in store.rows(_TRAINING_RUN, key=key))


def _link(tx: neo4j.ManagedTransaction, keys: list[str]) -> None:
    tx.run(LOCK).consume()
    found = {row["key"]: row["layers"] for row in tx.run(_NETWORKS, keys=keys).data()}
    for key in keys:
        if key not in found:
            raise UnknownName("network", key, (row["key"] for row in tx.run(_KEYS)), remedy="List: atlas networks.")
        _check_same(keys[0], key, found)
    pairs = [list(pair) for pair in pairwise(keys)]
    tx.run(_PART, keys=keys, pairs=pairs).consume()
    tx.run(_JOIN, pairs=pairs).consume()


def _check_same(first: str, other: str, layers: Row) -> None:
    if layers[first] == layers[other]:
        return
    described = [", ".join(f"{name} {size}" for name, size in layers[key]) for key in (first, other)]
    raise ShapeError(
        f"{first!r} and {other!r} are no checkpoints of one network: their layers are {described[0]} and "
        f"{described[1]}. Join those whose layers and numbers of neurons agree."
    )
