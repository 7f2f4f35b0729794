"""A network's weights as arrays, for analyses of structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from atlas.errors import ShapeError, UnknownName
from atlas.records import FloatArray, IntArray, NetworkRecord, WeightBlock


@dataclass(frozen=True, kw_only=True)
class GraphBlock:
    """Weights from one layer to another, both given by their place in the graph. Weights left out are 0."""

    source: int
    target: int
    strength: FloatArray  # shape (n_source, n_target), not negative


@dataclass(frozen=True, kw_only=True)
class WeightGraph:
    """Layers, and the weights between them. Neurons are numbered through, layer after layer."""

    layers: tuple[str, ...]  # from the input
    sizes: tuple[int, ...]  # neurons of each
    blocks: tuple[GraphBlock, ...]

    def __post_init__(self) -> None:
        for block in self.blocks:
            expected = (self.sizes[block.source], self.sizes[block.target])
            if block.strength.shape != expected:
                raise ShapeError(
                    f"The weights from {self.layers[block.source]!r} to {self.layers[block.target]!r} have shape "
                    f"{block.strength.shape}, the layers ask for {expected}. Give one strength for every pair "
                    "of neurons."
                )

    @classmethod
    def from_record(cls, record: NetworkRecord) -> WeightGraph:
        """Take the kept weights of a network."""
        layers = sorted(record.layers, key=lambda layer: layer.number)
        place = {layer.name: index for index, layer in enumerate(layers)}
        return cls(
            layers=tuple(place),
            sizes=tuple(layer.n_neurons for layer in layers),
            blocks=tuple(_kept_block(block, place[block.source], place[block.target]) for block in record.blocks),
        )

    def select(self, layers: Sequence[str]) -> WeightGraph:
        """Keep the named layers and the weights among them, in the order of the network."""
        for name in layers:
            if name not in self.layers:
                raise UnknownName("layer", name, self.layers)
        chosen = [index for index, name in enumerate(self.layers) if name in layers]
        place = {old: new for new, old in enumerate(chosen)}
        return WeightGraph(
            layers=tuple(self.layers[index] for index in chosen),
            sizes=tuple(self.sizes[index] for index in chosen),
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
        upper = sparse.csr_array((self.n_neurons, self.n_neurons), dtype=np.float64)
        for block in self.blocks:
            upper = upper + self._placed(block)
        both = sparse.csr_array(upper + upper.T)
        both.setdiag(0.0)
        both.eliminate_zeros()
        both.sort_indices()
        return both

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

    def _placed(self, block: GraphBlock) -> sparse.csr_array:
        rows, columns = np.nonzero(block.strength)
        where = (rows + self.offsets[block.source], columns + self.offsets[block.target])
        strength = block.strength[rows, columns].astype(np.float64)
        return sparse.csr_array((strength, where), shape=(self.n_neurons, self.n_neurons))


def _kept_block(block: WeightBlock, source: int, target: int) -> GraphBlock:
    """Take what is kept; the weight of a recurrent neuron on itself joins nothing, so it is left out."""
    strength = block.strength if block.kept is None else np.where(block.kept, block.strength, 0)
    if source == target:
        strength = strength * (1 - np.eye(len(strength)))
    return GraphBlock(source=source, target=target, strength=strength)
