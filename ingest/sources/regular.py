"""Files before they are opened: there, regular, and hashed. Pipes, devices and folders are refused, never waited on."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from atlas.errors import UnreadableFile
from atlas.hashing import file_sha256

_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
_FIRST, _LAST = 20, 60  # characters of a long foreign name that are shown: a path ends in what tells files apart


def regular_file(path: str | Path) -> Path:
    """Give a file's absolute path.

    Raises
    ------
    UnreadableFile
        It is missing, empty, cannot be read, or is a folder, a pipe or a device.
    """
    try:
        path = Path(path).expanduser().absolute()
        found = path.stat()
    except (OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(f"Cannot read {str(path)!r}: {_reason(error)}. Check the path.") from error
    if not stat.S_ISREG(found.st_mode):
        kind = next((kind for is_kind, kind in _KINDS if is_kind(found.st_mode)), "a device")
        raise UnreadableFile(f"Cannot read {str(path)!r}: it is {kind}. Give a file.")
    if found.st_size == 0:
        raise UnreadableFile(f"{str(path)!r} is empty. Copy or save it again.")
    if not os.access(path, os.R_OK):
        raise UnreadableFile(f"Cannot read {str(path)!r}: permission denied. Check the path.")
    return path


def hash_file(path: Path) -> str:
    """Hash a file's bytes.

    Raises
    ------
    UnreadableFile
        The file cannot be read.
    """
    try:
        return file_sha256(path)
    except OSError as error:
        raise UnreadableFile(f"Cannot read {str(path)!r}: {_reason(error)}. Check the path.") from error


def shown(name: object) -> str:
    """Write a foreign name in quotes, on one line and not too long."""
    text = str(name)
    return repr(text if len(text) <= _FIRST + _LAST else f"{text[:_FIRST]}…{text[-_LAST:]}")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
