"""`atlas correlate`: measure a network as a map of correlation functions."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.analyses import SeedOption, done, planned, tell
from atlas.cli.examples import example
from atlas.cli.opening import DaskOption, DataOption, DryRunOption, ModelOption, NetworkArgument, ThreadsOption, opened
from atlas.cli.states import CheckpointsOption, each_forward
from atlas.keys import names_in


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas correlate digits-mlp --dry-run"))(correlate)


def correlate(
    network: NetworkArgument,
    start: Annotated[str, typer.Option(help="Layer to start from: what stands before needs no closure.")] = "input",
    closures: Annotated[
        str, typer.Option(help="Closures to try, with commas between: gauss, third, mixture.")
    ] = "gauss,third,mixture",
    n_components: Annotated[int, typer.Option(help="Gaussians of each class, of the closure mixture.")] = 5,
    n_nodes: Annotated[
        int | None,
        typer.Option(help="Nodes of the quadrature over correlations; else 12, and 64 beyond .9.", show_default=False),
    ] = None,
    n_null: Annotated[int, typer.Option(help="Gaussian data sets that errors and shares are compared with.")] = 99,
    n_bootstrap: Annotated[int, typer.Option(help="Resamples the intervals stand on.")] = 100,
    n_surrogates: Annotated[int, typer.Option(help="Surrogate data sets of each layer.")] = 20,
    seed: SeedOption = 0,
    checkpoints: CheckpointsOption = False,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dask: DaskOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Measure which orders of statistics carry the answer in each layer, and how far Gaussian closures hold."""
    from atlas.workflow import correlate as work
    from atlas.workflow.correlate_params import CorrelateParams
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads, dask=dask)
    params = CorrelateParams(
        start=start,
        closures=names_in(closures),
        n_components=n_components,
        n_nodes=n_nodes,
        n_null=n_null,
        n_bootstrap=n_bootstrap,
        n_surrogates=n_surrogates,
        seed=seed,
    )
    with opened() as (atlas, progress):
        lines = []
        for forward in each_forward(atlas, network, checkpoints=checkpoints, model=model, data=data):
            if dry_run:
                lines.append(planned(work.plan(atlas.store, forward, params)))
            else:
                lines.append(done(work.correlate(atlas.store, forward, params, workers=workers, progress=progress)))
    tell(lines)
