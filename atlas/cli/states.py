"""Options of commands that put activations into states, or measure every checkpoint of a training run."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.opening import reopened
from atlas.errors import BadParameter

if TYPE_CHECKING:
    from atlas.analysis.information.discretising import Discretisation
    from atlas.client import Atlas
    from atlas.records import MaskedForward


class DiscretisationMethod(str, Enum):
    """How activations become states."""

    quantile = "quantile"
    two_means = "two_means"
    median = "median"
    zero = "zero"
    equal_width = "equal_width"
    quantiser = "quantiser"


DiscretisationOption = Annotated[DiscretisationMethod, typer.Option(help="How activations become states.")]
StatesOption = Annotated[
    int | None, typer.Option(help="States of a neuron; else what the method has: 2 or 8.", show_default=False)
]
LowOption = Annotated[float | None, typer.Option(help="Lower limit, of equal_width and quantiser.", show_default=False)]
HighOption = Annotated[float | None, typer.Option(help="Upper limit.", show_default=False)]
StochasticOption = Annotated[
    bool, typer.Option("--stochastic/--no-stochastic", help="Round to the levels of the quantiser by chance.")
]
HiddenLayersOption = Annotated[
    str | None,
    typer.Option("--layers", help="Hidden layers, with commas between, and no clusters; else all.", show_default=False),
]
MinTrialsOption = Annotated[float, typer.Option(help="Mean trials on an occupied state, below which nothing is told.")]
LabelShufflesOption = Annotated[int, typer.Option(help="Shuffles of the labels it is compared with.")]
SubsamplesOption = Annotated[int, typer.Option(help="Halves of the trials the intervals stand on.")]
CheckpointsOption = Annotated[
    bool, typer.Option("--checkpoints", help="Measure every checkpoint of its training run, not only this one.")
]


def discretisation_of(
    method: DiscretisationMethod,
    *,
    states: int | None,
    low: float | None,
    high: float | None,
    stochastic: bool,
    seed: int,
) -> Discretisation:
    """Put the options together."""
    from atlas.analysis.information.discretising import Discretisation

    return Discretisation(method=method.value, n_states=states, low=low, high=high, stochastic=stochastic, seed=seed)


def each_forward(
    atlas: Atlas, network: str, *, checkpoints: bool, model: str | None, data: str | None
) -> Iterator[MaskedForward]:
    """Open the network again, ready to run; or one checkpoint of its training run after the other.

    Raises
    ------
    BadParameter
        A file is named for several checkpoints, or there is only one.
    """
    from atlas.store import training_run

    if checkpoints and model is not None:
        raise BadParameter(
            "--model names one file, --checkpoints measures several networks. Each is opened from the file it was "
            "ingested from. Leave out one of both options."
        )
    keys = training_run(atlas.store, network) if checkpoints else (network,)
    if checkpoints and len(keys) == 1:
        raise BadParameter(
            f"The network {network!r} is joined to no other checkpoint. Leave out --checkpoints to measure it alone, "
            "or join checkpoints when they are ingested: `atlas ingest FOLDER --family NAME --seed N`."
        )
    for key in keys:
        yield reopened(atlas, key, model=model, data=data)
