"""`atlas motifs`: small wiring patterns among the strongest weights."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.analyses import SeedOption, done, planned
from atlas.cli.examples import example
from atlas.cli.opening import DaskOption, DryRunOption, NetworkArgument, ThreadsOption, opened


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas motifs digits-mlp --n-strongest 5 --dry-run"))(motifs)


def motifs(
    network: NetworkArgument,
    n_strongest: Annotated[int, typer.Option(help="Weights into each neuron to look at, the strongest.")] = 10,
    n_null: Annotated[int, typer.Option(help="Wirings by chance with the same degrees it is compared with.")] = 99,
    seed: SeedOption = 0,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Count small wiring patterns (bifans, diamonds, chains, feed-forward loops) among the strongest weights."""
    from atlas.workflow import motifs as work
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    params = work.MotifParams(n_strongest=n_strongest, n_null=n_null, seed=seed)
    with opened() as (atlas, progress):
        if dry_run:
            print(planned(work.plan(atlas.store, network, params), elements="patterns"))
        else:
            print(done(work.motifs(atlas.store, network, params, workers=workers, progress=progress)))
