"""Write a network with its runs and their values as Parquet files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl

from atlas.errors import SchemaMismatch, StoreError
from atlas.hashing import file_sha256
from atlas.progress import Progress, silent
from atlas.store.connection import Store
from atlas.store.parquet import texts
from atlas.store.parquet.files import ParquetFile, put_in_place
from atlas.store.parquet.manifest import Manifest, write_manifest
from atlas.store.parquet.tables import UNWRITTEN, LinkTable, NodeTable, Table, link_tables, node_tables
from atlas.store.read import network_properties
from atlas.store.values import plain

LINKS_AT_ONCE = 50_000  # relationships read in one transaction, as long as no element has more
_KEYS_AT_ONCE = 10_000
_FINISHED = "MATCH (r:Run {state: 'finished'})-[:ABOUT]->(:Network {key: $network}) RETURN r.key AS key ORDER BY key"


def export_network(
    store: Store, network: str, folder: Path, *, overwrite: bool = False, progress: Progress = silent
) -> Manifest:
    """Write a network with all finished runs and their values into a folder, one file for each label and type.

    The folder appears when all of it is written. Memory is bounded by the largest layer.

    Raises
    ------
    UnknownName
        There is no such network.
    KeyTaken
        Something stands at the folder's place, and `overwrite` does not ask to replace it, or it is no export.
    InputError, DiskFull
        The place cannot be written, or its disk is full.
    StoreError
        The network was removed or measured meanwhile.
    """
    before = _state(store, network)
    with put_in_place(folder, overwrite=overwrite) as place:
        place.mkdir()
        manifest = _Export(store, network, place, progress).write()
        if _state(store, network) != before:
            raise StoreError(f"The network {network!r} changed while it was being exported. Export it again.")
        write_manifest(place, manifest)
    return manifest


def _state(store: Store, network: str) -> tuple[str, ...]:
    """Tell whether two moments show the same network with the same runs."""
    finished = (row["key"] for row in store.rows(_FINISHED, network=network))
    return (network_properties(store, network)["content_sha256"], *finished)


class _Export:
    """One network on its way into a folder."""

    def __init__(self, store: Store, network: str, folder: Path, progress: Progress) -> None:
        self._store, self._network, self._folder, self._progress = store, network, folder, progress
        self._keys: dict[str, list[str]] = {}  # of what was written, by label
        self._n_rows: dict[str, int] = {}
        self._left_out: set[str] = set()

    def write(self) -> Manifest:
        """Write every file, nodes first."""
        for node_table in node_tables():
            self._write(node_table, self._nodes(node_table))
        for link_table in link_tables():
            self._write(link_table, self._links(link_table))
        return Manifest(
            network=self._network,
            content_sha256=network_properties(self._store, self._network)["content_sha256"],
            n_rows=self._n_rows,
            sha256={file: file_sha256(self._folder / file) for file in self._n_rows},
            left_out=tuple(sorted(self._left_out)),
        )

    def _write(self, table: Table, frames: Iterator[pl.DataFrame]) -> None:
        with ParquetFile(self._folder / table.file, table.columns) as file:
            for frame in frames:
                file.write(frame)
                self._progress(f"export {table.name}", file.n_rows, 0)
        self._n_rows[table.file] = file.n_rows

    def _nodes(self, table: NodeTable) -> Iterator[pl.DataFrame]:
        """Give the nodes of a label, those of one parent at a time."""
        keys = self._keys.setdefault(table.label, [])
        for parent in [self._network] if table.parent is None else self._keys[table.parent]:
            frame = _frame(table, self._read(table, texts.read_nodes(table), parent=parent))
            keys += frame["key"].to_list()
            yield frame

    def _links(self, table: LinkTable) -> Iterator[pl.DataFrame]:
        """Give the relationships of a type between what was exported; those of running runs are left out."""
        known = pl.Series([key for label in table.targets for key in self._keys[label]], dtype=pl.String)
        runs = pl.Series(self._keys["Run"], dtype=pl.String)
        for source in table.sources:
            for keys in self._pieces(table, source):
                frame = self._leaving(table, source, keys)
                if not table.between_networks:
                    frame = frame.filter(pl.col("target").is_in(known.implode()))
                yield frame.filter(pl.col("run").is_in(runs.implode())) if "run" in table.properties else frame
        if table.between_networks:
            yield _frame(table, self._read(table, texts.read_arriving(table), network=self._network))

    def _pieces(self, table: LinkTable, source: str) -> Iterator[list[str]]:
        """Group elements so that the relationships leaving a group are of a bounded number."""
        piece: list[str] = []
        n_links = 0
        for first in range(0, len(self._keys[source]), _KEYS_AT_ONCE):
            keys = self._keys[source][first : first + _KEYS_AT_ONCE]
            counts = self._store.columns(texts.count_links(table, source), keys=keys)["n"]
            for key, count in zip(keys, counts, strict=True):
                if piece and n_links + count > LINKS_AT_ONCE:
                    yield piece
                    piece, n_links = [], 0
                if count:
                    piece.append(key)
                    n_links += count
        if piece:
            yield piece

    def _leaving(self, table: LinkTable, source: str, keys: Sequence[str]) -> pl.DataFrame:
        """Read the relationships that leave some elements."""
        found = self._read(table, texts.read_links(table, source), keys=keys)
        columns = list(zip(*chain.from_iterable(found["links"]), strict=True)) or [()] * (len(table.columns) - 1)
        counts = map(len, found["links"])
        sources = [key for key, count in zip(found["source"], counts, strict=True) for _ in range(count)]
        return _frame(table, dict(zip(table.columns, [sources, *columns], strict=True)))

    def _read(self, table: Table, text: str, **parameters: Any) -> dict[str, list[Any]]:
        """Read columns, and note properties that the schema does not declare, which are not exported."""
        declared = [*table.columns, *UNWRITTEN]
        columns = self._store.columns(text, declared=declared, **parameters)
        self._left_out.update(f"{table.name}.{name}" for name in _flat(columns.pop(texts.UNDECLARED)))
        return columns


def _flat(names: Iterable[str | Iterable[Any]]) -> Iterator[str]:
    """Give the names in lists, and in lists of lists."""
    for one in names:
        if isinstance(one, str):
            yield one
        else:
            yield from _flat(one)


def _frame(table: Table, values: Mapping[str, Sequence[object]]) -> pl.DataFrame:
    """Type the columns as the schema declares them."""
    series = []
    for name, type_ in table.columns.items():
        try:
            column = [plain(value) for value in values[name]] if type_.is_temporal() else values[name]
            series.append(pl.Series(name, column, dtype=type_, strict=True))
        except (TypeError, pl.exceptions.PolarsError) as error:
            why = str(error).partition("\n")[0]
            raise SchemaMismatch(
                f"A value of {table.name}.{name} in the graph is not of its declared type: {why}. "
                "Correct it, or ingest the network again."
            ) from error
    return pl.DataFrame(series)
