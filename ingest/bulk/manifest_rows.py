"""The rows of a manifest, as they are written."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from atlas.errors import BadParameter, UnknownName, UnreadableFile
from ingest.sources.regular import shown

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

COLUMNS: Final = ("file", "key", "factory", "chain", "input", "family", "seed", "step", "data", "part", "norm")
_WHOLE: Final = ("seed", "step")
_WHOLE_OR_TEXT: Final = (*_WHOLE, "part", "input")
_TABLE: Final = "network"
_REMEDY: Final = "Write [[network]] before each."


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one row says, and where it stands."""

    where: str
    said: Mapping[str, str]

    def number(self, name: str) -> int | None:
        """Give what is said as a whole number.

        Raises
        ------
        BadParameter
            It is none.
        """
        text = self.said.get(name)
        try:
            return None if text is None else int(text)
        except ValueError as error:
            raise BadParameter(f"In {self.where}, {name} {shown(text)} is no whole number. Correct it.") from error


def read_rows(path: Path) -> Iterator[Row]:
    """Read the rows of a CSV file, or the `[[network]]` tables of a TOML file.

    Raises
    ------
    UnreadableFile
        It is damaged or no text.
    UnknownName, BadParameter
        A column that no manifest has, or a value of the wrong kind.
    """
    return _csv_rows(path) if path.suffix.lower() == ".csv" else _toml_rows(path)


def _csv_rows(path: Path) -> Iterator[Row]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            rows = csv.reader(stream, strict=True)
            names = [name.strip() for name in next(rows, [])]
            _check_columns(path, names)
            for cells in rows:
                where = f"line {rows.line_num} of {shown(path)}"
                if len(cells) > len(names):
                    raise BadParameter(f"In {where}, {len(cells)} cells stand in {len(names)} columns. Quote commas.")
                said = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if cell.strip()}
                if said:
                    yield Row(where=where, said=said)
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise UnreadableFile(f"{shown(path)} is no CSV file in UTF-8: {error}. Save it again.") from error


def _toml_rows(path: Path) -> Iterator[Row]:
    for place, table in enumerate(_tables(path), start=1):
        where = f"network {place} of {shown(path)}"
        _check_columns(path, table)
        yield Row(where=where, said={name: _plain(value, name, where) for name, value in table.items()})


def _tables(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open("rb") as stream:
            content = tomllib.load(stream)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise UnreadableFile(f"{shown(path)} is no TOML file: {error}. Correct it.") from error
    for name in content:
        if name != _TABLE:
            raise UnknownName(f"entry of {path.name!r}", name, [_TABLE], remedy=_REMEDY)
    tables = content.get(_TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise BadParameter(f"{shown(path)} has {_TABLE!r} as a {type(tables).__name__}, not as tables. {_REMEDY}")
    return tables


def _plain(value: object, name: str, where: str) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, str) or (is_whole and name in _WHOLE_OR_TEXT):
        return str(value)
    kind = "a whole number" if name in _WHOLE else "a text"
    raise BadParameter(f"In {where}, {name} is a {type(value).__name__}. Write {kind}.")


def _check_columns(path: Path, names: Iterable[str]) -> None:
    seen = set()
    for name in names:
        if name not in COLUMNS:
            raise UnknownName(f"column of {path.name!r}", name, COLUMNS)
        if name in seen:
            raise BadParameter(f"{shown(path)} has the column {name!r} twice. Leave one out.")
        seen.add(name)
