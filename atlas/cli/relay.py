"""`atlas relay`: measure which neurons, layers and clusters relay the class shown to the class answered."""

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
    LowOption,
    MinTrialsOption,
    StatesOption,
    StochasticOption,
    SubsamplesOption,
    discretisation_of,
    each_forward,
)
from atlas.keys import layer_names


class Direction(str, Enum):
    """Where a search begins: with all neurons of a layer, or with none."""

    shrink = "shrink"
    grow = "grow"


class Search(str, Enum):
    """How far a search looks."""

    greedy = "greedy"
    beam = "beam"
    exact = "exact"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas relay digits-mlp --only neurons --dry-run"))(relay)


def relay(
    network: NetworkArgument,
    partition: PartitionOption = None,
    only: OnlyOption = None,
    layers: HiddenLayersOption = None,
    discretisation: DiscretisationOption = DiscretisationMethod.two_means,
    states: StatesOption = None,
    low_limit: LowOption = None,
    high_limit: HighOption = None,
    stochastic: StochasticOption = False,
    direction: Annotated[
        Direction | None,
        typer.Option(
            help="Search from all neurons down, or from none up; else down to 20 neurons.", show_default=False
        ),
    ] = None,
    search: Annotated[Search, typer.Option(help="Best next neuron, best sets, or all sets (22 neurons).")] = (
        Search.greedy
    ),
    beam: Annotated[int, typer.Option(help="Sets a beam search keeps.")] = 64,
    min_trials: MinTrialsOption = 5.0,
    seed: SeedOption = 0,
    n_null: Annotated[int, typer.Option(help="Shuffles of the hidden states it is compared with.")] = 200,
    n_searches: Annotated[int, typer.Option(help="Of them, how many are searched, too.")] = 20,
    n_subsamples: SubsamplesOption = 200,
    n_sets: Annotated[int, typer.Option(help="Random sets of a layer that are knocked out.")] = 200,
    checkpoints: CheckpointsOption = False,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure what each hidden neuron, layer and cluster relays of what the class shown tells about the answer."""
    from atlas.workflow import relay as work
    from atlas.workflow.reading import measured
    from atlas.workflow.relay_params import RelayParams
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    how = discretisation_of(
        discretisation, states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
    )
    with opened() as (atlas, progress):
        lines = []
        for forward in each_forward(atlas, network, checkpoints=checkpoints, model=model, data=data):
            each = [
                RelayParams(
                    partition=part,
                    layers=layer_names(layers),
                    discretisation=how,
                    direction=None if direction is None else direction.value,
                    search=search.value,
                    beam=beam,
                    min_trials=min_trials,
                    n_null=n_null,
                    n_searches=n_searches,
                    n_subsamples=n_subsamples,
                    n_sets=n_sets,
                    seed=seed,
                )
                for part in measured(atlas.store, forward.network, partition=partition, only=text(only), layers=layers)
            ]
            if dry_run:
                lines += [planned(work.plan(atlas.store, forward, params)) for params in each]
            else:
                lines += [
                    done(work.relay(atlas.store, forward, params, workers=workers, progress=progress))
                    for params in each
                ]
    tell(lines)
