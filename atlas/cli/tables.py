"""Tables on standard output: for people, or as CSV, JSON or Parquet."""

from __future__ import annotations

import io
import math
import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.columns import columns_of_tables

if TYPE_CHECKING:
    import pandas as pd

# Wide enough for any table when nobody looks: nothing is cut off in a pipe.
_PIPE_WIDTH = 10_000


class Format(str, Enum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it; parquet is binary, for a file.")]


def print_table(frame: pd.DataFrame, format_: Format) -> None:
    """Print a table to standard output."""
    if format_ is Format.parquet:
        sys.stdout.buffer.write(parquet_bytes(frame))
        sys.stdout.buffer.flush()
    elif format_ is Format.csv:
        print(frame.to_csv(index=False), end="")
    elif format_ is Format.json:
        print(frame.to_json(orient="records", date_format="iso", indent=2, force_ascii=False))
    else:
        _print_for_people(frame)


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """Encode a table as Parquet, its attributes left out."""
    plain = frame.copy()
    plain.attrs = {}
    stream = io.BytesIO()
    plain.to_parquet(stream, index=False)
    return stream.getvalue()


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Encode a table as CSV."""
    return frame.to_csv(index=False).encode()


def cell(value: object) -> str:
    """Write one value for people: four digits of a float, nothing for null."""
    import pandas as pd

    if isinstance(value, (list, tuple)):
        return ", ".join(cell(item) for item in value)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, pd.Timestamp) else str(value)


def _print_for_people(frame: pd.DataFrame) -> None:
    """Print one table, or several one below the other where a terminal is too narrow for all columns."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    names, kinds = [str(name) for name in frame.columns], [dtype.kind for dtype in frame.dtypes]
    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    for number, places in enumerate(columns_of_tables(names, rows, [kind == "f" for kind in kinds], console.width)):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for place in places:
            table.add_column(names[place], justify="right" if kinds[place] in "fiu" else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(row[place]) for place in places))
        if number > 0:
            console.print()
        console.print(table)
    print(f"{len(frame)} row{'' if len(frame) == 1 else 's'}", file=sys.stderr)
