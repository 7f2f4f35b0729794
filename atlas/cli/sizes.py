"""Sizes and costs of networks, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from atlas.records import NetworkRecord
    from ingest.bulk import Planned


def amount(record: NetworkRecord) -> str:
    """Count neurons and weights: `14 neurons, 40 weights`."""
    n_neurons = sum(layer.n_neurons for layer in record.layers)
    return f"{n_neurons:,} neurons, {sum(block.n_weights for block in record.blocks):,} weights"


def cost_text(planned: Planned) -> str:
    """Say what loading would cost: `mine: 4-4-2 relu, 10 neurons, 24 weights, 24 kept; about 0.1 s and 2 kB`."""
    what = f"{planned.architecture}, " if planned.architecture else ""
    return (
        f"{planned.key}: {what}{planned.n_neurons:,} neurons, {planned.n_weights:,} weights, "
        f"{planned.n_stored_weights:,} kept; loading takes about {planned.seconds:.2g} s and {_bytes(planned.bytes)}"
    )


def _bytes(number: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            return f"{number / size:.2g} {unit}"
    return f"{number / 1e3:.2g} kB"
