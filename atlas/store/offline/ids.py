"""The numbers by which the files of an import name nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from atlas.keys import target_key
from atlas.records import NetworkRecord


@dataclass(frozen=True, kw_only=True)
class Ids:
    """Numbers of a network's nodes: itself, then layers, targets, and the neurons layer by layer."""

    network: int
    layers: Mapping[str, int]
    targets: Mapping[str, int]  # by key
    first_neurons: Mapping[str, int]  # by layer
    end: int

    @classmethod
    def of(cls, record: NetworkRecord, first: int) -> Ids:
        """Number the nodes of a network from `first` on."""
        names = [layer.name for layer in record.layers]
        first_target = first + 1 + len(names)
        first_neuron = first_target + len(record.targets)
        ends = list(accumulate((layer.n_neurons for layer in record.layers), initial=first_neuron))
        return cls(
            network=first,
            layers={name: first + 1 + place for place, name in enumerate(names)},
            targets={target_key(record.key, t.name): first_target + place for place, t in enumerate(record.targets)},
            first_neurons=dict(zip(names, ends[:-1], strict=True)),
            end=ends[-1],
        )
