"""`atlas ingest`: take trained networks into the atlas."""

from __future__ import annotations

import typer

from atlas.cli import ingest_many, ingest_one
from atlas.cli import ingest_options as options
from atlas.cli.examples import example
from atlas.cli.opening import DataOption, DryRunOption


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas ingest mlp.pt --key mine --chain 'fc1:relu,fc2' --data digits --dry-run"))(ingest)


def ingest(
    source: options.SourceArgument,
    key: options.KeyOption = None,
    chain: options.ChainOption = None,
    factory: options.FactoryOption = None,
    input_: options.InputOption = None,
    part: options.PartOption = None,
    norm: options.NormOption = options.Norm.entrywise_l1,
    allow_opaque: options.OpaqueOption = False,
    data: DataOption = None,
    keep: options.KeepOption = None,
    pattern: options.PatternOption = None,
    family: options.FamilyOption = None,
    seed: options.SeedOption = None,
    training_step: options.StepOption = None,
    workers: options.WorkersOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Load a trained network, or all of a folder or a manifest. What stands there already is left as it is.

    Repeat the command to go on where it was cut off. In a manifest, files are relative to it, and the options are for
    rows that say nothing themselves. Checkpoints of one family and seed are joined in the order of their steps.
    """
    chosen = options.IngestOptions(
        chain=chain,
        factory=factory,
        input=input_,
        part=part,
        norm=norm,
        allow_opaque=allow_opaque,
        data=data,
        keep=keep,
        family=family,
        seed=seed,
        training_step=training_step,
    )
    from ingest.bulk import is_many

    if is_many(source):
        if key is not None or training_step is not None:
            raise typer.BadParameter("--key and --training-step are for one file. Give them in a manifest.")
        ingest_many.ingest(source, chosen, pattern=pattern, workers=workers, dry_run=dry_run)
        return
    if pattern is not None:
        raise typer.BadParameter("--pattern chooses files of a folder.")
    ingest_one.ingest(source, chosen, key=key, dry_run=dry_run)
