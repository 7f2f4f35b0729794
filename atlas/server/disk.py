"""Tell a full disk from other failures."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from atlas.errors import DiskFull, ServerFailed

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FULL_TEXTS = ("No space left on device", "Disk quota exceeded")


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
        f"The disk of {str(folder)!r} is full. "
        "Free some space, or name a folder on another disk in ATLAS_HOME (data) or ATLAS_CACHE (server files)."
    )


def tells_full_disk(text: str) -> bool:
    """See whether a program's output speaks of a full disk."""
    return any(phrase in text for phrase in _FULL_TEXTS)
