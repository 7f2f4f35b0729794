"""`atlas lesion`: test the clusters of a partition by lesions."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from atlas.cli.ablate import AblationMethod
from atlas.cli.analyses import PartitionOption, SeedOption, done, planned, tell
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


class MatchedOn(str, Enum):
    """What random sets share with a cluster, beside layers and size."""

    size = "size"
    out_strength = "out_strength"
    mean_activation = "mean_activation"


class Rule(str, Enum):
    """How p values are counted."""

    corrected = "corrected"
    published = "published"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas lesion digits-mlp --matched-on out_strength --dry-run"))(lesion)


def lesion(
    network: NetworkArgument,
    method: Annotated[AblationMethod, typer.Option(help="What replaces the activations.")] = AblationMethod.zero,
    partition: PartitionOption = None,
    matched_on: Annotated[
        MatchedOn, typer.Option(help="What random sets share with a cluster, beside layers and size.")
    ] = MatchedOn.size,
    n_null: Annotated[int, typer.Option(help="Random sets each cluster is compared with.")] = 999,
    rule: Annotated[
        Rule, typer.Option(help="How p is counted; `published` is for comparison only and makes no modules.")
    ] = Rule.corrected,
    level: Annotated[float, typer.Option(help="Largest false discovery rate of a module.")] = 0.05,
    seed: SeedOption = 0,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Test which clusters are modules: by importance and coherence, against random sets of neurons."""
    from atlas.workflow import lesion as work
    from atlas.workflow.reading import chosen_partition
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    with opened() as (atlas, progress):
        params = work.LesionParams(
            partition=chosen_partition(atlas.store, network, partition),
            method=method.value,
            matched_on=matched_on.value,
            n_null=n_null,
            rule=rule.value,
            level=level,
            seed=seed,
        )
        forward = reopened(atlas, network, model=model, data=data)
        if dry_run:
            lines = [planned(work.plan(atlas.store, forward, params), elements="sets")]
        else:
            lines = [done(work.lesion(atlas.store, forward, params, workers=workers, progress=progress))]
    tell(lines)
