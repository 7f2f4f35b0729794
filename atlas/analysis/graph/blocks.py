"""Neurons and the strengths between them as arrays, one block for each two layers that are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from atlas.analysis.graph.matrix import Pairs, symmetric_matrix, upper_edges, without_direction
from atlas.errors import ShapeError, UnknownName
from atlas.records import BoolArray, FloatArray, IntArray, NetworkRecord, WeightBlock


@dataclass(frozen=True, kw_only=True)
class GraphBlock:
    """Strengths from one layer to another, both given by their place in the graph; 0 where nothing joins two neurons.

    Within one layer of a graph without direction (`NeuronGraph.kind` is `activations`) each pair stands once, above the
    diagonal.
    """

    source: int
    target: int
    strength: FloatArray  # shape (n_source, n_target), not negative


@dataclass(frozen=True, kw_only=True)
class NeuronGraph:
    """Layers, and the strengths between their neurons. Neurons are numbered through, layer after layer."""

    layers: tuple[str, ...]  # from the input
    sizes: tuple[int, ...]  # neurons of each
    blocks: tuple[GraphBlock, ...]
    kind: str = "weights"  # what strengths are: weights (from source to target), or activations (without direction)
    n_trials: int | None = None  # that activations were compared on
    beside: NeuronGraph | None = None  # another graph of the same neurons, for methods that look at two

    def __post_init__(self) -> None:
        for block in self.blocks:
            expected = (self.sizes[block.source], self.sizes[block.target])
            if block.strength.shape != expected:
                raise ShapeError(
                    f"The strengths from {self.layers[block.source]!r} to {self.layers[block.target]!r} have shape "
                    f"{block.strength.shape}, the layers ask for {expected}. Give one strength for every pair "
                    "of neurons."
                )

    @classmethod
    def from_record(cls, record: NetworkRecord) -> NeuronGraph:
        """Take the kept weights of a network."""
        layers = sorted(record.layers, key=lambda layer: layer.number)
        place = {layer.name: index for index, layer in enumerate(layers)}
        return cls(
            layers=tuple(place),
            sizes=tuple(layer.n_neurons for layer in layers),
            blocks=tuple(_kept_block(block, place[block.source], place[block.target]) for block in record.blocks),
        )

    def select(self, layers: Sequence[str]) -> NeuronGraph:
        """Keep the named layers and the weights among them, in the order of the network."""
        for name in layers:
            if name not in self.layers:
                raise UnknownName("layer", name, self.layers)
        chosen = [index for index, name in enumerate(self.layers) if name in layers]
        place = {old: new for new, old in enumerate(chosen)}
        return replace(
            self,
            layers=tuple(self.layers[index] for index in chosen),
            sizes=tuple(self.sizes[index] for index in chosen),
            beside=None if self.beside is None else self.beside.select(layers),
            blocks=tuple(
                GraphBlock(
                    source=place[block.source],
                    target=place[block.target],
                    strength=block.strength,
                )
                for block in self.blocks
                if block.source in place and block.target in place
            ),
        )

    def restrict(self, kept: BoolArray) -> NeuronGraph:
        """Keep some neurons, shape (n_neurons,), and the strengths among them; a layer can be left without any."""
        if kept.all():
            return self
        parts = np.split(kept, self.offsets[1:-1])
        return replace(
            self,
            sizes=tuple(int(part.sum()) for part in parts),
            beside=None if self.beside is None else self.beside.restrict(kept),
            blocks=tuple(
                replace(block, strength=block.strength[np.ix_(parts[block.source], parts[block.target])])
                for block in self.blocks
            ),
        )

    @property
    def n_neurons(self) -> int:
        """Count the neurons."""
        return sum(self.sizes)

    @property
    def offsets(self) -> IntArray:
        """Give the number of every layer's first neuron, and of the one after the last; shape (n_layers + 1,)."""
        return np.concatenate([[0], np.cumsum(self.sizes, dtype=np.int64)])

    @property
    def layer_numbers(self) -> IntArray:
        """Give the place of every neuron's layer, shape (n_neurons,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def adjacency(self) -> sparse.csr_array:
        """Lay the strengths out as one symmetric matrix without direction, shape (n_neurons, n_neurons).

        Weights of a neuron onto itself are left out; two weights between the same two neurons are added.
        """
        return symmetric_matrix(self.sizes, self._pairs())

    @cached_property
    def edges(self) -> tuple[IntArray, IntArray, FloatArray]:
        """List the strengths of `adjacency` above its diagonal: numbers of both neurons, the smaller first; strength.

        In order of both numbers, each of shape (n_edges,); strengths that are 0 are left out.
        """
        return upper_edges(self.sizes, self._pairs())

    @cached_property
    def degree(self) -> FloatArray:
        """Sum the strengths of every neuron, in and out, itself left out; shape (n_neurons,)."""
        total = np.zeros(self.n_neurons)
        for (first, last), strength in self._pairs().items():
            total[self.offsets[first] : self.offsets[first + 1]] += strength.sum(axis=1, dtype=np.float64)
            total[self.offsets[last] : self.offsets[last + 1]] += strength.sum(axis=0, dtype=np.float64)
        return total

    @property
    def in_strength(self) -> FloatArray:
        """Sum the strengths of every neuron's incoming weights, shape (n_neurons,)."""
        total = np.zeros(self.n_neurons)
        for block in self.blocks:
            start, stop = self.offsets[block.target : block.target + 2]
            total[start:stop] += block.strength.sum(axis=0, dtype=np.float64)
        return total

    @property
    def out_strength(self) -> FloatArray:
        """Sum the strengths of every neuron's outgoing weights, shape (n_neurons,)."""
        total = np.zeros(self.n_neurons)
        for block in self.blocks:
            start, stop = self.offsets[block.source : block.source + 2]
            total[start:stop] += block.strength.sum(axis=1, dtype=np.float64)
        return total

    def _pairs(self) -> Pairs:
        return without_direction((block.source, block.target, block.strength) for block in self.blocks)


def _kept_block(block: WeightBlock, source: int, target: int) -> GraphBlock:
    """Take what is kept; the weight of a recurrent neuron on itself joins nothing, so it is left out."""
    strength = block.strength if block.kept is None else np.where(block.kept, block.strength, 0)
    if source == target:
        strength = strength * (1 - np.eye(len(strength)))
    return GraphBlock(source=source, target=target, strength=strength)
