"""Write checked nodes and relationships under a network that no query sees yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import polars as pl

from atlas.progress import Progress
from atlas.store.connection import Step, Store
from atlas.store.parquet import texts
from atlas.store.parquet.contents import Contents
from atlas.store.parquet.tables import ENDS, ROOT, LinkTable, NodeTable, Table, link_tables, node_tables

NODES_AT_ONCE = 5_000
LINKS_AT_ONCE = 20_000


def write_nodes(store: Store, contents: Contents, progress: Progress) -> None:
    """Write nodes, each in one transaction with what it hangs by, so that an interrupted import can be removed."""
    written = {ROOT}
    for table in node_tables()[1:]:
        frame = contents.nodes(table)
        bare = [link for link in link_tables() if _hangs(link, table.label, written)]
        for first in range(0, frame.height, NODES_AT_ONCE):
            nodes = frame.slice(first, NODES_AT_ONCE)
            steps = [(texts.write_nodes(table), {"columns": plain_columns(table, nodes)})]
            store.write(*steps, *_hanging(contents, bare, table, nodes["key"]))
            progress(f"import {table.name}", first + nodes.height, frame.height)
        written.add(table.label)


def _hangs(link: LinkTable, label: str, written: set[str]) -> bool:
    """See whether a type joins nodes of this label to such as stand already."""
    ends = [*link.sources, *link.targets]
    return link.bare and label in ends and set(ends) <= {*written, label}


def _hanging(contents: Contents, links: list[LinkTable], table: NodeTable, keys: pl.Series) -> Iterator[Step]:
    for link in links:
        end = "source" if link.sources == (table.label,) else "target"
        frame = contents.bare(link).filter(pl.col(end).is_in(keys.implode()))
        if frame.height:
            yield _step(link, frame, link.sources[0], link.targets[0])


def write_links(store: Store, contents: Contents, progress: Progress) -> None:
    """Write what relationships tell, in transactions of a bounded size."""
    for table in link_tables():
        if table.bare or table.between_networks:
            continue
        done, total = 0, contents.manifest.count(table.name)
        for piece in contents.pieces(table):
            for source, target, rows in _by_labels(contents, table, piece):
                for first in range(0, rows.height, LINKS_AT_ONCE):
                    some = rows.slice(first, LINKS_AT_ONCE)
                    store.write(_step(table, some, source, target))
                    done += some.height
                    progress(f"import {table.name}", done, total)


def _by_labels(contents: Contents, table: LinkTable, piece: pl.DataFrame) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Tell rows apart by the labels of their ends."""
    for source in table.sources:
        leaving = piece.filter(pl.col("source").is_in(contents.keys(source).implode()))
        for target in table.targets:
            rows = leaving.filter(pl.col("target").is_in(contents.keys(target).implode()))
            if rows.height:
                yield source, target, rows


def _step(table: LinkTable, rows: pl.DataFrame, source: str, target: str) -> Step:
    """Name each end once, and count in these names."""
    ends: dict[str, Any] = {}
    for end in ENDS:
        names = rows[end].unique(maintain_order=True)
        places = pl.DataFrame({end: names}).with_row_index("place")
        ends[f"{end}s"] = names.to_list()
        ends[end] = rows.select(end).join(places, on=end, how="left", maintain_order="left")["place"].to_list()
    return texts.write_links(table, source, target), ends | {"columns": plain_columns(table, rows)}


def plain_columns(table: Table, rows: pl.DataFrame) -> dict[str, list[Any]]:
    """Give plain lists, times in the driver's plain UTC."""
    names = [name for name in table.columns if name not in ENDS]
    return {
        name: [_utc(value) for value in rows[name]] if rows[name].dtype.is_temporal() else rows[name].to_list()
        for name in names
    }


def _utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(timezone.utc)
