"""`atlas indicators`: what is known of neurons without ablating them, and what of it predicts their effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import DataOption, DryRunOption, ModelOption, NetworkArgument, opened, reopened
from atlas.cli.tables import Format, FormatOption, print_table
from atlas.keys import layer_names

if TYPE_CHECKING:
    import pandas as pd

    from atlas.client import Atlas
    from atlas.records import NetworkRecord

MARKED_Q = 0.05


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas indicators digits-mlp --dry-run"))(indicators)


def indicators(
    network: NetworkArgument,
    initial: Annotated[
        str | None,
        typer.Option(
            "--initial",
            metavar="FILE",
            help="The network before training, opened as it was: tests which weights training moved.",
            show_default=False,
        ),
    ] = None,
    effect_run: Annotated[
        str | None,
        typer.Option("--effect-run", help="Run whose effects to predict; else the newest.", show_default=False),
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(help="Layers to measure, with commas between; else the hidden ones.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 0,
    n_bootstrap: Annotated[int, typer.Option(help="Resamples of the neurons the intervals stand on.")] = 1000,
    n_null: Annotated[int, typer.Option(help="Shuffles of the effects the tests stand on.")] = 999,
    data: DataOption = None,
    model: ModelOption = None,
    format_: FormatOption = Format.table,
    dry_run: DryRunOption = False,
) -> None:
    """Measure activity, selectivity and wiring of each neuron; tell which of it predicts what its ablation costs.

    The table has one row for each indicator and layer (empty: all layers, where null_rho is what the order of the
    layers alone gives); * marks what orders neurons within layers as their effects do, q <= 0.05.
    """
    from atlas.cli.analyses import done, planned
    from atlas.workflow import indicators as work

    with opened() as (atlas, progress):
        forward = reopened(atlas, network, model=model, data=data)
        params = work.IndicatorParams(
            initial=None if initial is None else _initial(atlas, network, initial),
            effect_run=effect_run,
            layers=layer_names(layers),
            seed=seed,
            n_bootstrap=n_bootstrap,
            n_null=n_null,
        )
        if dry_run:
            print(planned(work.plan(atlas.store, forward, params)))
            return
        outcome = work.indicators(atlas.store, forward, params, progress=progress)
        table = atlas.ask("indicators_of_effect", network=network, target=None, run=outcome.run)
    typer.echo(done(outcome), err=format_ is not Format.table)
    print_table(_marked(table) if format_ is Format.table else table, format_)


def _initial(atlas: Atlas, network: str, file: str) -> NetworkRecord:
    """Open a file as the network was opened when it was ingested."""
    from atlas.store import opened as opened_as
    from ingest import initial_record

    return initial_record(opened_as(atlas.store, network).opened, file=file, key=network)


def _marked(table: pd.DataFrame) -> pd.DataFrame:
    """Put a star beside what predicts effects, and leave out the runs: the line above names the one, it the other."""
    marks = (table["q"] <= MARKED_Q).map({True: "*", False: ""})
    return table.drop(columns=["run", "effect_run"]).assign(predicts=marks)
