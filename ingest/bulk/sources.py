"""The networks that a folder or a manifest names."""

from __future__ import annotations

from pathlib import Path

from atlas.errors import BadParameter
from ingest.bulk import manifest
from ingest.bulk.entry import Entry, check_keys
from ingest.bulk.folder import folder_entries
from ingest.opening import Opening
from ingest.record import Origin
from ingest.sources.regular import shown


def is_many(source: str | Path) -> bool:
    """Tell a folder or a manifest from the file of one network."""
    path = Path(source).expanduser()
    return path.suffix.lower() in manifest.SUFFIXES or path.is_dir()


def read_entries(
    source: str | Path,
    *,
    pattern: str | None = None,
    opening: Opening | None = None,
    origin: Origin | None = None,
    data: str | None = None,
) -> tuple[Entry, ...]:
    """List the networks of a folder or a manifest; no network is opened.

    Parameters
    ----------
    source
        A folder, or a manifest: `.csv` with a row for each network, or `.toml` with a `[[network]]` for each. Columns:
        file (relative to the manifest), key, factory, chain, input, family, seed, step, data, part, norm.
    pattern
        Which files of a folder: `*.pt`, `**/*.pt` for its folders too. None takes all with a suffix of networks.
    opening, origin, data
        For what the rows of a manifest do not say themselves.

    Raises
    ------
    UnreadableFile
        The folder or manifest is missing, damaged, or cannot be read.
    UnknownName
        A column that no manifest has.
    BadKey, BadParameter
        A key or number outside the rules, two networks with one key, a file outside the folder, or no file at all.
    """
    path = Path(source).expanduser()
    if path.is_dir():
        entries = folder_entries(path, pattern=pattern, opening=opening, origin=origin, data=data)
    else:
        _check_manifest(path, pattern)
        entries = manifest.manifest_entries(path, opening=opening, origin=origin, data=data)
    check_keys(entries)
    return entries


def _check_manifest(path: Path, pattern: str | None) -> None:
    if path.suffix.lower() not in manifest.SUFFIXES:
        raise BadParameter(f"{shown(path)} is neither a folder nor a manifest (.csv, .toml). Give one of them.")
    if pattern is not None:
        raise BadParameter(f"The pattern {pattern!r} is for a folder; a manifest names its files. Leave it out.")
