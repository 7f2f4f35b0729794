"""`atlas inform`: measure what neurons, layers and clusters tell about the class."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from atlas.cli.analyses import OnlyOption, PartitionOption, SeedOption, done, planned, tell, text
from atlas.cli.examples import example
from atlas.cli.opening import DataOption, DryRunOption, ModelOption, NetworkArgument, opened
from atlas.cli.states import (
    CheckpointsOption,
    DiscretisationMethod,
    DiscretisationOption,
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


class Estimator(str, Enum):
    """How entropies are estimated."""

    plug_in = "plug_in"
    miller_madow = "miller_madow"
    grassberger = "grassberger"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas inform digits-mlp --n-null 500 --dry-run"))(inform)


def inform(
    network: NetworkArgument,
    partition: PartitionOption = None,
    only: OnlyOption = None,
    discretisation: DiscretisationOption = DiscretisationMethod.quantile,
    states: StatesOption = None,
    low_limit: LowOption = None,
    high_limit: HighOption = None,
    stochastic: StochasticOption = False,
    estimator: Annotated[Estimator, typer.Option(help="How entropies are estimated.")] = Estimator.plug_in,
    min_trials: MinTrialsOption = 5.0,
    seed: SeedOption = 0,
    n_null: LabelShufflesOption = 200,
    n_subsamples: SubsamplesOption = 200,
    checkpoints: CheckpointsOption = False,
    data: DataOption = None,
    model: ModelOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure how many bits each neuron, layer and cluster tells about the class.

    Neurons of layers and clusters have two states each, at the median unless the discretisation has two itself.
    """
    from atlas.workflow import inform as work
    from atlas.workflow.reading import measured

    how = discretisation_of(
        discretisation, states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
    )
    with opened() as (atlas, progress):
        lines = []
        for forward in each_forward(atlas, network, checkpoints=checkpoints, model=model, data=data):
            for part in measured(atlas.store, forward.network, partition=partition, only=text(only)):
                params = work.InformParams(
                    partition=part,
                    discretisation=how,
                    estimator=estimator.value,
                    min_trials=min_trials,
                    seed=seed,
                    n_null=n_null,
                    n_subsamples=n_subsamples,
                )
                if dry_run:
                    lines.append(planned(work.plan(atlas.store, forward, params)))
                else:
                    lines.append(done(work.inform(atlas.store, forward, params, progress=progress)))
    tell(lines)
