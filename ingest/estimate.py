"""What loading a network will cost, told before anything large is written."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.records import NetworkRecord

BYTES_PER_WEIGHT = 75.3  # measured on Neo4j 5.26, value and strength both written
WEIGHTS_PER_SECOND = 126_000  # measured there on two cores, one session


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Size of a network in the graph, and the time to load it."""

    n_neurons: int
    n_weights: int
    bytes: int  # on disk
    seconds: float


def estimate(record: NetworkRecord) -> Estimate:
    """Estimate disk and time for loading a network into a running atlas."""
    n_weights = sum(block.n_weights for block in record.blocks)
    return Estimate(
        n_neurons=sum(layer.n_neurons for layer in record.layers),
        n_weights=n_weights,
        bytes=round(n_weights * BYTES_PER_WEIGHT),
        seconds=n_weights / WEIGHTS_PER_SECOND,
    )
