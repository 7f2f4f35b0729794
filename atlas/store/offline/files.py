"""Files as Neo4j's importer wants them: for every kind of row a header and one growing data file."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import polars as pl

from atlas.errors import DiskFull, StoreError

ROWS_AT_ONCE = 200_000
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_TEXTS = ("No space left", "quota exceeded", "File too large")
_TYPES = {pl.String: "string", pl.Int64: "long", pl.Float64: "double", pl.Boolean: "boolean"}
_OPTIONS = ("--id-type=integer", "--bad-tolerance=0", "--normalize-types=false")
_FREE_TEXT = ("Network", "Layer:Element", "FEEDS")  # the rows that can hold a text of several lines


@dataclass(frozen=True, kw_only=True)
class ImportFiles:
    """The files of one import, the networks in them, and what the graph must count afterwards."""

    folder: Path
    networks: tuple[str, ...]
    n_relationships: int
    arguments: tuple[str, ...]  # of the import tool when it runs in `folder`


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a failure to write below `folder` into `DiskFull` or `StoreError`."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        text = " ".join(str(error).split())
        if getattr(error, "errno", None) in _FULL or any(words in text for words in _FULL_TEXTS):
            raise DiskFull(
                f"The disk of {str(folder)!r} is full; the atlas is as it was. "
                "Free some space, or name a folder on another disk in ATLAS_HOME."
            ) from error
        raise StoreError(
            f"The files to import cannot be written to {str(folder)!r}: {text}. Make it writable, then repeat."
        ) from error


class Table:
    """Rows of one label or type with the same columns: collected, and written when there are many."""

    def __init__(self, path: Path, schema: pl.Schema) -> None:
        self._pending: list[pl.DataFrame] = []
        self._n_pending = 0
        self.data, self.header = path, path.with_suffix(".header")
        self._file: IO[bytes] = path.open("wb", buffering=0)
        self.header.write_text(",".join(_column(name, kind) for name, kind in schema.items()) + "\n", encoding="utf-8")

    def add(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """Add some rows; when there are many, they are given back to be written."""
        self._pending.append(frame)
        self._n_pending += frame.height
        return self.collected() if self._n_pending >= ROWS_AT_ONCE else None

    def collected(self) -> pl.DataFrame:
        """Take out what was collected."""
        rows = pl.concat(self._pending) if self._pending else pl.DataFrame()
        self._pending, self._n_pending = [], 0
        return rows

    def write(self, rows: pl.DataFrame) -> None:
        """Append rows to the file."""
        rows.write_csv(self._file, include_header=False, quote_style="necessary")

    def close(self) -> None:
        """Close the file; what is still collected is lost."""
        with suppress(OSError):  # a full disk has failed a write before
            self._file.close()


def _column(name: str, kind: pl.DataType) -> str:
    """Spell a column's heading; one that has a colon has its type already."""
    return name if ":" in name else f"{name}:{_TYPES[type(kind)]}"


class Tables:
    """All rows of an import, sorted into files by what they are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: dict[tuple[str, tuple[tuple[str, pl.DataType], ...]], Table] = {}
        self._open = ExitStack()
        self._n_relationships = 0
        # One piece is written while the next is made.
        self._writer = ThreadPoolExecutor(1)
        self._open.callback(self._writer.shutdown)
        self._written: Future[None] | None = None

    def add(self, kind: str, frame: pl.DataFrame) -> None:
        """Add rows of a label or relationship type."""
        key = (kind, tuple(frame.schema.items()))
        if key not in self._tables:
            path = self._folder / f"{kind.replace(':', '-')}-{len(self._tables)}.csv"
            with writing(self._folder):
                self._tables[key] = Table(path, frame.schema)
            self._open.callback(self._tables[key].close)
        rows = self._tables[key].add(frame)
        if rows is not None:
            self._write(self._tables[key], rows)
        self._n_relationships += frame.height if ":START_ID" in frame.columns else 0

    def finished(self, networks: tuple[str, ...]) -> ImportFiles:
        """Write what is still collected and describe the import."""
        given, several_lines = [], []
        for (kind, columns), table in self._tables.items():
            self._write(table, table.collected())
            option = "nodes" if columns[0][0] == ":ID" else "relationships"
            given.append(f"--{option}={kind}=./{table.header.name},./{table.data.name}")
            several_lines += [f"./{table.data.name}"] if kind in _FREE_TEXT else []
        self._wait()
        multiline = (f"--multiline-fields={','.join(several_lines)}", "--multiline-fields-format=v2")
        return ImportFiles(
            folder=self._folder,
            networks=networks,
            n_relationships=self._n_relationships,
            arguments=(*_OPTIONS, *multiline, *given),
        )

    def _write(self, table: Table, rows: pl.DataFrame) -> None:
        self._wait()
        self._written = self._writer.submit(table.write, rows)

    def _wait(self) -> None:
        with writing(self._folder):
            if self._written is not None:
                self._written.result()

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
