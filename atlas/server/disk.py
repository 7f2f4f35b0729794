"""Tell a full disk from other failures."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atlas.errors import DiskFull, ServerFailed

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_TEXTS = ("No space left on device", "Disk quota exceeded", "File too large")
_START_BYTES = 8_000_000  # the first start writes 2.4 MB, later ones less than 1 MB
_LAST_BYTES = 500_000  # below that, the server's log ends in the middle of a line


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a failure of the file system under `folder` into `DiskFull` or `ServerFailed`."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full(folder) from error
        raise ServerFailed(
            f"The folder {str(folder)!r} cannot be used: {error.strerror or error}. "
            "The atlas keeps its server there. Make it writable, or name others in ATLAS_HOME and ATLAS_CACHE."
        ) from error


def disk_full(folder: Path) -> DiskFull:
    """Say that the disk of a folder is full."""
    return DiskFull(
        f"The disk of {str(folder)!r} has no room left: {_free_bytes(folder) / 1e6:.1f} MB are free, "
        "and the server's files grow by up to 34 MB at a time. "
        "Free some space, or name a folder on another disk in ATLAS_HOME (data) or ATLAS_CACHE (server files)."
    )


def check_room(folder: Path) -> None:
    """Refuse to start a server on a disk where it could not get up."""
    if _free_bytes(folder) < _START_BYTES:
        raise disk_full(folder)


def is_full(folder: Path) -> bool:
    """See whether a disk has nothing left, so that a server on it can no longer work, or even say why."""
    return _free_bytes(folder) < _LAST_BYTES


def tells_full_disk(text: str) -> bool:
    """See whether a program's output speaks of a full disk."""
    return any(phrase in text for phrase in _FULL_TEXTS)


def _free_bytes(folder: Path) -> int:
    """Count what the user may still write on the disk of a folder, which need not be there yet."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free
