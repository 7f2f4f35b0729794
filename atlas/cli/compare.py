"""`atlas compare`: which cluster of one network is which of another, or of the next checkpoint."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.analyses import SeedOption, done, planned, tell
from atlas.cli.examples import example
from atlas.cli.opening import DryRunOption, NetworkArgument, opened
from atlas.errors import BadParameter

_NEWEST = "else the newest."


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas compare mnist-seed0 --other mnist-seed1 --other mnist-seed2"))(compare)


def compare(
    network: NetworkArgument,
    other: Annotated[
        list[str] | None,
        typer.Option(
            help="Key of the network to compare it with; once for each. Else every checkpoint with the next.",
            show_default=False,
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            help=f"Partition of NETWORK, {_NEWEST} Without --other, the newest whose name every checkpoint has.",
            show_default=False,
        ),
    ] = None,
    second: Annotated[
        str | None, typer.Option(help="Partition of the other; else the one of the same name.", show_default=False)
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="neurons, connectivity, effect, information or all; else neurons for checkpoints of one training "
            "run, and all for others.",
            show_default=False,
        ),
    ] = None,
    first_effect_run: Annotated[
        str | None, typer.Option(help=f"Run of `ablate` of NETWORK, {_NEWEST}", show_default=False)
    ] = None,
    second_effect_run: Annotated[
        str | None, typer.Option(help=f"Run of `ablate` of the other, {_NEWEST}", show_default=False)
    ] = None,
    first_label_run: Annotated[
        str | None, typer.Option(help=f"Run of `inform` of NETWORK, {_NEWEST}", show_default=False)
    ] = None,
    second_label_run: Annotated[
        str | None, typer.Option(help=f"Run of `inform` of the other, {_NEWEST}", show_default=False)
    ] = None,
    seed: SeedOption = 0,
    n_null: Annotated[int, typer.Option(help="Shuffles of the other's labels that matches are held against.")] = 199,
    n_bootstrap: Annotated[int, typer.Option(help="Resamples the intervals stand on.")] = 200,
    dry_run: DryRunOption = False,
) -> None:
    """Match clusters one to one: by the neurons they share, or by connectivity, effects and information."""
    from atlas.workflow import compare as work
    from atlas.workflow.compare_params import CompareParams
    from atlas.workflow.compare_training import checkpoints, in_every_checkpoint

    params = CompareParams(
        first=first,
        second=second,
        by=by,
        first_effect_run=first_effect_run,
        second_effect_run=second_effect_run,
        first_label_run=first_label_run,
        second_label_run=second_label_run,
        seed=seed,
        n_null=n_null,
        n_bootstrap=n_bootstrap,
    )
    if not other and second is not None:
        raise BadParameter("A partition of the other network is named, but no other network. Add --other.")
    with opened() as (atlas, progress):
        pairs = [(network, one) for one in other] if other else checkpoints(atlas.store, network)
        params.check_runs(pairs)
        params = params if other else in_every_checkpoint(atlas.store, network, params)
        for one, another in pairs:
            if dry_run:
                tell([planned(work.plan(atlas.store, one, another, params), elements="clusters")])
            else:
                tell([done(work.compare(atlas.store, one, another, params, progress=progress))])
