"""One pass over a program: provenance of every value, and what every layer sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from atlas.errors import UnsupportedLayer
from atlas.records import FloatArray, IntArray
from ingest.program.operation import Operation, Program, Shape
from ingest.walk import order
from ingest.walk.chain import Chain, follow
from ingest.walk.features import Features, features_of, merges_of
from ingest.walk.heads import heads_of
from ingest.walk.layers import Findings, Found
from ingest.walk.provenance import Provenance, from_sources, moved, multiplied, pooled, scaled, summed
from ingest.walk.sites import axis_numbers, feature_axis, seen_numbers, site_of
from ingest.walk.walked import Site

_CELLS = {"rnn_tanh": "tanh", "rnn_relu": "relu", "lstm": "lstm", "gru": "gru"}  # what its states come out of


class Trace:
    """A pass with a given division of the input into neurons: `classes`, one number for every element."""

    def __init__(self, program: Program, classes: IntArray, *, allow_opaque: bool) -> None:
        self.program, self.allow_opaque = program, allow_opaque
        self.operations = order.living(program)
        self.consumers = order.consumers_of(self.operations)
        self.absorbed = order.absorbed(program, self.operations)
        self.findings = Findings()
        self.merges: list[IntArray] = []  # pairs of input neurons that no weight tells apart, (2, n_pairs) each
        self.values: dict[str, Provenance] = {}
        self._take_input(classes)
        self._follow_all()

    @property
    def output(self) -> Provenance:
        """Give the provenance of what the program puts out."""
        return self.values[self.program.output]

    def _take_input(self, classes: IntArray) -> None:
        """Make the input layer."""
        taken = self.program.input
        numbers = classes.reshape(self.program.shapes[taken.value])
        n = int(classes.max(initial=-1)) + 1
        site = site_of(taken.value, numbers, summary="token" if taken.dtype.startswith("int") else None)
        self.findings.layers.append(Found(number=0, kind="input", first=0, neurons=np.arange(n), site=site))
        self.values[taken.value] = from_sources(numbers, first=0)

    def _follow_all(self) -> None:
        """Go through all operations, forgetting values that nothing needs any more."""
        last = {value: number for number, one in enumerate(self.operations) for value in one.inputs}
        inner: frozenset[str] = frozenset()
        for number, operation in enumerate(self.operations):
            if operation.output not in inner:
                inner |= self._step(operation)
            for value in set(operation.inputs):
                if last[value] == number and value != self.program.output:
                    self.values.pop(value, None)

    def _step(self, operation: Operation) -> frozenset[str]:
        """Do one operation; name the values it has dealt with beyond its own."""
        given = [self.values[value] for value in operation.inputs]
        shape = self.program.shapes[operation.output]
        if operation.kind in ("linear", "convolution", "embedding", "opaque", "recurrent"):
            return self._layer(operation, given, shape)
        if operation.kind == "attention":
            self._attention(operation, given, shape)
        else:
            self.values[operation.output] = self._passed(operation, given, shape)
        return frozenset()

    def _passed(self, operation: Operation, given: Sequence[Provenance], shape: Shape) -> Provenance:
        """Push provenance through an operation that makes no layer."""
        if operation.kind == "move" and operation.route is not None:
            return moved(given, operation.route)
        if operation.kind == "pool" and operation.route is not None:
            return self._bent(pooled(given, operation.route))
        if operation.kind == "sum":
            factors = operation.options["factors"]
            return summed(given, shape, factors=factors)
        if operation.kind == "product":
            united = self._bent(multiplied(given, shape))
            return replace(united, unsigned=united.unsigned | united.bent)
        if operation.kind == "pointwise":
            return self._bent(scaled(given[0], None, shape))
        return scaled(given[0], operation.tensors.get("factor"), shape)

    def _bent(self, given: Provenance) -> Provenance:
        """Note that all its layers came through something that is not linear."""
        return replace(given, bent=given.bent | self.findings.among(given.table.indices))

    def _layer(self, operation: Operation, given: Sequence[Provenance], shape: Shape) -> frozenset[str]:
        """Add a layer, or a projection that attention absorbs; name the values up to its activations."""
        if operation.kind == "opaque" and not self.allow_opaque:
            raise _not_understood(operation)
        seen = [] if operation.kind == "opaque" else given
        features = tuple(self._seen(operation, one, number) for number, one in enumerate(seen))
        numbers = axis_numbers(shape, feature_axis(operation, shape))
        chain, summary = Chain(value=operation.output, numbers=numbers), None
        absorbed = operation.output in self.absorbed
        if operation.kind == "recurrent":
            chain = replace(chain, functions=(_CELLS[operation.options["cell"]],))
            summary = None if operation.options.get("steps") is None else "last step"
        elif not absorbed:
            chain = follow(self.program, self.consumers, operation.output, numbers)
        site = None if absorbed else site_of(chain.value, chain.numbers, summary=summary)
        own = np.arange(int(numbers.max()) + 1)
        self._add(operation, features, own, site=site, factor=chain.factor, activation=chain.activation)
        self.values[chain.value] = from_sources(chain.numbers, first=self.findings.layers[-1].first)
        return chain.inner

    def _seen(self, operation: Operation, given: Provenance, number: int) -> Features:
        """Collapse the positions of what a layer takes in."""
        numbers = seen_numbers(operation, given.patterns.shape, number)
        self._note_merges(given, numbers)
        return features_of(given, numbers, n_features=int(numbers.max()) + 1)

    def _note_merges(self, given: Provenance, numbers: IntArray) -> None:
        pairs = merges_of(given, numbers, n_inputs=len(self.findings.layers[0].neurons))
        if pairs.size:
            self.merges.append(pairs)

    def _attention(self, operation: Operation, given: Sequence[Provenance], shape: Shape) -> None:
        """Add a layer of heads; the elements of a head's vector are its sources, and their signs mean nothing."""
        heads = heads_of(given[0])
        for one in given[:3]:
            self._note_merges(one, heads.elements(one.patterns.shape))
        numbers = heads.elements(shape)
        neurons = np.repeat(np.arange(int(numbers.max() + 1) // shape[-1]), shape[-1])
        features = tuple(heads.features(one, int(neurons.max()) + 1) for one in given[:3])
        site = site_of(operation.output, neurons[numbers], summary="mean length over positions")
        added = self._add(operation, features, neurons, site=site)
        own = from_sources(numbers, first=added.first)
        self.values[operation.output] = replace(own, unsigned=frozenset({added.number}))

    def _add(
        self,
        operation: Operation,
        features: tuple[Features, ...],
        neurons: IntArray,
        *,
        site: Site | None,
        factor: FloatArray | None = None,
        activation: str = "identity",
    ) -> Found:
        """Put a layer to those found."""
        added = Found(
            number=len(self.findings.layers),
            kind=operation.kind,
            first=self.findings.next_source,
            neurons=neurons,
            site=site,
            operation=operation,
            features=features,
            factor=factor,
            activation=activation,
            name=operation.name,
        )
        self.findings.layers.append(added)
        return added


def _not_understood(operation: Operation) -> UnsupportedLayer:
    what = operation.options.get("operation", "of no name")
    where = f" at {operation.name!r}" if operation.name else ""
    return UnsupportedLayer(
        f"The operation {what!r}{where} is not understood, so no weights can be given to or through it. Write it with "
        "other operations, or pass `--allow-opaque` to make it a layer of kind 'opaque' with no weights into it."
    )
