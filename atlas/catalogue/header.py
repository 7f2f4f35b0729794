"""The header of a query file: its comment lines, read into a `Query`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from atlas.errors import BadQuery

Value = str | int | float | bool | list[str] | list[int] | None
TYPES = ("string", "integer", "float", "boolean", "datetime", "list of string", "list of integer")

_FIELD = re.compile(r"// (name|question|needs|param|returns|example):\s+(.*)")
_TYPE = r"(?P<type>(?:list of )?[a-z]+)"
_LITERAL = r"(?P<default>null|true|false|-?[0-9][0-9.e+-]*|'[^']*'|\[[^\]]*\])"
_PARAMETER = re.compile(rf"\$(?P<name>\w+)\s+{_TYPE}(?:\s+=\s+{_LITERAL})?\s+(?P<meaning>\S.*)")
_COLUMN = re.compile(rf"(?P<name>\w+)\s+{_TYPE}\s+(?P<meaning>\S.*)")
_EXAMPLE = re.compile(r":param (\w+) => (\S.*)")
_WORDS = {"null": None, "true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What a question asks for. Without a default it is required."""

    name: str
    type: str
    required: bool
    default: Value
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a question returns: the name and type of one column, and one sentence."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """One question: its header, its Cypher text, and the picture of its answer if it has one."""

    name: str
    title: str
    question: str
    needs: tuple[str, ...]  # analyses that must have run
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    examples: tuple[str, ...]  # lines for Browser: `:param top => 5`
    text: str  # the whole file
    path: Path
    view: str | None = None  # the whole of `NAME.view.cypher`

    @property
    def subject(self) -> str:
        """Name the folder it stands in."""
        return self.path.parent.name

    @property
    def example_values(self) -> dict[str, Value]:
        """Give the value of every example."""
        return example_values(self.examples, self.path)


def read_query(path: Path) -> Query:
    """Read a query file and the view beside it; whether header and query agree is for `check_query`."""
    text = path.read_text(encoding="utf-8")
    header = list(takewhile(lambda line: line.startswith("// "), text.splitlines()))
    fields = _fields(header, path)
    view = path.with_name(f"{path.stem}.view.cypher")
    return Query(
        name=_only("name", fields, path),
        title=header[0].removeprefix("// "),
        question=_only("question", fields, path),
        needs=tuple(need for need in re.split(r",\s*", _only("needs", fields, path)) if need != "nothing"),
        parameters=tuple(_parameter(line, path) for line in fields["param"]),
        columns=tuple(_column(line, path) for line in fields["returns"]),
        examples=tuple(fields["example"]),
        text=text,
        path=path,
        view=view.read_text(encoding="utf-8") if view.exists() else None,
    )


def example_lines(text: str) -> tuple[str, ...]:
    """List the `example` lines of a query or a view."""
    return tuple(match[2] for match in map(_FIELD.fullmatch, text.splitlines()) if match and match[1] == "example")


def example_values(examples: tuple[str, ...], path: Path) -> dict[str, Value]:
    """Give the value of each example by the name of its parameter."""
    values: dict[str, Value] = {}
    for line in examples:
        match = _EXAMPLE.fullmatch(line)
        if match is None:
            raise BadQuery(f"{path.name}: the example {line!r} does not read `:param NAME => VALUE`. Write it so.")
        values[match[1]] = _literal(match[2], path)
    return values


def _fields(header: list[str], path: Path) -> dict[str, list[str]]:
    if not header or _FIELD.fullmatch(header[0]):
        raise BadQuery(f"{path.name}: the first line is not a title. Begin the file with `// What it answers`.")
    fields: dict[str, list[str]] = {field: [] for field in ("name", "question", "needs", "param", "returns", "example")}
    for line in header[1:]:
        match = _FIELD.fullmatch(line)
        if match is None:
            raise BadQuery(f"{path.name}: the header line {line!r} has none of the fields {', '.join(fields)}.")
        fields[match[1]].append(match[2].rstrip())
    return fields


def _only(field: str, fields: dict[str, list[str]], path: Path) -> str:
    if len(fields[field]) != 1:
        raise BadQuery(f"{path.name}: the header has {len(fields[field])} `{field}` lines. Write exactly one.")
    return fields[field][0]


def _parameter(line: str, path: Path) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None or match["type"] not in TYPES:
        raise BadQuery(f"{path.name}: the param line {line!r} does not read `$NAME TYPE [= DEFAULT] MEANING`.")
    default = match["default"]
    return Parameter(
        name=match["name"],
        type=match["type"],
        required=default is None,
        default=None if default is None else _literal(default, path),
        meaning=match["meaning"],
    )


def _column(line: str, path: Path) -> Column:
    match = _COLUMN.fullmatch(line)
    if match is None or match["type"] not in TYPES:
        raise BadQuery(f"{path.name}: the returns line {line!r} does not read `NAME TYPE MEANING`.")
    return Column(name=match["name"], type=match["type"], meaning=match["meaning"])


def _literal(text: str, path: Path) -> Value:
    if text in _WORDS:
        return _WORDS[text]
    try:
        value: Value = ast.literal_eval(text)
    except (ValueError, SyntaxError) as error:
        raise BadQuery(f"{path.name}: {text!r} is not a value. Write a number, 'text', a list, or null.") from error
    return value
