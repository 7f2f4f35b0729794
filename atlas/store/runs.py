"""Runs: begun, then finished or failed. What a run writes is visible from the transaction that finishes it."""

from __future__ import annotations

from typing import Any

import neo4j

from atlas.errors import KeyTaken, StoreError
from atlas.records import RunRecord
from atlas.store.clean import LOCK, remove_dead_run
from atlas.store.connection import Store
from atlas.store.deletion import delete_run, delete_values
from atlas.store.headlines import set_headlines
from atlas.store.read import network_properties

_STANDING = "MATCH (run:Run {key: $key}) RETURN run.key AS key, run.state AS state, run.owner AS owner"
_BEGIN = """MATCH (n:Network {key: $network}) WHERE NOT EXISTS { (:Run {key: $properties.key}) }
CREATE (run:Run)-[:ABOUT]->(n)
SET run = $properties, run.state = 'running', run.owner = $owner, run.started_at = datetime() RETURN run.key AS key"""
_ATTACH = "MATCH (n:Network)<-[:ABOUT]-(:Run {key: $key})-[:WROTE]->(p:Partition) MERGE (n)-[:HAS_PARTITION]->(p)"
_FINISH = """MATCH (run:Run {key: $key, owner: $owner, state: 'running'})
WHERE run.other IS NULL OR EXISTS { (:Network {key: run.other}) }
SET run.state = 'finished', run.finished_at = datetime() REMOVE run.owner RETURN run.key AS key"""
_FAIL = """MATCH (run:Run {key: $key, owner: $owner}) SET run.state = 'failed' REMOVE run.owner
WITH run MATCH (run)-[:WROTE]->(p:Partition) DETACH DELETE p"""


def begin(store: Store, run: RunRecord) -> bool:
    """Begin a run, unless it was finished before; what an ended process left of it is removed first.

    Returns
    -------
    bool
        False when a finished run has this key: there is nothing to do.

    Raises
    ------
    UnknownName
        There is no such network.
    KeyTaken
        Another process is at the same run.
    """
    network_properties(store, run.network)
    for standing in store.rows(_STANDING, key=run.key):
        if standing["state"] == "finished":
            return False
        if standing["state"] == "failed":
            delete_run(store, run.key)
        else:
            remove_dead_run(store, standing)
    parameters = {"network": run.network, "properties": _properties(run), "owner": store.owner}
    if not store.write((LOCK, {}), (_BEGIN, parameters)):
        raise KeyTaken(f"Another process has just begun the run {run.key!r}. Wait until it has ended.")
    store.begun.add(run.key)
    return True


def claim(store: Store, run: RunRecord) -> bool:
    """Make sure that a run is begun and has no values yet; False when it is finished."""
    if run.key not in store.begun and not begin(store, run):
        return False
    store.begun.discard(run.key)
    return True


def finish(store: Store, run: RunRecord) -> None:
    """Make everything a run wrote visible at once, and set the headline properties.

    Raises
    ------
    StoreError
        The run is not running any more.
    """
    if not store.transact(lambda tx: _finish(tx, run, store.owner)):
        raise StoreError(f"The run {run.key!r} was removed while it was being written. Repeat the command.")


def _finish(tx: neo4j.ManagedTransaction, run: RunRecord, owner: str) -> bool:
    tx.run(LOCK).consume()
    if not tx.run(_FINISH, key=run.key, owner=owner).data():
        return False
    for text, parameters in (*set_headlines(run.key, run.kind), (_ATTACH, {"key": run.key})):
        tx.run(text, dict(parameters)).consume()
    return True


def fail(store: Store, run: RunRecord) -> None:
    """Take back what a run wrote; it stays listed as failed."""
    store.begun.discard(run.key)
    delete_values(store, run.key)
    store.write((_FAIL, {"key": run.key, "owner": store.owner}))


def _properties(run: RunRecord) -> dict[str, Any]:
    return dict(run.params) | {
        "key": run.key,
        "network": run.network,
        "kind": run.kind,
        "method": run.method,
        "seed": run.seed,
        "command": run.command,
        "code_version": run.code_version,
        "data": run.data,
        "data_sha256": run.data_sha256,
        "n_trials": run.n_trials,
    }
