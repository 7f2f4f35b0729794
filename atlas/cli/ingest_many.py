"""`atlas ingest FOLDER` and `atlas ingest MANIFEST`: many networks."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import typer

from atlas.cli.progress import ConsoleProgress
from atlas.cli.sizes import cost_text

if TYPE_CHECKING:
    from atlas.cli.ingest_options import IngestOptions
    from ingest.bulk import Entry


def ingest(source: str, options: IngestOptions, *, pattern: str | None, workers: int | None, dry_run: bool) -> None:
    """Load all networks of a folder or a manifest, or tell what that would cost; status 1 where one failed."""
    from ingest.bulk import read_entries

    entries = read_entries(source, pattern=pattern, opening=options.opening, origin=options.origin, data=options.data)
    failed = (_plan if dry_run else _load)(entries, options, workers)
    if failed:
        raise typer.Exit(1)


def _plan(entries: tuple[Entry, ...], options: IngestOptions, workers: int | None) -> bool:
    from ingest.bulk import plan_all

    with ConsoleProgress() as progress:
        plan = plan_all(entries, keep=options.rule, workers=workers, progress=progress)
    _tell_notes(one.notes for one in plan.networks)
    _tell_failures(plan.failed)
    for one in plan.networks:
        if one.reason is None:
            print(cost_text(one))
    n_networks = len(plan.networks) - len(plan.failed)
    print(f"{cost_text(plan.total)}. {n_networks:,} networks, {len(plan.failed):,} failed. Nothing was written.")
    return bool(plan.failed)


def _load(entries: tuple[Entry, ...], options: IngestOptions, workers: int | None) -> bool:
    from ingest.bulk import ingest_all

    with ConsoleProgress() as progress:
        report = ingest_all(entries, keep=options.rule, workers=workers, progress=progress)
    _tell_notes([*(one.notes for one in report.networks), report.notes])
    _tell_failures(report.failed)
    if report.n_joined:
        print(f"{report.n_joined:,} checkpoints joined in the order of their steps")
    print(report.summary)
    return bool(report.failed)


def _tell_failures(failed: Mapping[str, str]) -> None:
    for key, reason in failed.items():
        print(f"failed: {key}: {' '.join(reason.split())}", file=sys.stderr)


def _tell_notes(notes: Iterable[tuple[str, ...]]) -> None:
    """Print every note once, with the number of networks it is about."""
    for note, n_networks in Counter(note for some in notes for note in some).items():
        print(
            f"Note: {' '.join(note.split())}{f' ({n_networks:,} networks)' if n_networks > 1 else ''}.", file=sys.stderr
        )
