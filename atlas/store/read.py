"""Read a network: its properties, layers, weights, and the neurons of its clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.errors import UnknownName
from atlas.keys import layer_key, partition_key
from atlas.records import (
    CompositionBlock,
    IntArray,
    LayerRecord,
    NetworkRecord,
    Parameter,
    TargetRecord,
    WeightBlock,
)
from atlas.store.connection import Row, Store
from atlas.store.content import COMPOSITION_ARRAYS, OPENED
from atlas.store.parts import LAYER_NAMES

_CHOSEN = (
    *("architecture", "norm", "file_sha256", "weights_sha256", "dataset", "family", "seed"),
    *("training_step", "accuracy_percent"),
)
_NETWORK = "MATCH (n:Network {key: $key}) RETURN properties(n) AS properties"
_KEYS = "MATCH (n:Network) RETURN n.key AS key"
_LAYERS = (
    """MATCH (:Network {key: $key})-[:HAS_LAYER]->(l:Layer) RETURN properties(l) AS properties ORDER BY l.number"""
)
_FEEDS = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(a:Layer)-[f:FEEDS]->(b:Layer)
RETURN a.name AS source, b.name AS target, a.n_neurons AS n_source, b.n_neurons AS n_target,
  f.n_trained AS n_trained, coalesce(f.weight_policy, b.weight_policy) AS policy,
  coalesce(f.removed_strength_share, b.removed_strength_share) AS removed ORDER BY b.number, a.number"""
