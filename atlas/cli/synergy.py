"""`atlas synergy`: measure what every two clusters tell together."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.analyses import PartitionOption, SeedOption, done, planned
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
from atlas.cli.states import (
    DiscretisationMethod,
    DiscretisationOption,
    HighOption,
    LowOption,
    MinTrialsOption,
    StatesOption,
    StochasticOption,
    discretisation_of,
)


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas synergy digits-mlp --dry-run"))(synergy)


def synergy(
    network: NetworkArgument,
    partition: PartitionOption = None,
    discretisation: DiscretisationOption = DiscretisationMethod.median,
    states: StatesOption = None,
    low_limit: LowOption = None,
    high_limit: HighOption = None,
    stochastic: StochasticOption = False,
    min_trials: MinTrialsOption = 5.0,
    n_null: Annotated[int, typer.Option(help="Shuffles of one cluster within classes it is compared with.")] = 999,
    seed: SeedOption = 0,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure what every two clusters tell about the class: either, one, or only both together."""
    from atlas.workflow import synergy as work
    from atlas.workflow.reading import chosen_partition
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    how = discretisation_of(
        discretisation, states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
    )
    with opened() as (atlas, progress):
        params = work.SynergyParams(
            partition=chosen_partition(atlas.store, network, partition),
            discretisation=how,
            min_trials=min_trials,
            n_null=n_null,
            seed=seed,
        )
        forward = reopened(atlas, network, model=model, data=data)
        if dry_run:
            print(planned(work.plan(atlas.store, forward, params), elements="pairs"))
        else:
            print(done(work.synergy(atlas.store, forward, params, workers=workers, progress=progress)))
