"""`atlas ingest`: take a trained network into the atlas."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import DataOption, DryRunOption, opened


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas ingest mlp.pt --key mine --chain 'fc1:relu,fc2' --data digits --dry-run"))(ingest)


def ingest(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Tensors only: torch state dict or .safetensors.", show_default=False)
    ],
    key: Annotated[str, typer.Option(help="Name of the network in the atlas.", show_default=False)],
    chain: Annotated[
        str | None, typer.Option(help="Layers in order with their activations: 'fc1:relu,fc2'.", show_default=False)
    ] = None,
    data: DataOption = None,
    seed: Annotated[int | None, typer.Option(help="Seed it was trained with.", show_default=False)] = None,
    training_step: Annotated[int | None, typer.Option(help="Training step.", show_default=False)] = None,
    family: Annotated[str | None, typer.Option(help="Family of networks it belongs to.", show_default=False)] = None,
    dry_run: DryRunOption = False,
) -> None:
    """Load a trained multi-layer perceptron. The same file again changes nothing."""
    from ingest import Origin, estimate, read_data, read_mlp, record

    made = record(
        read_mlp(file, chain=chain),
        key=key,
        data=None if data is None else read_data(data),
        origin=Origin(seed=seed, training_step=training_step, family=family),
    )
    size = estimate(made)
    line = f"{key}: {made.architecture}, {size.n_neurons:,} neurons, {size.n_weights:,} weights"
    if dry_run:
        print(f"{line}; loading takes about {size.seconds:.2g} s and {size.bytes / 1e6:.2g} MB. Nothing was written.")
        return
    from atlas.store import load

    with opened() as (atlas, progress):
        is_new = load(atlas.store, made, progress=progress)
    print(f"{line}; {'loaded' if is_new else 'already there'}")
