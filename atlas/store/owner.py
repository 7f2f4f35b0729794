"""Whose writing is it: an open store's name, and whether the one who bears it still lives.

A network being loaded and a running run name their owner, `PLACE:PID:START:NUMBER`. On this machine an owner
lives while its process does (same pid, same start) and, within this process, while its store is open and another
one than ours. An owner on another machine lives while the server has a connection that bears its name as user
agent: the server drops a connection when its process dies.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import socket
from collections.abc import Iterable
from pathlib import Path

_NUMBERS = itertools.count()
_OPEN: set[str] = set()


def new_owner() -> str:
    """Name a store that is being opened."""
    owner = f"{_place()}:{os.getpid()}:{_start(os.getpid())}:{next(_NUMBERS)}"
    _OPEN.add(owner)
    return owner


def forget(owner: str) -> None:
    """Take note that a store was closed."""
    _OPEN.discard(owner)


def lives(owner: str, *, ours: str, connected: Iterable[str]) -> bool:
    """Tell whether someone else is still writing under the name `owner`.

    Parameters
    ----------
    owner
        The name found in the graph.
    ours
        The asking store's own: what it left behind itself is a leftover.
    connected
        User agents of the server's connections.
    """
    place, pid, start, _ = owner.split(":")
    if place != _place():
        return any(agent.endswith(owner) for agent in connected)
    if int(pid) == os.getpid() and start == _start(os.getpid()):
        return owner != ours and owner in _OPEN
    return _exists(int(pid)) and _start(int(pid)) == start


def _place() -> str:
    """Tell machines, their boots and their containers apart."""
    namespace = Path("/proc/self/ns/pid")
    parts = [socket.gethostname(), _read("/proc/sys/kernel/random/boot_id")]
    parts.append(str(namespace.readlink()) if namespace.is_symlink() else "")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _exists(pid: int) -> bool:
    if os.name == "nt":
        return True  # there os.kill would end it; the next command of the same key says who is in the way
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start(pid: int) -> str:
    """Give the process's start in clock ticks since boot; empty where the system does not tell."""
    after_name = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    state_dead = not after_name or after_name[0] in "ZX"
    return "" if state_dead else after_name[19]


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
