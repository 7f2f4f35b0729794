"""`atlas ingest FILE`: one network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from atlas.cli.progress import ConsoleProgress
from atlas.cli.sizes import amount, cost_text
from atlas.errors import TooManyWeights

if TYPE_CHECKING:
    from atlas.cli.ingest_options import IngestOptions
    from ingest.bulk import Entry, Reading


def ingest(file: str, options: IngestOptions, *, key: str | None, dry_run: bool) -> None:
    """Load the network of one file, or tell what that would cost."""
    from ingest.bulk import entry_of, load_one, plan_entry

    entry = entry_of(file, key=key, opening=options.opening, origin=options.origin, data=options.data)
    if dry_run:
        planned = plan_entry(entry, options.rule).planned
        assert planned is not None
        _tell_notes(planned.notes)
        print(f"{cost_text(planned)}. Nothing was written.")
        return
    reading = _read(entry, options)
    _tell_notes(reading.notes)
    record = reading.record
    assert record is not None
    with ConsoleProgress() as progress:
        loaded, notes = load_one(record, progress=progress)
    _tell_notes(notes)
    print(f"{record.key}: {record.architecture}, {amount(record)}; {'loaded' if loaded else 'already there'}")


def _read(entry: Entry, options: IngestOptions) -> Reading:
    """Read the network; where there are too many weights to keep them unasked, ask whoever sits at the terminal."""
    from ingest import Keep
    from ingest.bulk import plan_entry, read_entry

    try:
        return read_entry(entry, options.rule)
    except TooManyWeights:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        planned = plan_entry(entry).planned
        assert planned is not None
        print(cost_text(planned), file=sys.stderr)
        if not typer.confirm("Keep all of them?", err=True):
            raise
        return read_entry(entry, Keep("all"))


def _tell_notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        print(f"Note: {note}.", file=sys.stderr)
