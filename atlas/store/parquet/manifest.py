"""The manifest of an exported network: what it is, and the hash of each file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from atlas.errors import SchemaMismatch, UnreadableFile
from atlas.hashing import file_sha256
from atlas.schema import VERSION
from atlas.store.parquet.files import MANIFEST
from atlas.store.parquet.tables import Table, tables
from atlas.version import __version__

FORMAT = "network-atlas export"
_LARGEST = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an export holds.

    `n_rows` and `sha256` are by file; `left_out` names properties the graph has and the schema does not declare.
    """

    network: str
    content_sha256: str
    n_rows: Mapping[str, int]
    sha256: Mapping[str, str]
    left_out: Sequence[str] = ()
    schema_version: int = VERSION
    network_atlas: str = __version__
    format: str = FORMAT

    def count(self, name: str) -> int:
        """Count the rows of a label or relationship type."""
        return sum(self.n_rows.get(table.file, 0) for table in tables() if table.name == name)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, the last of the files."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest, and check that it is one this version can import, and that every file is as it says.

    Raises
    ------
    UnreadableFile
        There is none, it is damaged, or a file is missing or changed.
    SchemaMismatch
        It is of another version of the schema.
    """
    with readable(folder / MANIFEST):
        if (folder / MANIFEST).stat().st_size > _LARGEST:
            raise UnreadableFile(f"{str(folder / MANIFEST)!r} is too large for a manifest. Export the network again.")
        found = json.loads((folder / MANIFEST).read_bytes())
    manifest = _checked(found, folder)
    known = {table.file for table in tables()}
    for file in manifest.n_rows:
        if file not in known:
            raise SchemaMismatch(
                f"The export {str(folder)!r} lists a file {file!r}, which this network-atlas {__version__} does not "
                f"know; {manifest.network_atlas} wrote it. Update: pip install --upgrade network-atlas."
            )
        _check_file(folder / file, manifest.sha256[file])
    return manifest


def rows_of(manifest: Manifest, table: Table) -> int:
    """Count the rows of a file; 0 where an older version did not write it."""
    return manifest.n_rows.get(table.file, 0)


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn every failure to read a file into `UnreadableFile`.

    Raises
    ------
    UnreadableFile
        It is missing, truncated or damaged.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error).partition("\n")[0]
        raise UnreadableFile(f"{str(path)!r} cannot be read: {why}. Give a folder `atlas export` wrote.") from error
    except (ValueError, RecursionError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        why = str(error).partition("\n")[0]
        raise UnreadableFile(f"{str(path)!r} is damaged: {why}. Export the network again.") from error


def _checked(found: Any, folder: Path) -> Manifest:
    wrong = UnreadableFile(f"{str(folder / MANIFEST)!r} is not the manifest of an export. Export the network again.")
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise wrong
    version = found.get("schema_version")
    if version != VERSION:
        raise SchemaMismatch(
            f"The export {str(folder)!r} has version {version!r} of the schema, this network-atlas needs {VERSION}. "
            "Export it again with the same version of network-atlas as here."
        )
    names = {field.name for field in fields(Manifest)}
    texts = (found.get("network"), found.get("content_sha256"), found.get("network_atlas"))
    n_rows, hashes, left_out = found.get("n_rows"), found.get("sha256"), found.get("left_out")
    right = (
        found.keys() == names
        and all(isinstance(text, str) for text in texts)
        and isinstance(left_out, list)
        and isinstance(n_rows, dict)
        and all(type(n) is int and n >= 0 for n in n_rows.values())
        and isinstance(hashes, dict)
        and hashes.keys() == n_rows.keys()
    )
    if not right:
        raise wrong
    return Manifest(**found)


def _check_file(path: Path, expected: str) -> None:
    with readable(path):
        there = not path.is_symlink() and path.is_file()
        if not there or file_sha256(path) != expected:
            raise UnreadableFile(
                f"{str(path)!r} {'is not what the manifest says' if there else 'is missing'}: "
                "it was changed, truncated or swapped since the export. Copy it again, or export the network again."
            )
