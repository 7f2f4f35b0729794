"""Remove what processes that have ended left half done."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.errors import BadQuery, KeyTaken, StoreError
from atlas.progress import Progress, silent
from atlas.store import owner
from atlas.store.connection import Row, Store
from atlas.store.deletion import delete_network, delete_run
from atlas.store.transactions import wait_for_older

# Taken first by every transaction that publishes, so that they come one after the other.
LOCK = "MATCH (s:Schema {key: 'schema'}) SET s.version = s.version"

_UNFINISHED = """CALL () {
  MATCH (n:Loading) RETURN n.key AS key, n.owner AS owner, 'loading' AS state, [n.key] AS networks
  UNION ALL
  MATCH (n:Removing) RETURN n.key AS key, n.owner AS owner, 'removing' AS state, [n.key] AS networks
  UNION ALL
  MATCH (run:Run) WHERE run.state IN ['running', 'removing']
  RETURN run.key AS key, run.owner AS owner, 'run' AS state,
    [run.network, run.other] AS networks
} RETURN key, owner, state, networks ORDER BY key"""
_CONNECTIONS = "CALL dbms.listConnections() YIELD userAgent RETURN userAgent AS agent"
_TAKE_LOADING = """MATCH (n:Loading {key: $key, owner: $owner})
REMOVE n:Loading SET n:Removing, n.owner = $ours RETURN n.key AS key"""
_TAKE_REMOVING = "MATCH (n:Removing {key: $key, owner: $owner}) SET n.owner = $ours RETURN n.key AS key"
_TAKE_RUN = """MATCH (run:Run {key: $key, owner: $owner}) SET run.owner = $ours, run.state = 'removing'
RETURN run.key AS key"""
_TAKE = {"loading": _TAKE_LOADING, "removing": _TAKE_REMOVING, "run": _TAKE_RUN}


def clean(store: Store, *, progress: Progress = silent) -> tuple[str, ...]:
    """Remove every half-loaded network and half-written run whose process has ended; one read when there is none.

    Returns
    -------
    tuple[str, ...]
        Keys of the networks and runs removed.
    """
    return tuple(left["key"] for left in _left_behind(store, _unfinished(store)) if _remove(store, left, progress))


def remove_leftover(store: Store, network: str) -> None:
    """Make way for the loading of a network.

    Raises
    ------
    KeyTaken
        Another process is loading or removing it just now.
    """
    under_key = [one for one in _unfinished(store) if one["key"] == network and one["state"] != "run"]
    dead = _left_behind(store, under_key)
    if len(dead) < len(under_key) or not all(_remove(store, left) for left in dead):
        raise being_written(network)


def being_written(network: str) -> KeyTaken:
    """Say that somebody else is at a network."""
    return KeyTaken(
        f"Another process is loading or removing the network {network!r} just now. "
        "Wait until it has ended, or choose another key."
    )


def remove_dead_run(store: Store, run: Row) -> None:
    """Remove a running run (its key and owner) whose process has ended.

    Raises
    ------
    KeyTaken
        Its process lives.
    """
    if not (_left_behind(store, [run]) and _remove(store, {**run, "state": "run"})):
        raise KeyTaken(
            f"The run {run['key']!r} is being written by another process. Wait until it has ended, or end that process."
        )


def living_runs(store: Store, network: str) -> list[str]:
    """List the runs that other processes are writing about a network."""
    runs = [one for one in _unfinished(store) if network in one["networks"] and one["state"] == "run"]
    dead = [run["key"] for run in _left_behind(store, runs)]
    return [run["key"] for run in runs if run["key"] not in dead]


def _unfinished(store: Store) -> list[Row]:
    return store.rows(_UNFINISHED)


def _left_behind(store: Store, unfinished: list[Row]) -> list[Row]:
    """Keep what belongs to nobody who lives."""
    if not unfinished:
        return []
    agents = _connected(store, unfinished)
    return [one for one in unfinished if not owner.lives(one["owner"], ours=store.owner, connected=agents)]


def _connected(store: Store, unfinished: list[Row]) -> Iterable[str]:
    """List the server's connections; where it does not tell, take every owner for connected."""
    try:
        return [row["agent"] for row in store.rows(_CONNECTIONS)]
    except (BadQuery, StoreError):
        return [one["owner"] for one in unfinished]


def _remove(store: Store, left: Row, progress: Progress = silent) -> bool:
    """Remove a leftover unless another process was quicker, or an old query may still read it."""
    take = (_TAKE[left["state"]], {"key": left["key"], "owner": left["owner"], "ours": store.owner})
    taken = store.write((LOCK, {}), take)
    if not taken or not wait_for_older(store):
        return False
    if left["state"] == "run":
        delete_run(store, left["key"])
    else:
        delete_network(store, left["key"], progress=_named(progress, f"clear away {left['key']}, left unfinished"))
    return True


def _named(progress: Progress, step: str) -> Progress:
    """Tell another's progress as one step of this name."""
    return lambda _, done, total: progress(step, done, total)
