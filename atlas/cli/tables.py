"""Tables on standard output: for people, or as CSV, JSON or Parquet."""

from __future__ import annotations

import io
import math
import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

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
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in frame.columns:
        table.add_column(str(name), justify="right" if frame[name].dtype.kind in "fiu" else "left", overflow="fold")
    for row in frame.itertuples(index=False, name=None):
        table.add_row(*(Text(cell(value)) for value in row))
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH).print(table)
    print(f"{len(frame)} row{'' if len(frame) == 1 else 's'}", file=sys.stderr)
