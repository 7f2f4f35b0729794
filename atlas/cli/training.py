"""`atlas training`: label information, relay information and complexity of each layer through training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import NetworkArgument, opened
from atlas.cli.tables import Format, FormatOption, print_table

if TYPE_CHECKING:
    import pandas as pd


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas training digits-mlp --output training.svg"))(training)


def training(
    network: NetworkArgument,
    target: Annotated[str, typer.Option(help="What it is about: a class, or all; complexity is about all.")] = "all",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Figure to write, .png or .svg.", show_default=False)
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    format_: FormatOption = Format.table,
) -> None:
    """Tell, and draw, what each layer tells, relays and how complex it is, at every checkpoint of its training.

    The checkpoints are the network and all that are joined to it by NEXT. Nothing is written to the graph.
    """
    _check_file(output, overwrite=overwrite)
    with opened() as (atlas, _):
        frame = atlas.ask("information_through_training", network=network, target=target)
    _tell_missing(frame)
    _tell_unlike(frame)
    print_table(frame, format_)
    if output is not None:
        _write(frame, output, target=target, overwrite=overwrite)


def _check_file(output: Path | None, *, overwrite: bool) -> None:
    """Refuse before anything is read."""
    from atlas.figures import check_figure_file
    from atlas.store.parquet.files import check_place

    if output is not None:
        check_figure_file(output)
        check_place(output, overwrite=overwrite)


def _tell_missing(frame: pd.DataFrame) -> None:
    """Refuse where nothing is measured; name what is lacking, and what to do: measure it, or give more trials."""
    from atlas.figures.training import MEASURES, check_measured, measured, why_missing, with_checkpoints

    check_measured(frame)
    there, words = measured(frame), with_checkpoints(frame)
    for name, (what, command) in MEASURES.items():
        if name not in there:
            lacking = f"No layer has {what.partition(' (')[0]}"
            why = why_missing(frame, name)
            typer.echo(f"{lacking}; {why}." if why else f"{lacking}. Run `{command} {words}`.", err=True)


def _tell_unlike(frame: pd.DataFrame) -> None:
    """Name the states and trials of a measure that was not measured by the same ones at every checkpoint."""
    from atlas.figures.training import MEASURES

    for name, (what, _) in MEASURES.items():
        measure = name.removesuffix("_bits")
        ways = frame[[f"{measure}_states", f"n_{measure}_trials"]].dropna().drop_duplicates()
        if len(ways) > 1:
            listed = ", ".join(f"{states} on {n_trials} trials" for states, n_trials in ways.itertuples(index=False))
            typer.echo(
                f"{what.partition(' (')[0].capitalize()} was measured by other states or trials at some checkpoints: "
                f"{listed}; compare only equal ones.",
                err=True,
            )


def _write(frame: pd.DataFrame, output: Path, *, target: str, overwrite: bool) -> None:
    from atlas.figures import write_training_figure
    from atlas.store.parquet.files import put_in_place

    with put_in_place(output, overwrite=overwrite) as place:
        write_training_figure(frame, place, target=target)
