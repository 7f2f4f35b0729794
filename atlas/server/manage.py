"""Start, find and stop managed servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from atlas.errors import ServerFailed
from atlas.progress import Progress, silent
from atlas.server.archive import take_draft
from atlas.server.disk import disk_errors
from atlas.server.launch import launch, wait_until_ready
from atlas.server.lock import DEFAULT_LINE, LINES, Line, server_line
from atlas.server.process import Record, end_process, live_record
from atlas.server.program import prepare, run_admin
from atlas.server.question import answers_query
from atlas.server.settings import HOST, USER, Home, line_home, read_password


@dataclass(frozen=True, kw_only=True)
class Server:
    """A managed server that answers queries."""

    uri: str  # for the driver: bolt://127.0.0.1:PORT
    http_uri: str
    user: str
    password: str = field(repr=False)
    line: str
    version: str
    pid: int
    folder: Path  # data, logs, settings and password

    @property
    def browser_uri(self) -> str:
        """Give the address of Neo4j Browser, with this server filled in."""
        return f"{self.http_uri}/browser/?dbms={self.uri}&db=neo4j"


def start(line: str = DEFAULT_LINE, *, home: Path | None = None, progress: Progress = silent) -> Server:
    """Start a managed server, or find the one that runs already, in this process or any other.

    The first start on a machine fetches the server's files (123 MB) and takes about half a minute,
    later ones 4 to 10 s. Two processes that start at once get the same server.

    Parameters
    ----------
    line
        `5.26` (long-term support) or `2026.08`. Each has a data folder of its own.
    home
        Folder of all managed servers; None is ATLAS_HOME, else the user's data folder.
    progress
        Told where the work stands.

    Raises
    ------
    UnknownName
        There is no such server line.
    ServerFailed
        No fitting Java, a file that cannot be fetched, or a server that fails; the message has the server's own reason.
    DiskFull
        The disk is full.
    """
    chosen = server_line(line)
    place = line_home(chosen, home)
    with _only_one(place):
        record = live_record(place)
        if record is None:
            program = prepare(chosen, place, progress=progress)
            record = launch(program, place, progress=progress)
        else:
            wait_until_ready(record, place, progress=progress)
        return _server(record, chosen, place)


def status(home: Path | None = None, *, line: str | None = None) -> Server | None:
    """Find the managed server that runs and answers, None when there is none; with no `line`, the first of any."""
    for chosen in _lines(line):
        place = line_home(chosen, home)
        record = live_record(place)
        if record is not None and answers_query(record.ports, read_password(place)):
            return _server(record, chosen, place)
    return None


def stop(home: Path | None = None, *, line: str | None = None) -> tuple[str, ...]:
    """Stop the managed servers of a home and wait until they have ended; give the lines that were running.

    With `line` only that one is stopped. The first stop of a newly installed server takes some seconds more, in which
    it writes the class archive that makes later starts fast.
    """
    return tuple(chosen.name for chosen in _lines(line) if _stop(line_home(chosen, home)))


def offline_admin(home: Path | None, *args: str, line: str = DEFAULT_LINE, progress: Progress = silent) -> str:
    """Run Neo4j's administration tool on a server that is stopped, and give what it printed.

    For example `offline_admin(None, "database", "dump", "neo4j", "--to-path=FOLDER")`.

    Raises
    ------
    ServerFailed
        The server is running, or the tool ended with an error.
    DiskFull
        The disk is full.
    """
    chosen = server_line(line)
    place = line_home(chosen, home)
    with _only_one(place):
        if live_record(place) is not None:
            raise ServerFailed(f"The server in {str(place.folder)!r} is running. Stop it first: `atlas server stop`.")
        return run_admin(prepare(chosen, place, progress=progress), place, *args)


def _lines(line: str | None) -> tuple[Line, ...]:
    return tuple(LINES.values()) if line is None else (server_line(line),)


def _stop(place: Home) -> bool:
    if not place.folder.exists():
        return False
    with _only_one(place):
        record = live_record(place)
        if record is None:
            return False
        end_process(record.pid, place)
        take_draft(place)
        return True


@contextmanager
def _only_one(place: Home) -> Iterator[None]:
    """Let one process at a time start or stop the server of a home."""
    with disk_errors(place.folder):
        place.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(place.folder / "lock"):
            yield


def _server(record: Record, line: Line, place: Home) -> Server:
    return Server(
        uri=f"bolt://{HOST}:{record.ports.bolt}",
        http_uri=f"http://{HOST}:{record.ports.http}",
        user=USER,
        password=read_password(place),
        line=line.name,
        version=line.version,
        pid=record.pid,
        folder=place.folder,
    )
