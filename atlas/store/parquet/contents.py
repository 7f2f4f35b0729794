"""The files of an export, read and checked for their columns and types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from atlas.errors import SchemaMismatch, UnreadableFile
from atlas.store.parquet.files import ROWS_AT_ONCE
from atlas.store.parquet.manifest import Manifest, read_manifest, readable, rows_of
from atlas.store.parquet.tables import ENDS, LinkTable, NodeTable, Table, link_tables, node_tables, tables


class Contents:
    """What stands in a folder that was exported: nodes in memory, relationships piece by piece.

    Parameters
    ----------
    folder
        Written by `export_network`.

    Raises
    ------
    UnreadableFile
        It is no export, or a file is missing, damaged or changed.
    SchemaMismatch
        It is of another version of the schema, or has columns the schema does not declare.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        for table in tables():
            if table.file in self.manifest.n_rows:
                self._check_columns(table)
        self._nodes = {table.label: self._whole(table) for table in node_tables()}
        self._bare = {table.type: self._whole(table) for table in link_tables() if table.bare}

    def nodes(self, table: NodeTable) -> pl.DataFrame:
        """Give the nodes of a label."""
        return self._nodes[table.label]

    def keys(self, label: str) -> pl.Series:
        """Give the keys of a label's nodes."""
        return self._nodes[label]["key"]

    def bare(self, table: LinkTable) -> pl.DataFrame:
        """Give the relationships of a type without properties."""
        return self._bare[table.type]

    def pieces(self, table: Table) -> Iterator[pl.DataFrame]:
        """Read the rows of a file piece by piece; a declared column that it lacks is null."""
        if not rows_of(self.manifest, table):
            return
        path = self.folder / table.file
        with readable(path), pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
                frame = pl.DataFrame(pl.from_arrow(batch))
                lacking = [pl.lit(None, type_).alias(n) for n, type_ in table.columns.items() if n not in frame.columns]
                yield frame.with_columns(lacking).select(*table.columns)

    def _whole(self, table: Table) -> pl.DataFrame:
        return pl.concat([pl.DataFrame(schema=dict(table.columns)), *self.pieces(table)])

    def _check_columns(self, table: Table) -> None:
        path = self.folder / table.file
        with readable(path), pq.ParquetFile(path) as file:
            n_rows = file.metadata.num_rows
            found = pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table())).schema
        if n_rows != rows_of(self.manifest, table):
            raise UnreadableFile(
                f"{str(path)!r} has {n_rows} rows, the manifest says {rows_of(self.manifest, table)}. "
                "Export the network again."
            )
        for name, type_ in found.items():
            if name not in table.columns:
                raise SchemaMismatch(
                    f"{str(path)!r} has a column {name!r}, which the schema does not declare for {table.name}. "
                    "Take it out, or update: pip install --upgrade network-atlas."
                )
            if type_ != table.columns[name]:
                raise UnreadableFile(
                    f"The column {name!r} of {str(path)!r} has type {type_}, the schema says {table.columns[name]}. "
                    "Export the network again."
                )
        needed = ENDS if isinstance(table, LinkTable) else ("key",)
        for name in needed:
            if name not in found:
                raise UnreadableFile(f"{str(path)!r} has no column {name!r}. Export the network again.")
