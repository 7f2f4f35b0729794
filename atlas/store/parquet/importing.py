"""Load an exported network with its runs and their values; queries see it when all of it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
import polars as pl

from atlas.errors import KeyTaken
from atlas.progress import Progress, silent
from atlas.store.clean import LOCK, being_written, remove_leftover
from atlas.store.connection import Store
from atlas.store.parquet import texts
from atlas.store.parquet.check import check_contents
from atlas.store.parquet.contents import Contents
from atlas.store.parquet.manifest import Manifest
from atlas.store.parquet.tables import link_tables, node_tables
from atlas.store.parquet.writing import plain_columns, write_links, write_nodes

_ROOT_TABLE = node_tables()[0]
_STANDING = """MATCH (n:Network {key: $key}) OPTIONAL MATCH (n)<-[:ABOUT]-(r:Run {state: 'finished'})
RETURN n.content_sha256 AS content_sha256, collect(r.key) AS runs"""
_UNFINISHED = """CALL () { MATCH (n:Loading {key: $key}) RETURN n UNION MATCH (n:Removing {key: $key}) RETURN n }
RETURN n.key AS key"""
_PUBLISH = """MATCH (n:Loading {key: $key, owner: $owner})
REMOVE n:Loading, n.owner SET n:Network, n.loaded_at = datetime() RETURN n.key AS key"""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import did: `loaded` is False when the same network with these runs stood there already."""

    loaded: bool
    manifest: Manifest


def import_network(store: Store, folder: Path, *, progress: Progress = silent) -> Imported:
    """Load a network from a folder that `export_network` wrote, equal to the one that was exported.

    Only `loaded_at` differs. Files and rows are checked before anything is written.

    Raises
    ------
    UnreadableFile, SchemaMismatch, BadKey, NonFiniteWeights
        The folder is no export, damaged, of another version of the schema, or does not hold together.
    KeyTaken
        Another network stands under the key, or the same one without some of these runs.
    """
    contents = Contents(folder)
    check_contents(contents)
    key = contents.manifest.network
    remove_leftover(store, key)
    if not store.transact(lambda tx: _begin(tx, store.owner, contents)):
        return Imported(loaded=False, manifest=contents.manifest)
    write_nodes(store, contents, progress)
    write_links(store, contents, progress)
    if not store.transact(lambda tx: _publish(tx, store.owner, contents)):
        raise KeyTaken(f"The network {key!r} was removed while it was being imported. Import it again.")
    return Imported(loaded=True, manifest=contents.manifest)


def _begin(tx: neo4j.ManagedTransaction, owner: str, contents: Contents) -> bool:
    """Reserve the key, unless the same content stands there."""
    key = contents.manifest.network
    tx.run(LOCK).consume()
    for standing in tx.run(_STANDING, key=key).data():
        _check_same(standing, contents)
        return False
    if tx.run(_UNFINISHED, key=key).data():
        raise being_written(key)
    root = contents.nodes(_ROOT_TABLE).with_columns(pl.lit(None).alias("loaded_at"))
    tx.run(texts.write_nodes(_ROOT_TABLE), columns=plain_columns(_ROOT_TABLE, root), owner=owner).consume()
    return True


def _check_same(standing: Mapping[str, Any], contents: Contents) -> None:
    key, ours = contents.manifest.network, contents.manifest.content_sha256
    remedy = f"Remove it first: atlas remove {key}."
    if standing["content_sha256"] != ours:
        raise KeyTaken(
            f"Another network stands under {key!r}: its content is {str(standing['content_sha256'])[:12]}, "
            f"that of {str(contents.folder)!r} is {ours[:12]}. {remedy}"
        )
    lacking = sorted(set(contents.keys("Run")) - set(standing["runs"]))
    if lacking:
        raise KeyTaken(
            f"The network {key!r} stands there already, but without {len(lacking)} of the runs of "
            f"{str(contents.folder)!r}, the first is {lacking[0]!r}. {remedy}"
        )


def _publish(tx: neo4j.ManagedTransaction, owner: str, contents: Contents) -> bool:
    """Let queries see the network, joined to those others that are there."""
    tx.run(LOCK).consume()
    if not tx.run(_PUBLISH, key=contents.manifest.network, owner=owner).data():
        return False
    for table in link_tables():
        for piece in contents.pieces(table) if table.between_networks else ():
            ends = {"source": piece["source"].to_list(), "target": piece["target"].to_list()}
            tx.run(texts.write_between(table), {"columns": plain_columns(table, piece), **ends}).consume()
    return True
