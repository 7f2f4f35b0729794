"""Remove a network or a run: hidden at once, deleted when no older query can still read it."""

from __future__ import annotations

import neo4j

from atlas.errors import StoreError, UnknownName
from atlas.progress import Progress, silent
from atlas.store.clean import LOCK, living_runs, remove_dead_run
from atlas.store.connection import Row, Step, Store
from atlas.store.deletion import delete_network, delete_run
from atlas.store.headlines import set_headlines, unset_headlines
from atlas.store.read import network_properties
from atlas.store.transactions import wait_for_older

_HIDE = """MATCH (n:Network {key: $key}) WHERE NOT EXISTS { (:Run {kind: 'compare', other: $key, state: 'finished'}) }
REMOVE n:Network SET n:Removing, n.owner = $owner RETURN n.key AS key"""
_RUN = """MATCH (run:Run {key: $key})
RETURN run.key AS key, run.network AS network, run.kind AS kind, run.state AS state, run.owner AS owner"""
_RUN_KEYS = "MATCH (run:Run) RETURN run.key AS key"
_DEPENDENT = """MATCH (made:Run {key: $key}) OPTIONAL MATCH (made)-[:WROTE]->(p) MATCH (run:Run)
WHERE (run.network = made.network AND p.name IN [run.partition, run.first, run.within])
  OR (coalesce(run.other, run.network) = made.network AND p.name = run.second)
  OR (run.kind = 'roles' AND $key IN [run.effect_run, run.relay_run, run.activation_run, run.partition_run])
  OR (run.kind = 'compare' AND $key IN [run.first_effect_run, run.second_effect_run, run.first_label_run,
                                        run.second_label_run])
RETURN run.key AS key, run.network AS network, run.kind AS kind, run.state AS state, run.owner AS owner ORDER BY key"""
_HIDE_RUN = """MATCH (run:Run {key: $key}) SET run.state = 'removing', run.owner = $owner
WITH run MATCH (run)-[:WROTE]->(:Partition)<-[attached:HAS_PARTITION]-(:Network) DELETE attached"""
_COMPARED = "MATCH (run:Run {kind: 'compare', other: $key, state: 'finished'}) RETURN run.key AS key"
_REMAINING = """MATCH (run:Run {network: $network, kind: $kind, state: 'finished'})
RETURN run.key AS key ORDER BY run.finished_at DESC, key"""


def remove_network(store: Store, key: str, *, progress: Progress = silent) -> None:
    """Remove a network with everything known of it. Interrupted, it is finished by the next command.

    Runs that compared another network with it go with it.

    Raises
    ------
    UnknownName
        There is no such network.
    StoreError
        Another process is measuring it, or a query that reads it does not end.
    """
    network_properties(store, key)
    writing = living_runs(store, key)
    if writing:
        raise StoreError(f"The run {writing[0]!r} is writing about {key!r}. Wait until it has ended, then remove.")
    hide = (_HIDE, {"key": key, "owner": store.owner})
    while not (hidden := store.write((LOCK, {}), hide)) and (compared := store.rows(_COMPARED, key=key)):
        for run in compared:
            remove_run(store, run["key"], progress=progress)
    if hidden:
        _wait(store, key, progress)
        delete_network(store, key, progress=progress)


def remove_run(store: Store, key: str, *, progress: Progress = silent) -> tuple[str, ...]:
    """Remove a run with everything it wrote; headline properties fall back to the newest run that remains.

    Runs that measured the clusters it made, divided them, compared its partition with another, or judged roles or
    matched clusters by its values, go with it.

    Returns
    -------
    tuple[str, ...]
        Keys of the runs removed.

    Raises
    ------
    UnknownName
        There is no such run.
    KeyTaken
        Another process is writing it.
    StoreError
        A query that reads it does not end.
    """
    found = store.rows(_RUN, key=key)
    if not found:
        raise UnknownName("run", key, (row["key"] for row in store.rows(_RUN_KEYS)), remedy="List: atlas runs.")
    doomed = [*_dependent(store, key), *found]
    finished = [run for run in doomed if run["state"] == "finished"]
    for run in doomed:
        if run["state"] in ("running", "removing"):
            remove_dead_run(store, run)
    if finished:
        store.transact(lambda tx: _hide_runs(tx, store.owner, finished))
        _wait(store, key, progress)
    for run in doomed:
        delete_run(store, run["key"])
    return tuple(run["key"] for run in doomed)


def _dependent(store: Store, key: str) -> list[Row]:
    """Find the runs that stand on what a run made, and on what those made; the last in the chain first."""
    found: dict[str, Row] = {}
    for run in store.rows(_DEPENDENT, key=key):
        for further in (*_dependent(store, run["key"]), run):
            found[further["key"]] = further
    return list(found.values())


def _hide_runs(tx: neo4j.ManagedTransaction, owner: str, finished: list[Row]) -> None:
    """Hide finished runs and let older ones give the headline properties."""
    tx.run(LOCK).consume()
    for run in finished:
        tx.run(_HIDE_RUN, key=run["key"], owner=owner).consume()
        _apply(tx, unset_headlines(run["key"], run["kind"]))
    for network, kind in sorted({(run["network"], run["kind"]) for run in finished}):
        for remaining in tx.run(_REMAINING, network=network, kind=kind).data():
            _apply(tx, set_headlines(remaining["key"], kind, missing_only=True))


def _apply(tx: neo4j.ManagedTransaction, steps: list[Step]) -> None:
    for text, parameters in steps:
        tx.run(text, dict(parameters)).consume()


def _wait(store: Store, key: str, progress: Progress) -> None:
    if not wait_for_older(store, progress=progress):
        raise StoreError(
            f"A query that began before the removal of {key!r} still runs. It is hidden already; "
            "end that query, and the next command deletes the rest."
        )
