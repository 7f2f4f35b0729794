"""A database built beside the one of a server, and the exchange of the two that a kill at any moment cannot halve.

`staging/` holds the new one while it is built, then the old one until the server runs on the new.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

from filelock import FileLock, Timeout

from atlas.server.process import command_line
from atlas.server.settings import Home

_PARTS = ("data/databases/neo4j", "tx/neo4j")
_KILL_SECONDS = 30


def staging(home: Home) -> Home:
    """Name the home of the database that is being built."""
    return Home(folder=home.folder / "staging")


def staging_lock(home: Home) -> FileLock:
    """Give the lock that is held by the one process that builds."""
    return FileLock(home.folder / "staging.lock", timeout=0)


def importer_file(home: Home) -> Path:
    """Name the file that says which process imports."""
    return staging(home).folder / "importer.pid"


def is_exchanged(home: Home) -> bool:
    """See whether an exchange has begun that can still be undone."""
    return _journal(home).exists()


def exchange(home: Home) -> None:
    """Put the new database in the place of the old one. The server is stopped."""
    had = [part for part in _PARTS if (home.folder / part).exists()]
    _journal(home).write_text(json.dumps(had), encoding="ascii")
    for part in _PARTS:
        if part in had:
            _move(home.folder / part, _old(home, part))
        _move(staging(home).folder / part, home.folder / part)


def put_back(home: Home) -> None:
    """Undo an exchange, however far it came; nothing where there was none. The server is stopped."""
    if not is_exchanged(home):
        return
    had = json.loads(_journal(home).read_text(encoding="ascii"))
    for part in _PARTS:
        if part not in had or _old(home, part).exists():
            shutil.rmtree(home.folder / part, ignore_errors=True)
        if _old(home, part).exists():
            _move(_old(home, part), home.folder / part)
    _journal(home).unlink()


def clear(home: Home) -> None:
    """Throw away what is being built, or what the new database replaced."""
    _journal(home).unlink(missing_ok=True)  # first: without it, nothing is put back
    shutil.rmtree(staging(home).folder, ignore_errors=True)


def settle(home: Home, *, runs: bool) -> None:
    """Clear up after a process that was killed while it built or exchanged; one that lives is left alone.

    A server that runs already keeps the database it has. Otherwise the old one is put back.
    """
    if not staging(home).folder.exists():
        return
    with contextlib.suppress(Timeout), staging_lock(home):
        _end_importer(home)
        if not runs:
            put_back(home)
        clear(home)


def _end_importer(home: Home) -> None:
    """End the import tool of a killed process, which still writes."""
    try:
        pid = int(importer_file(home).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return
    deadline = time.monotonic() + _KILL_SECONDS
    while str(staging(home).folder) in command_line(pid) and time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        time.sleep(0.1)


def _journal(home: Home) -> Path:
    """Name the file that lists, from before an exchange, which parts of the old database there were."""
    return staging(home).folder / "exchange.json"


def _old(home: Home, part: str) -> Path:
    return staging(home).folder / "old" / part


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
