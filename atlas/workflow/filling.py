"""Fill an empty atlas offline: files, Neo4j's importer, then the server on what it made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from atlas.errors import InputError
from atlas.progress import Progress, silent
from atlas.records import NetworkRecord
from atlas.server import DEFAULT_LINE, Server, is_new, rebuild, start, status, stop
from atlas.store import Store
from atlas.store.offline import check_empty, complete, write_csv


def fill(
    records: Iterable[NetworkRecord],
    *,
    home: Path | None = None,
    line: str = DEFAULT_LINE,
    keep_running: bool = False,
    progress: Progress = silent,
) -> tuple[str, ...]:
    """Load networks into the empty managed atlas, five times as fast as into a running one.

    The graph is the same. The new database is built beside the old one and exchanged when it is complete: a failure
    leaves the atlas as it was, and after a kill the next command finds it either empty or filled.

    Parameters
    ----------
    records
        Taken one at a time, so that only one need be in memory; for a list of them that is no gain.
    home, line
        Of the managed server, as for `atlas.server.start`.
    keep_running
        Leave the server running afterwards; else only if it ran before.

    Returns
    -------
    tuple[str, ...]
        Keys of the networks, in order.

    Raises
    ------
    InputError
        The atlas is not the managed one.
    KeyTaken
        The atlas is not empty, two networks of different content have the same key, or another process fills it.
    BadKey, BadParameter, ShapeError, NonFiniteWeights
        A record does not hold together.
    ServerFailed, DiskFull, StoreError
        The server or its import tool failed, or the disk is full.
    """
    _check_managed()
    runs = status(home, line=line) is not None
    try:
        with rebuild(home, line=line) as new:
            _check_empty(home, line, progress)
            files = write_csv(records, new.files, progress=progress)
            if files.networks:
                new.run_import(files.arguments, progress=progress)
                _check_empty(home, line, progress)  # others may have used it in the meantime
                with _connected(new.put_in_place(progress=progress)) as store:
                    progress("create indexes", 0, 0)
                    complete(store, files)
        runs = runs or keep_running
    finally:
        _restore(home, line, runs=runs)
    return files.networks


def _check_managed() -> None:
    address = os.environ.get("ATLAS_NEO4J_URI")
    if address:
        raise InputError(
            f"The atlas at {address} is not the managed one, which alone is filled offline. "
            "Load the networks one by one, or unset ATLAS_NEO4J_URI."
        )


def _check_empty(home: Path | None, line: str, progress: Progress) -> None:
    if not is_new(home, line=line):
        with _connected(start(line, home=home, progress=progress)) as store:
            check_empty(store)


def _connected(server: Server) -> Store:
    return Store(server.uri, server.user, server.password)


def _restore(home: Path | None, line: str, *, runs: bool) -> None:
    """Leave the server running or stopped, as it was."""
    if runs:
        start(line, home=home)
    else:
        stop(home, line=line)
