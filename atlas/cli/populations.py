"""`atlas populations` and `atlas agree`: group neurons by what they do, and compare partitions."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from atlas.cli.analyses import SeedOption, done, planned, tell
from atlas.cli.examples import example
from atlas.cli.opening import DataOption, DryRunOption, ModelOption, NetworkArgument, opened, reopened
from atlas.keys import layer_names


class By(str, Enum):
    """What neurons are grouped by."""

    activation = "activation"
    ablation = "ablation"


class Profile(str, Enum):
    """Which activations are compared."""

    classes = "classes"
    trials = "trials"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(epilog=example("atlas populations digits-mlp --by activation --profile trials --dry-run"))(populations)
    first, second = "leiden-1.0-seed0", "ablation-populations-zero-20-seed0"
    app.command(epilog=example(f"atlas agree digits-mlp --first {first} --second {second}"))(agree)


def populations(
    network: NetworkArgument,
    by: Annotated[
        By | None,
        typer.Option(help="What neurons are grouped by; else both, and how far they agree.", show_default=False),
    ] = None,
    profile: Annotated[Profile, typer.Option(help="Activations: class means, or all trials.")] = Profile.classes,
    max_groups: Annotated[int, typer.Option(help="Most groups of a layer; the silhouette chooses.")] = 20,
    seed: SeedOption = 0,
    n_null: Annotated[int, typer.Option(help="Shuffles of the profiles they are compared with.")] = 99,
    n_bootstrap: Annotated[int, typer.Option(help="Resamples the intervals stand on.")] = 1_000,
    layers: Annotated[
        str | None, typer.Option(help="Layers to group, with commas between; else the hidden ones.", show_default=False)
    ] = None,
    effect_run: Annotated[
        str | None, typer.Option(help="Run whose effects are grouped; else the newest of neurons.", show_default=False)
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the partition; else after the parameters.", show_default=False)
    ] = None,
    data: DataOption = None,
    model: ModelOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Group the neurons of each layer that act alike, or are missed alike."""
    from atlas.analysis.populations.grouping import GroupingParams
    from atlas.workflow import populations as work
    from atlas.workflow.population_params import PopulationParams

    params = PopulationParams(
        by=None if by is None else by.value,
        profile=profile.value,
        grouping=GroupingParams(max_groups=max_groups, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed),
        layers=layer_names(layers),
        effect_run=effect_run,
        name=name,
    )
    with opened() as (atlas, progress):
        forward = reopened(atlas, network, model=model, data=data) if params.needs_forward else None
        if dry_run:
            lines = [planned(plan) for plan in work.plan(atlas.store, network, params, forward=forward)]
        else:
            outcomes = work.populations(atlas.store, network, params, forward=forward, progress=progress)
            lines = [done(outcome) for outcome in outcomes]
    tell(lines)


def agree(
    network: NetworkArgument,
    first: Annotated[str, typer.Option(help="Name of a partition.", show_default=False)],
    second: Annotated[str, typer.Option(help="Name of the other one.", show_default=False)],
    seed: SeedOption = 0,
    n_null: Annotated[int, typer.Option(help="Shuffles within layers it is compared with.")] = 999,
    n_bootstrap: Annotated[int, typer.Option(help="Resamples the intervals stand on.")] = 200,
    dry_run: DryRunOption = False,
) -> None:
    """Measure how far two partitions put the same neurons together."""
    from atlas.workflow import agree as work

    params = work.AgreeParams(first=first, second=second, seed=seed, n_null=n_null, n_bootstrap=n_bootstrap)
    with opened() as (atlas, progress):
        if dry_run:
            lines = [planned(work.plan(atlas.store, network, params))]
        else:
            lines = [done(work.agree(atlas.store, network, params, progress=progress))]
    tell(lines)
