"""IDX files, the format of MNIST and Fashion-MNIST: plain, .gz or .xz."""

from __future__ import annotations

import gzip
import lzma
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from atlas.errors import UnreadableFile

_SUFFIXES = (".gz", ".xz", "")
_UNSIGNED_BYTE = 8
_REMEDY = "Download it again."


def find_idx(folder: Path, name: str) -> Path:
    """Find a file of this name in `folder`: packed by gzip, by xz, or plain."""
    for suffix in _SUFFIXES:
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    raise UnreadableFile(f"No file {name!r} (.gz, .xz or plain) in {str(folder)!r}. Check the folder.")


def read_idx(path: Path, *, n_dimensions: int) -> NDArray[np.uint8]:
    """Read an IDX file of bytes with so many dimensions: 3 for images, 1 for labels.

    Raises
    ------
    UnreadableFile
        The file is missing, damaged, or another kind of file.
    """
    content = _unpack(path)
    expected = bytes([0, 0, _UNSIGNED_BYTE, n_dimensions])
    start = 4 + 4 * n_dimensions
    if content[:4] != expected:
        raise UnreadableFile(
            f"{str(path)!r} begins with {content[:4].hex() or 'nothing'}, not with {expected.hex()}: it is no IDX file "
            f"of {n_dimensions}-dimensional bytes. {_REMEDY}"
        )
    shape = tuple(int.from_bytes(content[at : at + 4], "big") for at in range(4, start, 4))
    if len(content) != start + math.prod(shape):
        raise UnreadableFile(
            f"{str(path)!r} is truncated or damaged: {len(content):,} bytes unpacked, {start + math.prod(shape):,} "
            f"announced. {_REMEDY}"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _unpack(path: Path) -> bytes:
    try:
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes())
        return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    except (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise UnreadableFile(f"{str(path)!r} is truncated or damaged. {_REMEDY}") from error
    except OSError as error:
        raise UnreadableFile(f"Cannot read {str(path)!r}: {error.strerror}. Check the path.") from error
