"""`atlas pairs` and `atlas curve`: what neurons or clusters do together, two at a time, and neurons more and more."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.ablate import AblationMethod
from atlas.cli.analyses import SeedOption, done, planned
from atlas.cli.examples import example
from atlas.cli.opening import (
    DaskOption,
    DataOption,
    DryRunOption,
    ModelOption,
    NetworkArgument,
    ThreadsOption,
    opened,
    reopened,
)
from atlas.cli.saving import ARRAYS, TABLES, check_output, save_arrays, save_table
from atlas.cli.tables import Format, FormatOption, print_table
from atlas.keys import layer_names


class Order(str, Enum):
    """In which order neurons are ablated."""

    least = "least"
    most = "most"
    effect = "effect"
    random = "random"


LayersOption = Annotated[
    str | None,
    typer.Option(help="Hidden layers to ablate in, with commas between; else all of them.", show_default=False),
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(epilog=example("atlas pairs digits-mlp --layers fc1 --dry-run"))(pairs)
    app.command(epilog=example("atlas curve digits-mlp --order most --max-neurons 10"))(curve)


def pairs(
    network: NetworkArgument,
    layers: LayersOption = None,
    partition: Annotated[
        str | None,
        typer.Option(help="Partition whose clusters are paired; else neurons are.", show_default=False),
    ] = None,
    method: Annotated[AblationMethod, typer.Option(help="What replaces the activations.")] = AblationMethod.zero,
    n_null: Annotated[int, typer.Option(help="Random sets in the place of a cluster, the other ablated.")] = 199,
    seed: SeedOption = 0,
    top: Annotated[int, typer.Option(help="Pairs to write, those of largest interaction.")] = 1_000,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to save all pairs: a table as .parquet or .csv, or matrices as .npz.",
            show_default=False,
        ),
    ] = None,
    overwrite: OverwriteOption = False,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure what is lost without both neurons, or clusters, of each pair, beyond the sum of both alone."""
    from atlas.workflow import pairs as work
    from atlas.workflow.pair_params import PairParams
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    params = PairParams(
        layers=layer_names(layers), partition=partition, method=method.value, n_null=n_null, seed=seed, top=top
    )
    check_output(output, (*TABLES, ARRAYS), overwrite=overwrite)
    with opened() as (atlas, progress):
        forward = reopened(atlas, network, model=model, data=data)
        if dry_run:
            print(planned(work.plan(atlas.store, forward, params), elements="pairs"))
            return
        outcome = work.pairs(atlas.store, forward, params, workers=workers, progress=progress)
        print(done(outcome))
        if output is not None:
            result = outcome.result or work.measure(atlas.store, forward, params, workers=workers, progress=progress)
            if output.suffix == ARRAYS:
                save_arrays(result.to_arrays(), output, overwrite=overwrite)
            else:
                save_table(result.to_frame(), output, overwrite=overwrite)


def curve(
    network: NetworkArgument,
    order: Annotated[
        Order,
        typer.Option(
            help="Next the one whose loss costs least, or most, now; by effects alone; or only random orders."
        ),
    ] = Order.least,
    layers: LayersOption = None,
    method: Annotated[AblationMethod, typer.Option(help="What replaces the activations.")] = AblationMethod.zero,
    seed: SeedOption = 0,
    n_random: Annotated[int, typer.Option(help="Random orders it is compared with.")] = 20,
    max_neurons: Annotated[int | None, typer.Option(help="Where to stop; else all.", show_default=False)] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to save the table: .parquet or .csv.", show_default=False),
    ] = None,
    overwrite: OverwriteOption = False,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """Measure the accuracy with more and more neurons ablated, beside random orders; the graph stays as it is."""
    from atlas.workflow import curve as work
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads)
    check_output(output, TABLES, overwrite=overwrite)
    with opened() as (atlas, progress):
        result = work.curve(
            atlas.store,
            reopened(atlas, network, model=model, data=data),
            layers=layer_names(layers),
            order=order.value,
            method=method.value,
            seed=seed,
            n_random=n_random,
            max_neurons=max_neurons,
            workers=workers,
            progress=progress,
        )
    if output is None:
        print_table(result.to_frame(), format_)
    else:
        save_table(result.to_frame(), output, overwrite=overwrite)
