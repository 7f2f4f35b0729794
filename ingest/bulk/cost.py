"""What loading a network would cost."""

from __future__ import annotations

from pathlib import Path

from atlas.records import NetworkRecord
from atlas.store.content import n_existing
from ingest.bulk.report import Planned
from ingest.estimate import estimate


def cost(record: NetworkRecord, *, file: Path, notes: tuple[str, ...] = ()) -> Planned:
    """Count the neurons and weights of a network, and estimate disk and time."""
    size = estimate(record)
    return Planned(
        key=record.key,
        file=str(file),
        architecture=record.architecture,
        n_neurons=size.n_neurons,
        n_weights=sum(map(n_existing, record.blocks)),
        n_stored_weights=size.n_weights,
        bytes=size.bytes,
        seconds=size.seconds,
        notes=notes,
    )
