"""`atlas inform`: read, compute, write back; and what all analyses tell."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import DataOption, DryRunOption, ModelOption, NetworkArgument, opened, reopened
from atlas.cli.sizes import rounded

if TYPE_CHECKING:
    from atlas.workflow.plan import Outcome, Plan


class InformationKind(str, Enum):
    """Which information is measured."""

    label = "label"


class Only(str, Enum):
    """What to measure, if not both."""

    neurons = "neurons"
    clusters = "clusters"


SeedOption = Annotated[int, typer.Option(help="Seed of all random numbers.")]
PartitionOption = Annotated[
    str | None,
    typer.Option("--partition", help="Partition whose clusters to measure; else the newest.", show_default=False),
]
OnlyOption = Annotated[Only | None, typer.Option(help="Measure only neurons, or only clusters.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas inform digits-mlp --n-null 500 --dry-run"))(inform)


def inform(
    network: NetworkArgument,
    method: Annotated[InformationKind, typer.Option(help="Which information.")] = InformationKind.label,
    partition: PartitionOption = None,
    only: OnlyOption = None,
    states: Annotated[int, typer.Option(help="States of a neuron; each neuron of a cluster has 2.")] = 8,
    seed: SeedOption = 0,
    n_null: Annotated[int, typer.Option(help="Shuffles of the labels it is compared with.")] = 200,
    n_bootstrap: Annotated[int, typer.Option(help="Resamples the intervals stand on.")] = 200,
    data: DataOption = None,
    model: ModelOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure how many bits each neuron, and each cluster, tells about the class."""
    from atlas.workflow import inform as work
    from atlas.workflow.reading import measured

    with opened() as (atlas, progress):
        parts = measured(atlas.store, network, partition=partition, only=text(only))
        forward = reopened(atlas, network, model=model, data=data)
        each = [
            work.InformParams(
                method=method.value, partition=part, states=states, seed=seed, n_null=n_null, n_bootstrap=n_bootstrap
            )
            for part in parts
        ]
        if dry_run:
            lines = [planned(work.plan(atlas.store, forward, params)) for params in each]
        else:
            lines = [done(work.inform(atlas.store, forward, params, progress=progress)) for params in each]
    tell(lines)


def text(only: Only | None) -> str | None:
    """Give the choice as a word."""
    return None if only is None else only.value


def planned(plan: Plan, *, elements: str = "elements") -> str:
    """Say in one line what a run would do."""
    if plan.already_there:
        return f"{plan.measures}: already there ({plan.run}); nothing would be computed or written"
    forwards = f"{plan.n_forwards:,} runs of the network, " if plan.n_forwards else ""
    return (
        f"{plan.measures}: {plan.n_elements:,} {elements}, {forwards}{plan.n_relationships:,} relationships to write, "
        f"about {rounded(plan.seconds)} s, as {plan.run}"
    )


def done(outcome: Outcome[object]) -> str:
    """Say in one line what a run came to."""
    line = f"{outcome.measures}: {'already there' if outcome.already_there else 'written'}, {outcome.run}"
    return line if outcome.note is None else f"{line}; {outcome.note}"


def tell(lines: Sequence[str]) -> None:
    """Print lines to standard output."""
    for line in lines:
        print(line)
