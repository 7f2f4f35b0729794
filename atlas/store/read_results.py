"""Read what finished runs wrote: partitions, clusters, effects, information."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.errors import UnknownName
from atlas.keys import partition_key
from atlas.records import IntArray
from atlas.store.connection import Row, Store
from atlas.store.read import declared, network_properties

_PARTITIONS = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(p:Partition)
RETURN properties(p) AS properties ORDER BY p.name"""
_CLUSTERS = """MATCH (:Partition {key: $partition})-[:HAS_CLUSTER]->(c:Cluster)
RETURN properties(c) AS properties, c:Module AS is_module ORDER BY c.number"""
_MEMBERS = """MATCH (:Partition {key: $partition})-[:HAS_CLUSTER]->(c:Cluster)<-[:IN_CLUSTER]-(x:Neuron)
WITH c, x ORDER BY x.layer_number, x.number
WITH c, x.layer AS layer, x.layer_number AS layer_number, collect(x.number) AS numbers
RETURN c.key AS cluster, layer, numbers ORDER BY c.number, layer_number"""
_RUN = "MATCH (run:Run {key: $run, network: $network, state: 'finished'}) RETURN run.key AS key"
_RUN_KEYS = "MATCH (run:Run {network: $network, state: 'finished'}) RETURN run.key AS key"
_FULL = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target)<-[r:EFFECT|INFORMATION]-(x)
WHERE type(r) = $type AND r.run = coalesce($run, x[$headline])
RETURN x.key AS element, t.name AS target, properties(r) AS properties
ORDER BY x:Cluster, x.partition, coalesce(x.layer_number, 0), x.number, t.kind, size(t.name), t.name"""


def partitions(store: Store, network: str) -> list[Row]:
    """List the partitions of a network, by name."""
    network_properties(store, network)
    return [declared("Partition", row["properties"]) for row in store.rows(_PARTITIONS, network=network)]


def clusters(store: Store, network: str, partition: str) -> list[Row]:
    """List the clusters of a partition with their headline properties; `is_module` tells whether one is a module."""
    key = _partition(store, network, partition)
    found = store.rows(_CLUSTERS, partition=key)
    return [declared("Cluster", row["properties"]) | {"is_module": row["is_module"]} for row in found]


def members(store: Store, network: str, partition: str) -> Mapping[str, Mapping[str, IntArray]]:
    """Read the neurons of every cluster: by key of the cluster and name of the layer, their numbers in order."""
    found: dict[str, dict[str, IntArray]] = {}
    for row in store.rows(_MEMBERS, partition=_partition(store, network, partition)):
        found.setdefault(row["cluster"], {})[row["layer"]] = np.array(row["numbers"], dtype=np.int64)
    return found


def effects(store: Store, network: str, run: str | None = None) -> list[Row]:
    """List effects, one row for an element and a target; of one run, or for each element of its newest."""
    return _full(store, network, run, kind="EFFECT", headline="effect_run")


def information(store: Store, network: str, run: str | None = None) -> list[Row]:
    """List information, one row for an element and a target; of one run, or for each element of its newest."""
    return _full(store, network, run, kind="INFORMATION", headline="label_run")


def _full(store: Store, network: str, run: str | None, *, kind: str, headline: str) -> list[Row]:
    network_properties(store, network)
    if run is not None and not store.rows(_RUN, network=network, run=run):
        raise UnknownName("finished run", run, (row["key"] for row in store.rows(_RUN_KEYS, network=network)))
    rows = store.rows(_FULL, network=network, run=run, type=kind, headline=headline)
    ends = ("element", "target")
    return [{end: row[end] for end in ends} | declared(kind, row["properties"]) for row in rows]


def _partition(store: Store, network: str, partition: str) -> str:
    known = [row["name"] for row in partitions(store, network)]
    if partition not in known:
        raise UnknownName("partition", partition, known, remedy=f"Make one: atlas partition {network}.")
    return partition_key(network, partition)
