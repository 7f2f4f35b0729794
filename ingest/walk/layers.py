"""The layers a walk has found so far, and their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from atlas.keys import INPUT_LAYER
from atlas.records import FloatArray, IntArray
from ingest.program.operation import Operation
from ingest.walk.features import Features
from ingest.walk.provenance import Table, rows_of, table_of
from ingest.walk.walked import Site

_RESERVED = (INPUT_LAYER, "target", "run")  # other things stand under these names


@dataclass(frozen=True, kw_only=True)
class Found:
    """A layer, or a projection that an attention layer absorbs."""

    number: int  # in order of execution, absorbed projections included
    kind: str
    first: int  # number of its first source
    neurons: IntArray  # neuron of every source
    site: Site | None  # None for an absorbed projection
    operation: Operation | None = None  # None for the input and for sums put out
    features: tuple[Features, ...] = ()  # of every input it has weights from; of attention: query, key, value
    factor: FloatArray | None = None  # folded into the weights into every neuron
    activation: str = "identity"
    name: str = ""

    @property
    def n_neurons(self) -> int:
        """Count its neurons."""
        return int(self.neurons.max(initial=-1)) + 1

    @property
    def is_absorbed(self) -> bool:
        """Tell whether it is a projection within an attention layer."""
        return self.site is None

    def sources(self, table: Table) -> Table:
        """Cut its own sources out of a table, shape (n_rows, n_sources)."""
        return table[:, self.first : self.first + len(self.neurons)]

    def placement(self, table: Table) -> Table:
        """Cut its neurons out of a table, shape (n_rows, n_neurons): the largest coefficient of a neuron's sources."""
        own = self.sources(table)
        if len(self.neurons) == self.n_neurons:
            return own
        neurons = self.neurons[own.indices]
        merged = table_of(rows_of(own), neurons, own.data, n_rows=own.shape[0], largest=True)
        return merged[:, : self.n_neurons]


@dataclass(kw_only=True)
class Findings:
    """All of them, in order of execution."""

    layers: list[Found] = field(default_factory=list)

    @property
    def next_source(self) -> int:
        """Number the next layer's first source."""
        return self.layers[-1].first + len(self.layers[-1].neurons) if self.layers else 0

    def among(self, columns: IntArray) -> frozenset[int]:
        """Name the layers to which sources belong."""
        firsts = np.array([layer.first for layer in self.layers])
        return frozenset((np.unique(np.searchsorted(firsts, columns, side="right")) - 1).tolist())

    def behind(self, table: Table) -> list[Found]:
        """List the layers with sources in a table, in order."""
        return [self.layers[number] for number in sorted(self.among(table.indices))]


def named(layers: Sequence[Found]) -> list[str]:
    """Name layers after their modules, so that each can be one segment of a key, and no two are alike."""
    names: list[str] = []
    for number, layer in enumerate(layers):
        text = re.sub(r"[^A-Za-z0-9._-]+", "-", layer.name).lstrip("._-")
        names.append(INPUT_LAYER if number == 0 else _free(text or f"{layer.kind}-{number}", names))
    return names


def _free(text: str, taken: Iterable[str]) -> str:
    """Put a number behind a name until nothing bears it."""
    used, name, number = {*taken, *_RESERVED}, text, 2
    while name in used:
        name, number = f"{text}-{number}", number + 1
    return name
