"""`atlas complexity`: measure how many neurons must be seen together for what a code tells."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from atlas.cli.analyses import OnlyOption, PartitionOption, SeedOption, done, planned, tell, text
from atlas.cli.examples import example
from atlas.cli.opening import DaskOption, DataOption, DryRunOption, ModelOption, NetworkArgument, ThreadsOption, opened
from atlas.cli.states import (
    CheckpointsOption,
    DiscretisationMethod,
    DiscretisationOption,
    HiddenLayersOption,
    HighOption,
    LabelShufflesOption,
    LowOption,
    MinTrialsOption,
    StatesOption,
    StochasticOption,
    SubsamplesOption,
    discretisation_of,
    each_forward,
)
from atlas.keys import layer_names


class ComplexityEstimator(str, Enum):
    """How complexity is found."""

    auto = "auto"
    exact = "exact"
    clock = "clock"
    subsample = "subsample"
    coarse = "coarse"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas complexity digits-mlp --only neurons --dry-run"))(complexity)


def complexity(
    network: NetworkArgument,
    partition: PartitionOption = None,
    only: OnlyOption = None,
    layers: HiddenLayersOption = None,
    discretisation: DiscretisationOption = DiscretisationMethod.median,
    states: StatesOption = None,
    low_limit: LowOption = None,
    high_limit: HighOption = None,
    stochastic: StochasticOption = False,
    estimator: Annotated[
        ComplexityEstimator,
        typer.Option(help="auto: exact to 5 or 6 neurons, by random clocks to 16, else by subsets of neurons."),
    ] = ComplexityEstimator.auto,
    min_trials: MinTrialsOption = 2.0,
    n_null: LabelShufflesOption = 20,
    n_subsamples: SubsamplesOption = 100,
    n_noise: Annotated[int, typer.Option(help="Shuffles of one neuron it is compared with.")] = 10,
    subset_size: Annotated[int, typer.Option(help="Neurons of a subset.")] = 5,
    n_subsets: Annotated[int, typer.Option(help="Subsets of wide layers.")] = 26,
    group_size: Annotated[int, typer.Option(help="Neurons merged to one source, by the estimator coarse.")] = 2,
    n_draws: Annotated[int, typer.Option(help="Random draws of the clocks.")] = 4_000,
    seed: SeedOption = 0,
    checkpoints: CheckpointsOption = False,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure the representational complexity of each hidden layer and cluster about the class.

    Of neurons there is none: `--only neurons` measures the layers alone.
    """
    from atlas.workflow import complexity as work
    from atlas.workflow.complexity_params import ComplexityParams
    from atlas.workflow.reading import measured
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    how = discretisation_of(
        discretisation, states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
    )
    with opened() as (atlas, progress):
        lines = []
        for forward in each_forward(atlas, network, checkpoints=checkpoints, model=model, data=data):
            each = [
                ComplexityParams(
                    partition=part,
                    layers=layer_names(layers),
                    discretisation=how,
                    estimator=estimator.value,
                    min_trials=min_trials,
                    n_null=n_null,
                    n_subsamples=n_subsamples,
                    n_noise=n_noise,
                    subset_size=subset_size,
                    n_subsets=n_subsets,
                    group_size=group_size,
                    n_draws=n_draws,
                    seed=seed,
                )
                for part in measured(atlas.store, forward.network, partition=partition, only=text(only), layers=layers)
            ]
            if dry_run:
                lines += [planned(work.plan(atlas.store, forward, params)) for params in each]
            else:
                lines += [
                    done(work.complexity(atlas.store, forward, params, workers=workers, progress=progress))
                    for params in each
                ]
    tell(lines)
