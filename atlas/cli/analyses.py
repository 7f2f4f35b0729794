"""What commands of analyses share: options, and what they tell."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.sizes import rounded

if TYPE_CHECKING:
    from atlas.workflow.plan import Outcome, Plan


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
