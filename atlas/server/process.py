"""The server's process: which one it is, how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

from atlas.progress import Progress, silent
from atlas.server.disk import is_full
from atlas.server.settings import Home, Ports

STOP_SECONDS = 120  # to write down what is in memory, and the class archive
STUCK_SECONDS = 20  # a server that no longer answers hardly ends on SIGTERM
_KILL_SECONDS = 10
_POLL_SECONDS = 0.05
_BLANK_SECONDS = 2.0
_ENDED = ("Z", "X")  # states of a process in /proc: ended, only not yet collected


@dataclass(frozen=True, kw_only=True)
class Record:
    """Which process serves a home, and on which ports. It may have ended since."""

    pid: int
    ports: Ports
    is_ending: bool = False  # it was asked to end, by a process that may not have waited


def write_record(home: Home, record: Record) -> None:
    """Note the process of a home, whole or not at all."""
    noted = {"pid": record.pid, "bolt": record.ports.bolt, "http": record.ports.http, "is_ending": record.is_ending}
    draft = home.record_file.with_suffix(".tmp")
    draft.write_text(json.dumps(noted), encoding="ascii")
    draft.replace(home.record_file)


def live_record(home: Home) -> Record | None:
    """Read which process serves a home; None when it ended, or another program has its number by now."""
    try:
        found = json.loads(home.record_file.read_text(encoding="ascii"))
        ports = Ports(bolt=int(found["bolt"]), http=int(found["http"]))
        record = Record(pid=int(found["pid"]), ports=ports, is_ending=bool(found.get("is_ending")))
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return None
    return record if is_server(record.pid, home) else None


def is_server(pid: int, home: Home) -> bool:
    """See whether a process is the server of a home: its command line names the home. An ended one has none."""
    return " ".join(home_options(home)) in command_line(pid)


def home_options(home: Home) -> tuple[str, str]:
    """Spell the arguments that mark the server of a home."""
    return f"--home-dir={home.folder}", f"--config-dir={home.folder / 'conf'}"


def command_line(pid: int) -> str:
    """Read what a process was started with, empty when it has ended."""
    if not Path("/proc/self/stat").exists():
        return subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
    deadline = time.monotonic() + _BLANK_SECONDS
    while True:
        try:
            text = os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return ""
        # It is blank for a moment while a program is being put in place or torn down.
        if text or state in _ENDED or time.monotonic() > deadline:
            return text
        time.sleep(_POLL_SECONDS)


def end_process(record: Record, home: Home, *, seconds: float = STUCK_SECONDS, progress: Progress = silent) -> None:
    """Ask the server to end (SIGTERM to this one process) and wait until it has, then forget it.

    After `seconds`, or sooner on a full disk, it is killed, with 0 at once: what it had committed, its next start
    restores.
    """
    pid = record.pid
    with contextlib.suppress(OSError):  # on a full disk it is ended all the same
        write_record(home, replace(record, is_ending=True))
    for wanted, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, _KILL_SECONDS)):
        if not patience:
            continue
        if not is_server(pid, home):
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, wanted)
        if _ended(pid, home, patience, progress):
            break
    home.record_file.unlink(missing_ok=True)


def _ended(pid: int, home: Home, seconds: float, progress: Progress) -> bool:
    begun = time.monotonic()
    while is_server(pid, home):
        waited = time.monotonic() - begun
        progress("stopping the server", int(waited), 0)
        if waited >= (min(seconds, STUCK_SECONDS) if is_full(home.folder) else seconds):
            return False
        time.sleep(_POLL_SECONDS)
    return True
