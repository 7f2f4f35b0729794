"""Read a network: its properties, layers, weights, and the neurons of its clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.errors import UnknownName
from atlas.keys import layer_key, partition_key
from atlas.records import IntArray, LayerRecord, NetworkRecord, Parameter, TargetRecord, WeightBlock
from atlas.store.connection import Row, Store
from atlas.store.content import OPENED

_NETWORK = "MATCH (n:Network {key: $key}) RETURN properties(n) AS properties"
_KEYS = "MATCH (n:Network) RETURN n.key AS key"
_LAYERS = (
    """MATCH (:Network {key: $key})-[:HAS_LAYER]->(l:Layer) RETURN properties(l) AS properties ORDER BY l.number"""
)
_FEEDS = """MATCH (:Network {key: $key})-[:HAS_LAYER]->(a:Layer)-[f:FEEDS]->(b:Layer)
RETURN a.name AS source, b.name AS target, a.n_neurons AS n_source, b.n_neurons AS n_target,
  b.weight_policy AS policy, b.removed_strength_share AS removed ORDER BY a.number, b.number"""
_WEIGHTS = """MATCH (:Layer {key: $source})-[:HAS_NEURON]->(a:Neuron)-[w:WEIGHT]->(b:Neuron) WHERE b.layer = $target
RETURN a.number AS source, collect(b.number) AS targets, collect(w.value) AS value, collect(w.strength) AS strength"""
_TARGETS = """MATCH (:Network {key: $key})-[:HAS_TARGET]->(t:Target) OPTIONAL MATCH (x:Neuron)-[:ANSWERS]->(t)
RETURN t.name AS name, t.kind AS kind, x.number AS number ORDER BY kind, number, size(name), name"""
_PARTITIONS = "MATCH (:Network {key: $key})-[:HAS_PARTITION]->(p:Partition) RETURN p.name AS name ORDER BY name"
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
    """Read a whole network; what is not kept has value and strength 0 and False in `kept`."""
    properties = network_properties(store, key)
    targets = [TargetRecord(**row) for row in store.rows(_TARGETS, key=key)]
    chosen = ("architecture", "file_sha256", "dataset", "family", "seed", "training_step", "accuracy_percent")
    return NetworkRecord(
        key=key,
        layers=tuple(_layer(row) for row in layers(store, key)),
        blocks=tuple(_block(store, key, row) for row in store.rows(_FEEDS, key=key)),
        targets=tuple(sorted(targets, key=lambda target: target.kind != "all")),
        opened=_opened(properties),
        **{name: properties[name] for name in chosen if name in properties},
    )


def members(store: Store, key: str, partition: str) -> Mapping[str, Mapping[str, IntArray]]:
    """Read the neurons of every cluster: by key of the cluster and name of the layer, their numbers in order.

    Raises
    ------
    UnknownName
        There is no such network or partition.
    """
    network_properties(store, key)
    known = [row["name"] for row in store.rows(_PARTITIONS, key=key)]
    if partition not in known:
        raise UnknownName("partition", partition, known, remedy=f"Make one: atlas partition {key}.")
    found: dict[str, dict[str, IntArray]] = {}
    for row in store.rows(_MEMBERS, partition=partition_key(key, partition)):
        found.setdefault(row["cluster"], {})[row["layer"]] = np.array(row["numbers"], dtype=np.int64)
    return found


def _opened(properties: Row) -> dict[str, Parameter]:
    return {name.removeprefix(OPENED): value for name, value in properties.items() if name.startswith(OPENED)}


def _layer(row: Row) -> LayerRecord:
    return LayerRecord(**{name: row[name] for name in ("name", "number", "kind", "n_neurons", "activation")})


def _block(store: Store, key: str, feeds: Row) -> WeightBlock:
    shape = (feeds["n_source"], feeds["n_target"])
    value, strength, kept = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=bool)
    found = store.columns(_WEIGHTS, source=layer_key(key, feeds["source"]), target=feeds["target"])
    for i, targets, values, strengths in zip(*found.values(), strict=True):
        value[i, targets], strength[i, targets], kept[i, targets] = values, strengths, True
    return WeightBlock(
        source=feeds["source"],
        target=feeds["target"],
        value=value,
        strength=strength,
        kept=None if kept.all() else kept,
        policy=feeds["policy"],
        removed_strength_share=feeds["removed"],
    )
