"""Parquet files and the folder they stand in: written beside and renamed, so that nothing is ever half written."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from atlas.errors import DiskFull, InputError, KeyTaken

ROWS_AT_ONCE = 100_000  # rows of a row group: what is held in memory at a time
MANIFEST = "manifest.json"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ParquetFile:
    """A Parquet file being written, in row groups of bounded size. Used by `with`.

    Parameters
    ----------
    path
        Where it is written.
    columns
        Names and types, in order; every frame has them.
    """

    def __init__(self, path: Path, columns: Mapping[str, pl.DataType]) -> None:
        self._empty = pl.DataFrame(schema=dict(columns))
        self._schema: pa.Schema = self._empty.to_arrow().schema
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[pl.DataFrame] = []
        self.n_rows = 0

    def __enter__(self) -> ParquetFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush()
        self._writer.close()

    def write(self, frame: pl.DataFrame) -> None:
        """Add rows."""
        self._waiting.append(frame)
        self.n_rows += frame.height
        if sum(waiting.height for waiting in self._waiting) >= ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        frame = pl.concat([self._empty, *self._waiting])
        self._writer.write_table(frame.to_arrow().cast(self._schema), row_group_size=ROWS_AT_ONCE)
        self._waiting = []


@contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Turn a failure of the file system into `DiskFull` or `InputError`.

    Raises
    ------
    DiskFull, InputError
        The disk is full; the place cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL or "No space left" in str(error):
            raise DiskFull(f"The disk of {str(place)!r} is full. Free some space, or name another place.") from error
        why = error.strerror or error
        raise InputError(f"{str(place)!r} cannot be written: {why}. Name a place you may write to.") from error


def check_place(place: Path, *, overwrite: bool) -> None:
    """Refuse to write over something, unless it is asked for and is an export.

    Raises
    ------
    KeyTaken
        Something stands there.
    InputError
        There is no folder to put it in.
    """
    if not place.absolute().parent.is_dir():
        raise InputError(f"There is no folder {str(place.absolute().parent)!r}. Make it first.")
    if not (place.exists() or place.is_symlink()):
        return
    if not overwrite:
        raise KeyTaken(f"{str(place)!r} exists. Choose another name, or replace it with --overwrite.")
    if place.is_dir() and not (place / MANIFEST).is_file():
        raise KeyTaken(f"The folder {str(place)!r} is not an export, so it is not replaced. Choose another name.")


@contextmanager
def put_in_place(place: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a path to write a file or a folder at; what is written there is renamed to `place` at the end.

    Raises
    ------
    KeyTaken, InputError, DiskFull
        As `check_place` and `disk_errors`.
    """
    check_place(place, overwrite=overwrite)
    target = place.absolute()
    with disk_errors(place), tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
        yield Path(beside) / target.name
        check_place(place, overwrite=overwrite)
        if place.is_dir() and not place.is_symlink():
            _swap(Path(beside), target)
        else:
            (Path(beside) / target.name).replace(target)


def _swap(beside: Path, target: Path) -> None:
    """Replace a folder by the one beside it; the older one goes only when the newer stands."""
    older = beside / "older"
    target.rename(older)
    try:
        (beside / target.name).rename(target)
    except OSError:
        older.rename(target)
        raise
    shutil.rmtree(older)
