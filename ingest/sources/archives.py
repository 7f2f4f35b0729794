"""Zip archives before anything in them is read: whole, of one reading only, and no larger than they look."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from atlas.errors import UnreadableFile
from ingest.sources.regular import shown

MAX_MEMBERS = 100_000
_MAX_DIRECTORY = MAX_MEMBERS * 160  # bytes
_MAX_GROWTH = 20  # times the archive's own size; torch packs nothing
_SMALL = 1 << 20
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")


@contextmanager
def opened_archive(stream: BinaryIO, path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive.

    Raises
    ------
    UnreadableFile
        It is damaged, would unpack to far more than its size, or two readers could see different things in it.
    """
    n_bytes = stream.seek(0, 2)
    _check_directory(stream, path, n_bytes)
    try:
        archive = zipfile.ZipFile(stream)
    except Exception as error:  # zipfile raises many things on damaged bytes
        raise damaged(path) from error
    with archive:
        _check_members(archive, path, n_bytes)
        try:
            yield archive
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
            raise damaged(path) from error


def damaged(path: Path) -> UnreadableFile:
    """Say that an archive is not whole."""
    return UnreadableFile(f"{str(path)!r} is truncated or damaged. Copy or save it again.")


def _check_directory(stream: BinaryIO, path: Path, n_bytes: int) -> None:
    """Read the size of the list of members, before somebody reads the list."""
    if n_bytes < _END.size:
        raise damaged(path)
    stream.seek(n_bytes - _END.size)
    signature, *_, size, start, comment = _END.unpack(stream.read(_END.size))
    if signature != b"PK\5\6" or comment:
        raise damaged(path)
    end = n_bytes - _END.size
    if end >= _LOCATOR.size:
        stream.seek(end - _LOCATOR.size)
        locator, _, end_64, _ = _LOCATOR.unpack(stream.read(_LOCATOR.size))
        if locator == b"PK\6\7":
            size, start, end = _read_64(stream, path, (end_64, end - _LOCATOR.size))
    if start + size != end:
        raise damaged(path)
    if size > _MAX_DIRECTORY:
        raise _too_much(path, f"a list of members of {size:,} bytes", f"{_MAX_DIRECTORY:,}")


def _read_64(stream: BinaryIO, path: Path, place: tuple[int, int]) -> tuple[int, int, int]:
    """Read size, start and end of the list of members of an archive with 64-bit places."""
    end_64, locator = place
    if end_64 + _END_64.size != locator:
        raise damaged(path)
    stream.seek(end_64)
    signature, *_, size, start = _END_64.unpack(stream.read(_END_64.size))
    if signature != b"PK\6\6":
        raise damaged(path)
    return size, start, end_64


def _check_members(archive: zipfile.ZipFile, path: Path, n_bytes: int) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _too_much(path, f"{len(members):,} members", f"{MAX_MEMBERS:,}")
    total = sum(member.file_size for member in members)
    if total > _MAX_GROWTH * n_bytes + _SMALL:
        raise _too_much(path, f"{total:,} bytes unpacked", f"{_MAX_GROWTH} times its {n_bytes:,}")
    seen: set[str] = set()
    for member in members:
        if member.filename.casefold() in seen:
            raise UnreadableFile(f"{str(path)!r} holds {shown(member.filename)} twice. Save it again.")
        seen.add(member.filename.casefold())


def _too_much(path: Path, what: str, limit: str) -> UnreadableFile:
    return UnreadableFile(f"{str(path)!r} declares {what}. At most {limit} are read. Save fewer tensors in one file.")
