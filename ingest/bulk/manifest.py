"""A manifest: the networks to be taken in, one a row of a CSV file or one `[[network]]` of a TOML file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from atlas.errors import BadParameter
from atlas.keys import check_segment
from ingest.bulk.entry import Entry, entry_of
from ingest.bulk.folder import check_within
from ingest.bulk.manifest_rows import Row, read_rows
from ingest.opening import Opening
from ingest.record import Origin
from ingest.sources.regular import regular_file, shown

SUFFIXES: Final = (".csv", ".toml")
_OPENING: Final = ("factory", "chain", "input", "part", "norm")
_FOLDERS: Final = ("mnist", "fashion")


def manifest_entries(
    manifest: Path, *, opening: Opening | None = None, origin: Origin | None = None, data: str | None = None
) -> tuple[Entry, ...]:
    """List the networks of a manifest, in its order; files are relative to its folder, which holds them all.

    Parameters
    ----------
    opening, origin, data
        For rows that do not say it themselves.

    Raises
    ------
    UnreadableFile
        It is missing, damaged, or no text.
    UnknownName
        A column that no manifest has.
    BadKey, BadParameter
        A key, number or file outside the rules.
    """
    path = regular_file(manifest)
    entries = tuple(_entry(row, path.parent, opening or Opening(), origin or Origin(), data) for row in read_rows(path))
    if not entries:
        raise BadParameter(f"The manifest {shown(path)} names no network. Write one a row, with at least its file.")
    return entries


def _entry(row: Row, folder: Path, opening: Opening, origin: Origin, data: str | None) -> Entry:
    name, key = row.said.get("file"), row.said.get("key")
    if name is None:
        raise BadParameter(f"In {row.where}, no file is named. Every network needs one.")
    opens: dict[str, Any] = {field: row.said[field] for field in _OPENING if field in row.said}
    came: dict[str, Any] = {
        "family": row.said.get("family"),
        "seed": row.number("seed"),
        "training_step": row.number("step"),
    }
    try:
        entry = entry_of(
            folder / name,
            key=key if key is None else check_segment(key, what=f"network key in {row.where},"),
            opening=replace(opening, **opens),
            origin=replace(origin, **{field: value for field, value in came.items() if value is not None}),
            data=_beside(folder, row.said["data"]) if "data" in row.said else data,
            name=name,
        )
        check_within(folder, entry.file)
    except BadParameter as error:
        raise BadParameter(f"In {row.where}: {error}") from error
    return entry


def _beside(folder: Path, data: str) -> str:
    """Take a data specification's files as relative to the manifest's folder."""
    kind, _, rest = data.partition(":")
    if data.endswith(".npz"):
        return str(folder / data)
    return f"{kind}:{folder / rest}" if kind in _FOLDERS and rest else data
