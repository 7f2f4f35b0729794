"""`atlas draw`: a network as one HTML page."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import NetworkArgument, opened
from atlas.cli.saving import check_output


class Colour(str, Enum):
    """What colours neurons."""

    cluster = "cluster"
    role = "role"
    none = "none"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas draw digits-mlp --output network.html"))(draw)


def draw(
    network: NetworkArgument,
    output: Annotated[Path, typer.Option(metavar="FILE", help="Page to write, .html.", show_default=False)],
    colour: Annotated[Colour, typer.Option(help="What colours neurons.")] = Colour.cluster,
    size: Annotated[
        str, typer.Option(help="Measure that gives neurons their area: effect_points, label_bits, …, or none.")
    ] = "effect_points",
    partition: Annotated[
        str | None, typer.Option(help="Partition whose clusters are meant; else the newest.", show_default=False)
    ] = None,
    cluster: Annotated[int | None, typer.Option(help="Number of the only cluster to draw.", show_default=False)] = None,
    layers: Annotated[
        str | None, typer.Option(help="Names of the only layers to draw, with commas between.", show_default=False)
    ] = None,
    top: Annotated[int, typer.Option(help="Most neurons of a layer, those of largest size.")] = 50,
    strongest: Annotated[int, typer.Option(help="Weights into each neuron.")] = 3,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that exists.")] = False,
) -> None:
    """Draw neurons and their strongest weights, layers as columns: one page that needs no other file.

    It tells the runs behind colours and sizes, and how much is left out. Nothing is written to the graph.
    """
    check_output(output, (".html",), overwrite=overwrite)
    with opened() as (atlas, _):
        drawing = atlas.network(network).draw(
            colour=None if colour is Colour.none else colour.value,
            size=None if size == "none" else size,
            partition=partition,
            cluster=cluster,
            layers=layers,
            top=top,
            strongest=strongest,
        )
    drawing.write(output, overwrite=overwrite)
    counts = drawing.counts
    print(
        f"Drew {counts.n_neurons:,} neurons ({counts.n_neurons_left_out:,} left out) and {counts.n_weights:,} weights "
        f"({counts.n_weights_left_out:,} left out) on {output}."
    )
