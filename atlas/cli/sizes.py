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
        f"{planned.n_stored_weights:,} kept; "
        f"loading takes about {rounded(planned.seconds)} s and {_bytes(planned.bytes)}"
    )


def _bytes(number: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            return f"{rounded(number / size)} {unit}"
    return f"{rounded(number / 1e3)} kB"


def rounded(number: float) -> str:
    """Write two digits, no less than 0.01, and no powers of ten: `0.13`, `7.5`, `910`."""
    return f"{number:,.0f}" if number >= 10 else f"{max(number, 0.01):.2g}"
