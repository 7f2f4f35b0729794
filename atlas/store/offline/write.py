"""Write records as the files of one import."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path

from atlas.errors import KeyTaken
from atlas.progress import Progress, silent
from atlas.records import NetworkRecord, Parameter
from atlas.store.check import check_record
from atlas.store.content import content_sha256, network_properties_of
from atlas.store.offline.files import ImportFiles, Tables
from atlas.store.offline.ids import Ids
from atlas.store.offline.rows import network_row, rows
from atlas.store.offline.weights import composition_rows, weight_rows


def write_csv(records: Iterable[NetworkRecord], folder: Path, *, progress: Progress = silent) -> ImportFiles:
    """Write networks for the offline importer, one after the other and each piece by piece.

    Parameters
    ----------
    records
        Taken one at a time. One that comes twice with the same content is written once.
    folder
        An empty folder; it takes about 48 bytes for each weight of single precision.

    Raises
    ------
    KeyTaken
        Two records of different content have the same key.
    BadKey, BadParameter, ShapeError, NonFiniteWeights
        A record does not hold together.
    DiskFull
        The disk of the folder is full.
    """
    contents: dict[str, Parameter] = {}  # by key of the network
    loaded_at = datetime.now(timezone.utc).isoformat()
    first = n_weights = 0
    with Tables(folder) as tables, ThreadPoolExecutor(1) as beside:
        for record in records:
            check_record(record)
            if not _is_there(record, contents):
                properties = beside.submit(network_properties_of, record)  # hashes every weight
                ids = Ids.of(record, first)
                _write(record, ids, tables)
                tables.add("Network", network_row(properties.result(), ids, loaded_at))
                contents[record.key] = properties.result()["content_sha256"]
                first = ids.end
                n_weights += sum(block.n_weights for block in record.blocks)
                progress("write weights", n_weights, 0)
            del record  # before the next one is made
        return tables.finished(tuple(contents))


def _is_there(record: NetworkRecord, contents: dict[str, Parameter]) -> bool:
    """See whether the same content was written under the key before; refuse another content."""
    if record.key not in contents:
        return False
    if contents[record.key] != content_sha256(record):
        raise KeyTaken(f"Two networks of different content have the key {record.key!r}. Give each a key of its own.")
    return True


def _write(record: NetworkRecord, ids: Ids, tables: Tables) -> None:
    """Write a network but for its own row."""
    for block in record.blocks:
        for frame in weight_rows(block, ids):
            tables.add("WEIGHT", frame)
    for composition in record.compositions:
        tables.add("COMPOSES", composition_rows(composition, ids))
    for kind, frame in rows(record, ids):
        tables.add(kind, frame)
