"""`atlas ablate`: what is lost without each neuron, and without each cluster."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from atlas.cli.analyses import OnlyOption, PartitionOption, SeedOption, done, planned, tell, text
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


class AblationMethod(str, Enum):
    """What replaces the activations of ablated neurons."""

    zero = "zero"
    mean = "mean"
    balanced_mean = "balanced_mean"
    resample = "resample"


OutputsOption = Annotated[
    bool | None,
    typer.Option(
        "--outputs/--no-outputs",
        help="Measure changes of loss and outputs, too; else of neurons only, as clusters take many runs.",
        show_default=False,
    ),
]
ScoreOption = Annotated[
    str | None,
    typer.Option(
        metavar="MODULE:FUNCTION",
        help="Measure the change of a score, too: it takes outputs and labels (or values expected), and gives one "
        "number for each trial, higher if better.",
        show_default=False,
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas ablate digits-mlp --method mean --dry-run"))(ablate)


def ablate(
    network: NetworkArgument,
    method: Annotated[AblationMethod, typer.Option(help="What replaces the activations.")] = AblationMethod.zero,
    partition: PartitionOption = None,
    only: OnlyOption = None,
    outputs: OutputsOption = None,
    score: ScoreOption = None,
    seed: SeedOption = 0,
    n_null: Annotated[int, typer.Option(help="Random sets each cluster is compared with.")] = 999,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure what is lost without each neuron, and without each cluster."""
    from atlas.workflow import ablate as work
    from atlas.workflow.reading import measured
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    with opened() as (atlas, progress):
        parts = measured(atlas.store, network, partition=partition, only=text(only))
        forward = reopened(atlas, network, model=model, data=data)
        each = [
            work.AblateParams(
                method=method.value, partition=part, outputs=outputs, score=score, seed=seed, n_null=n_null
            )
            for part in parts
        ]
        if dry_run:
            lines = [planned(work.plan(atlas.store, forward, params)) for params in each]
        else:
            lines = [
                done(work.ablate(atlas.store, forward, params, workers=workers, progress=progress)) for params in each
            ]
    tell(lines)
