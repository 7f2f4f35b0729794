"""Write a partition and its clusters under a run."""

from __future__ import annotations

from atlas.errors import KeyTaken, ShapeError
from atlas.keys import check_segment, partition_key
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import PartitionResult
from atlas.store import partition_rows
from atlas.store.annotate import ROWS_AT_ONCE
from atlas.store.clean import remove_dead_run
from atlas.store.connection import Row, Store
from atlas.store.read import layers
from atlas.store.runs import claim, finish

_CLUSTERS_AT_ONCE = 5_000
_MAKER = """MATCH (:Partition {key: $key})<-[:WROTE]-(run:Run)
RETURN run.key AS key, run.state AS state, run.owner AS owner"""
_PARTITION = """MATCH (run:Run {key: $run}) CREATE (run)-[:WROTE]->(p:Partition) SET p = $properties"""
_CLUSTERS = """MATCH (p:Partition {key: $partition}) UNWIND $rows AS row
CREATE (p)-[:HAS_CLUSTER]->(c:Cluster:Element) SET c = row, c.partition = p.name, c.network = p.network"""
_MEMBERS = """UNWIND $rows AS row MATCH (x:Neuron {key: row.neuron}) MATCH (c:Cluster {key: row.cluster})
CREATE (x)-[r:IN_CLUSTER]->(c) SET r = row.properties"""
_WITHIN = """UNWIND $rows AS row MATCH (c:Cluster {key: row.cluster}) MATCH (coarse:Cluster {key: row.coarse})
CREATE (c)-[:WITHIN]->(coarse)"""
_LINKS = """UNWIND $rows AS row MATCH (a:Cluster {key: row.first}) MATCH (b:Cluster {key: row.second})
CREATE (a)-[r:LINK]->(b) SET r = row.properties"""


def annotate_partition(
    store: Store, run: RunRecord, result: PartitionResult, *, name: str, progress: Progress = silent
) -> bool:
    """Write a partition with its clusters; it is seen when all of it stands.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    BadKey, ShapeError
        The name cannot be a key or is a layer's; the result does not fit the network's layers.
    KeyTaken
        Another run made a partition of this name.
    """
    _check_fit(store, run, result, name)
    _make_way(store, run, name)
    if not claim(store, run):
        return False
    key = partition_key(run.network, name)
    store.write((_PARTITION, {"run": run.key, "properties": partition_rows.properties(run, result, name)}))
    _write(store, _CLUSTERS, partition_rows.clusters(run.network, name, result), partition=key)
    _write(store, _WITHIN, partition_rows.coarser(run, name, result))
    _write(store, _LINKS, partition_rows.links(run, name, result))
    members = partition_rows.members(run.network, name, result)
    for first in range(0, len(members), ROWS_AT_ONCE):
        store.write((_MEMBERS, {"rows": members[first : first + ROWS_AT_ONCE]}))
        progress("write partition", min(first + ROWS_AT_ONCE, len(members)), len(members))
    finish(store, run)
    return True


def _check_fit(store: Store, run: RunRecord, result: PartitionResult, name: str) -> None:
    check_segment(name, what="partition")
    there = {row["name"]: row["n_neurons"] for row in layers(store, run.network)}
    if name in there:
        raise KeyTaken(f"A layer of {run.network!r} is called {name!r}. Choose another name for the partition.")
    given = dict(zip(result.layers, result.sizes, strict=True))
    if any(there.get(layer) != size for layer, size in given.items()) or len(result.labels) != sum(given.values()):
        raise ShapeError(f"The partition is of layers {given}, the network {run.network!r} has {there}.")


def _make_way(store: Store, run: RunRecord, name: str) -> None:
    """Refuse a name that another run has taken; what an ended process left under it is removed."""
    for maker in store.rows(_MAKER, key=partition_key(run.network, name)):
        if maker["key"] == run.key:
            continue
        if maker["state"] == "finished":
            raise KeyTaken(
                f"The partition {name!r} of {run.network!r} was made by the run {maker['key']!r} otherwise. "
                f"Choose another name, or remove it: atlas remove --run {maker['key']}."
            )
        remove_dead_run(store, maker)


def _write(store: Store, text: str, rows: list[Row], **parameters: str) -> None:
    for first in range(0, len(rows), _CLUSTERS_AT_ONCE):
        store.write((text, {**parameters, "rows": rows[first : first + _CLUSTERS_AT_ONCE]}))
