"""`atlas networks`, `atlas runs`, `atlas check` and `atlas remove`: what the atlas holds."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import opened
from atlas.cli.tables import Format, FormatOption, print_table
from atlas.errors import BadParameter


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(epilog=example("atlas networks --format json"))(networks)
    app.command(epilog=example("atlas runs digits-mlp"))(runs)
    app.command(epilog=example("atlas check"))(check)
    app.command(epilog=example("atlas remove digits-mlp"))(remove)


def networks(format_: FormatOption = Format.table) -> None:
    """List the networks."""
    with opened() as (atlas, _):
        frame = atlas.networks()
    print_table(frame, format_)


def runs(
    network: Annotated[str | None, typer.Argument(metavar="[NETWORK]", help="Only those about this network.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """List the runs: what wrote, with which parameters, when."""
    with opened() as (atlas, _):
        frame = atlas.runs(network)
    print_table(frame, format_)


def check(format_: FormatOption = Format.table) -> None:
    """Check that the atlas is sound; list what is not, and end with status 1 then."""
    with opened() as (atlas, _):
        frame = atlas.check()
    if len(frame) > 0:
        print_table(frame, format_)
        raise typer.Exit(1)
    print("The atlas is sound.")


def remove(
    network: Annotated[
        str | None, typer.Argument(metavar="[NETWORK]", help="Network to remove, with all about it.")
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="KEY",
            help="Run to remove, with what it wrote and all that stands on it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Remove a network or a run."""
    if (network is None) == (run is None):
        raise typer.BadParameter("Give a network, or --run KEY, and not both.")
    if network is not None and "/run/" in network:
        raise BadParameter(
            f"{network!r} is the key of a run, no network. Remove the run: atlas remove --run {network}."
        )
    from atlas.store import remove_network, remove_run

    with opened() as (atlas, progress):
        if network is not None:
            remove_network(atlas.store, network, progress=progress)
            removed: tuple[str, ...] = (network,)
        else:
            removed = remove_run(atlas.store, str(run), progress=progress)
    for key in removed:
        print(f"Removed {key}.")
