"""Start, find and stop managed servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from atlas.errors import ServerFailed
from atlas.progress import Progress, silent
from atlas.server.archive import take_draft
from atlas.server.disk import check_room, disk_errors
from atlas.server.launch import gave_up, launch, wait_until_ready
from atlas.server.lock import DEFAULT_LINE, LINES, Line, server_line
from atlas.server.process import STOP_SECONDS, STUCK_SECONDS, Record, end_process, live_record
from atlas.server.program import prepare, run_admin
from atlas.server.question import answers_query
from atlas.server.settings import HOST, USER, Home, line_home, read_password
from atlas.server.staging import settle


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
        """Give the address of Neo4j Browser, with this server and its user filled in."""
        return f"{self.http_uri}/browser/?dbms={self.uri.replace('://', f'://{self.user}@')}&db=neo4j"


def start(line: str = DEFAULT_LINE, *, home: Path | None = None, progress: Progress = silent) -> Server:
    """Start a managed server, or find the one that runs already, in this process or any other.

    The first start on a machine fetches the server's files (123 MB) and takes about half a minute,
    later ones 4 to 10 s. Two processes that start at once get the same server. One that is ending, its stop
    interrupted, is waited for and started anew.

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
        The disk has no room for a server to start.
    """
    chosen = server_line(line)
    place = line_home(chosen, home)
    with only_one(place, progress=progress):
        record = live_record(place)
        if record is not None and (record.is_ending or gave_up(record, place)):
            check_room(place.folder)
            end(place, progress=progress)
            record = None
        if record is None:
            settle(place, runs=False)
            check_room(place.folder)
            program = prepare(chosen, place, progress=progress)
            record = launch(program, place, progress=progress)
        else:
            wait_until_ready(record, place, progress=progress)
            settle(place, runs=True)
        return _server(record, chosen, place)


def status(home: Path | None = None, *, line: str | None = None) -> Server | None:
    """Find the managed server that runs and answers, None when there is none; with no `line`, the first of any."""
    for chosen in _lines(line):
        place = line_home(chosen, home)
        record = live_record(place)
        if record is not None and not record.is_ending and answers_query(record.ports, read_password(place)):
            return _server(record, chosen, place)
    return None


def stop(home: Path | None = None, *, line: str | None = None, progress: Progress = silent) -> tuple[str, ...]:
    """Stop the managed servers of a home and wait until they have ended; give the lines that were running.

    With `line` only that one is stopped. The first stop of a newly installed server takes some seconds more, in which
    it writes the class archive that makes later starts fast. One that does not answer, or whose disk is full, is killed
    after 20 s, one that gave up on its database at once; nothing that was committed is lost.
    """
    return tuple(chosen.name for chosen in _lines(line) if _stop(line_home(chosen, home), progress))


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
    with only_one(place, progress=progress):
        if live_record(place) is not None:
            raise ServerFailed(f"The server in {str(place.folder)!r} is running. Stop it first: `atlas server stop`.")
        settle(place, runs=False)
        return run_admin(prepare(chosen, place, progress=progress), place, *args)


def _lines(line: str | None) -> tuple[Line, ...]:
    return tuple(LINES.values()) if line is None else (server_line(line),)


def _stop(place: Home, progress: Progress) -> bool:
    if not place.folder.exists():
        return False
    with only_one(place, progress=progress):
        settle(place, runs=live_record(place) is not None)
        return end(place, progress=progress)


def end(place: Home, *, progress: Progress = silent) -> bool:
    """End the server of a home, if it runs; for the one process that `only_one` lets."""
    record = live_record(place)
    if record is None:
        return False
    progress("stopping the server", 0, 0)
    end_process(record, place, seconds=_patience(record, place), progress=progress)
    take_draft(place)
    return True


def _patience(record: Record, place: Home) -> float:
    try:
        if answers_query(record.ports, read_password(place)):
            return STOP_SECONDS
        # One that gave up has nothing to save. Asked to end after room was made on its disk, Neo4j 5.26 writes on
        # behind the torn end of its log, and no start can read that any more.
        if gave_up(record, place):
            return 0
        return STOP_SECONDS if record.is_ending else STUCK_SECONDS  # one that ends no longer answers, and is not stuck
    except ServerFailed:  # it refuses the password, so it does answer
        return STOP_SECONDS


def is_new(home: Path | None = None, *, line: str = DEFAULT_LINE) -> bool:
    """See whether no server of a line has ever run in a home, so that there is no data either."""
    return not line_home(server_line(line), home).holds_data


@contextmanager
def only_one(place: Home, *, progress: Progress = silent) -> Iterator[None]:
    """Let one process at a time start or stop the server of a home."""
    with disk_errors(place.folder):
        place.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            progress("waiting for another process that starts or stops the server", 0, 0)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()


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