_WEIGHTS = """MATCH (:Layer {key: $source})-[:HAS_NEURON]->(a:Neuron)-[w:WEIGHT]->(b:Neuron) WHERE b.layer = $target
RETURN a.number AS source, collect(b.number) AS targets, collect(w.value) AS value, collect(w.strength) AS strength"""
_COMPOSES = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(s:Layer)-[:HAS_NEURON]->(a:Neuron)-[c:COMPOSES]->(b:Neuron)
WITH s, a, b, c ORDER BY b.layer_number, s.number, a.number, b.number
RETURN s.name AS source, b.layer AS target, s.n_neurons AS n_source,
  collect(c.query_strength) AS query, collect(c.key_strength) AS key, collect(c.value_strength) AS value"""
_TARGETS = """MATCH (:Network {key: $key})-[:HAS_TARGET]->(t:Target) OPTIONAL MATCH (x:Neuron)-[:ANSWERS]->(t)
RETURN t.name AS name, t.kind AS kind, x.number AS number ORDER BY kind, number, size(name), name"""
_PARTITIONS = "MATCH (:Network {key: $key})-[:HAS_PARTITION]->(p:Partition) RETURN p.name AS name ORDER BY name"
_SET_APART = """MATCH (:Partition {key: $partition})-[:HAS_CLUSTER]->(c) WHERE c.set_apart IS NOT NULL
RETURN c.key AS cluster, c.set_apart AS why"""
_MEMBERS = """MATCH (:Partition {key: $partition})-[:HAS_CLUSTER]->(c:Cluster)<-[:IN_CLUSTER]-(x:Neuron)
WITH c, x ORDER BY x.layer_number, x.number
WITH c, x.layer AS layer, x.layer_number AS layer_number, collect(x.number) AS numbers
RETURN c.key AS cluster, layer, numbers ORDER BY c.number, layer_number"""


def network_properties(store: Store, key: str) -> Row:
    """Read the properties of one network; what it has no value of is left out.

    Raises
    ------
    UnknownName
        There is no complete network under the key.
    """
    found = store.rows(_NETWORK, key=key)
    if not found:
        raise UnknownName("network", key, (row["key"] for row in store.rows(_KEYS)), remedy="List: atlas networks.")
    properties: Row = found[0]["properties"]
    return properties


@dataclass(frozen=True, kw_only=True)
class Opened:
    """How a network was opened when it was ingested: `file`, `chain`, `data`, and the hash its file had."""

    opened: Mapping[str, Parameter]
    file_sha256: str


def opened(store: Store, key: str) -> Opened:
    """Read how a network was opened when it was ingested."""
    properties = network_properties(store, key)
    return Opened(opened=_opened(properties), file_sha256=properties["file_sha256"])


def layers(store: Store, key: str) -> list[Row]:
    """List the layers of a network with their properties, from the input."""
    network_properties(store, key)
    return [row["properties"] for row in store.rows(_LAYERS, key=key)]


def read_network(store: Store, key: str) -> NetworkRecord:
    """Read a whole network; what is not kept has value and strength 0 and False in `kept`.

    Raises
    ------
    UnknownName
        There is no complete network under the key.
    """
    properties = network_properties(store, key)
    targets = [TargetRecord(**row) for row in store.rows(_TARGETS, key=key)]
    return NetworkRecord(
        key=key,
        layers=tuple(_layer(row) for row in layers(store, key)),
        blocks=tuple(_block(store, key, row) for row in store.rows(_FEEDS, key=key)),
        compositions=tuple(_composition(row) for row in store.rows(_COMPOSES, key=key)),
        targets=tuple(sorted(targets, key=lambda target: target.kind != "all")),
        opened=_opened(properties),
        **{name: properties[name] for name in _CHOSEN if name in properties},
    )


def members(store: Store, key: str, partition: str) -> Mapping[str, Mapping[str, IntArray]]:
    """Read the neurons of every cluster: by key of the cluster and name of the layer, their numbers in order.

    Raises
    ------
    UnknownName
        There is no such network or partition.
    """
    check_partition(store, key, partition)
    found: dict[str, dict[str, IntArray]] = {}
    for row in store.rows(_MEMBERS, partition=partition_key(key, partition)):
        found.setdefault(row["cluster"], {})[row["layer"]] = np.array(row["numbers"], dtype=np.int64)
    return found


def clusters_set_apart(store: Store, key: str, partition: str) -> dict[str, str]:
    """Read the clusters whose neurons were not grouped: key, and why."""
    return {row["cluster"]: row["why"] for row in store.rows(_SET_APART, partition=partition_key(key, partition))}


def check_partition(store: Store, key: str, partition: str) -> None:
    """Raise `UnknownName` if there is no such network or partition."""
    network_properties(store, key)
    known = [row["name"] for row in store.rows(_PARTITIONS, key=key)]
    if partition not in known:
        raise UnknownName("partition", partition, known, remedy=f"`atlas partition {key}` makes one.")


def _opened(properties: Row) -> dict[str, Parameter]:
    return {name.removeprefix(OPENED): value for name, value in properties.items() if name.startswith(OPENED)}


def _layer(row: Row) -> LayerRecord:
    return LayerRecord(**{name: row[name] for name in LAYER_NAMES if name in row})


def _block(store: Store, key: str, feeds: Row) -> WeightBlock:
    shape = (feeds["n_source"], feeds["n_target"])
    value, strength, kept = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    found = store.columns(_WEIGHTS, source=layer_key(key, feeds["source"]), target=feeds["target"])
    signed = any(found["value"]) or not found["value"]
    for i, targets, values, strengths in zip(*found.values(), strict=True):
        strength[i, targets], kept[i, targets] = strengths, True
        if signed:
            value[i, targets] = values
    return WeightBlock(
        source=feeds["source"],
        target=feeds["target"],
        value=value if signed else None,
        strength=strength,
        kept=None if kept.all() else kept,
        policy=feeds["policy"],
        n_trained=feeds["n_trained"],
        removed_strength_share=feeds["removed"],
    )


def _composition(row: Row) -> CompositionBlock:
    arrays = {name: np.array(row[name]).reshape(row["n_source"], -1) for name in COMPOSITION_ARRAYS}
    return CompositionBlock(source=row["source"], target=row["target"], **arrays)
