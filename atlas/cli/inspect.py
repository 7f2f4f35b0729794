"""`atlas inspect`: look into a file before taking it in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.tables import Format, FormatOption, print_table


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas inspect mlp.pt"))(inspect)


def inspect(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Torch file, .safetensors, exported program (.pt2), .onnx or Stable-Baselines3 .zip.",
            show_default=False,
        ),
    ],
    part: Annotated[
        str | None,
        typer.Option(help="Of several state dicts in the file: a name, or a place from 0.", show_default=False),
    ] = None,
    format_: FormatOption = Format.table,
) -> None:
    """List the tensors of a file, guess the architecture, and print the command that would take it in."""
    from ingest.sources import inspect as look

    seen = look(file, part=int(part) if part is not None and part.isdecimal() else part)
    print_table(seen.to_frame(), format_)
    stream = sys.stdout if format_ is Format.table else sys.stderr
    for note in seen.notes:
        print(f"Note: {note}.", file=stream)
    for name, number in seen.found.items():
        print(f"Found: {name} {number}.", file=stream)
    print(f"Guess: {seen.guess}.", file=stream)
    print(seen.command, file=stream)
