"""Start the process of a server and wait until it answers queries."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence

from atlas.errors import AtlasError, DiskFull, ServerFailed
from atlas.progress import Progress
from atlas.server.archive import archive_flags, drop_draft, take_draft
from atlas.server.disk import disk_full, is_full, tells_full_disk
from atlas.server.process import Record, end_process, home_options, is_server, write_record
from atlas.server.program import OPENINGS, Program
from atlas.server.question import answers_query, database_failure
from atlas.server.reason import failure_reason, logs_text, set_logs_aside
from atlas.server.settings import Home, atlas_cache, choose_ports, memory_size, read_password, write_settings

START_SECONDS = 180
_FAILED_SECONDS = 5  # a server that never answered has nothing to save
_POLL_SECONDS = 0.1
_PORT_TAKEN = "is already in use, cannot bind to it"
_FLAGS = (
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
    "-XX:+DisableExplicitGC",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.leakDetection.level=DISABLED",
    *OPENINGS,
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
)


def launch(program: Program, home: Home, *, progress: Progress) -> Record:
    """Start a server and wait until it answers; a failed one leaves no process behind.

    If a port was taken between its choice and its use, other ports are tried, once.
    """
    take_draft(home)
    flags = (*_FLAGS, f"-Xmx{memory_size('ATLAS_HEAP', '2g')}", *archive_flags(program, home, atlas_cache()))
    try:
        return _launch_once(program, home, flags, progress)
    except ServerFailed:
        if _PORT_TAKEN not in logs_text(home):
            raise
    return _launch_once(program, home, flags, progress)


def _launch_once(program: Program, home: Home, flags: Sequence[str], progress: Progress) -> Record:
    ports = choose_ports(home)
    write_settings(home, ports)
    command = program.command(home, program.line.main_class, *home_options(home), flags=flags)
    record = Record(pid=_spawn(command, home), ports=ports)
    try:
        write_record(home, record)
        wait_until_ready(record, home, progress=progress)
    except BaseException as error:
        seconds = 0 if isinstance(error, DiskFull) else _FAILED_SECONDS
        end_process(record, home, seconds=seconds, progress=progress)
        drop_draft(home)
        raise
    return record


def _spawn(command: Sequence[str], home: Home) -> int:
    """Start a process of its own session, so that it outlives this one and no Ctrl+C reaches it."""
    set_logs_aside(home)
    with home.console_log.open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home.folder, start_new_session=True
        )
    # Collects the process when it ends before this one does, so that no dead entry stays behind.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


def wait_until_ready(record: Record, home: Home, *, progress: Progress) -> None:
    """Wait until a started server answers a query.

    Raises
    ------
    ServerFailed
        It ended, gave up on its database, or does not answer in time.
    DiskFull
        The disk has no room left.
    """
    password, begun = read_password(home), time.monotonic()
    while not answers_query(record.ports, password):
        seconds = time.monotonic() - begun
        progress("starting the server", int(seconds), 0)
        if not is_server(record.pid, home):
            raise _failure(home, "ended while it started")
        if is_full(home.folder):
            raise disk_full(home.folder)
        if why := database_failure(record.ports, password):
            raise _failure(home, "cannot open its database", why)
        if seconds > START_SECONDS:
            raise _failure(home, f"did not answer within {START_SECONDS} s")
        time.sleep(_POLL_SECONDS)


def gave_up(record: Record, home: Home) -> bool:
    """See whether a server that runs can only be ended: it no longer answers, after its disk was full for one."""
    password = read_password(home)
    if answers_query(record.ports, password):
        return False
    return bool(database_failure(record.ports, password)) or tells_full_disk(logs_text(home))


def _failure(home: Home, what: str, why: str = "") -> AtlasError:
    if tells_full_disk(why + logs_text(home)):
        return disk_full(home.folder)
    return ServerFailed(f"The server {what}: {failure_reason(home)}. Its logs are in {str(home.folder / 'logs')!r}.")
