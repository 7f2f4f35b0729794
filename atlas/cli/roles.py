"""`atlas roles`: judge the roles of neurons by what was measured."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.analyses import done, planned
from atlas.cli.examples import example
from atlas.cli.opening import DryRunOption, NetworkArgument, opened

_NEWEST = "else the newest."


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas roles digits-mlp --roles dead,specialist --dry-run"))(roles)


def roles(
    network: NetworkArgument,
    only: Annotated[
        str | None,
        typer.Option(
            "--roles", help="Roles to judge, with commas between; else all that finished runs tell.", show_default=False
        ),
    ] = None,
    relay_run: Annotated[
        str | None,
        typer.Option(help=f"Run that tells relays and redundant ones; {_NEWEST}", show_default=False),
    ] = None,
    activation_run: Annotated[
        str | None, typer.Option(help=f"Run that tells dead and saturated ones; {_NEWEST}", show_default=False)
    ] = None,
    effect_run: Annotated[
        str | None, typer.Option(help=f"Run that tells specialists; {_NEWEST}", show_default=False)
    ] = None,
    partition_run: Annotated[
        str | None, typer.Option(help=f"Run whose partition tells hubs and the like; {_NEWEST}", show_default=False)
    ] = None,
    fdr: Annotated[float, typer.Option(help="Largest q of a role; of roles in a partition largest p.")] = 0.05,
    redundant_share: Annotated[
        float, typer.Option(help="Most of what a redundant neuron relays alone that is left beside the rest.")
    ] = 0.1,
    least_share: Annotated[
        float, typer.Option(help="Share of trials that would show that a neuron is not dead, or not saturated.")
    ] = 0.01,
    min_selectivity: Annotated[
        float, typer.Option(help="Least share of its harm that falls on the class of a specialist.")
    ] = 0.8,
    dry_run: DryRunOption = False,
) -> None:
    """Judge which neurons are relays, redundant, dead, saturated, specialists or hubs, by what finished runs wrote."""
    from atlas.analysis.roles import RoleRules
    from atlas.workflow import roles as work
    from atlas.workflow.role_params import RoleParams, role_names

    params = RoleParams(
        roles=role_names(only),
        rules=RoleRules(
            fdr=fdr, redundant_share=redundant_share, least_share=least_share, min_selectivity=min_selectivity
        ),
        relay_run=relay_run,
        activation_run=activation_run,
        effect_run=effect_run,
        partition_run=partition_run,
    )
    with opened() as (atlas, progress):
        if dry_run:
            print(planned(work.plan(atlas.store, network, params), elements="neurons"))
        else:
            print(done(work.roles(atlas.store, network, params, progress=progress)))
