"""What a walk over a program finds: layers, where their activations stand, weights between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from atlas.records import CompositionBlock, FloatArray, IntArray, LayerRecord, WeightBlock

_PIECE = 1 << 20  # weights hashed together


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the activations of a layer stand in the forward pass.

    The value is what the layer puts out after batch norm and nonlinearity. Elements with the same number belong to
    one neuron: the positions of a channel, the vector of a head.
    """

    value: str
    numbers: IntArray  # number of the neuron of every element, -1 for none; shape of the value at a batch of one
    summary: str = "alone"  # how a neuron's elements become one number in a trial, see `SUMMARIES`


SUMMARIES = (
    "alone",  # it has one element
    "mean over positions",
    "mean length over positions",  # of a head: Euclidean length of its vector, averaged over positions
    "last step",  # of a recurrent layer
    "token",  # of an input of integers: they are names, not numbers
)


@dataclass(frozen=True, kw_only=True)
class Walked:
    """Layers in order of execution, the input first, the output last; blocks by target, then source."""

    layers: tuple[LayerRecord, ...]
    sites: Mapping[str, Site]  # by layer
    blocks: tuple[WeightBlock, ...]
    answers: IntArray  # neuron of the last layer that every element put out is; its shape at a batch of one
    compositions: tuple[CompositionBlock, ...] = ()

    @cached_property
    def weights_sha256(self) -> str:
        """Hash sizes and weights: the same for the same network from a file or from memory."""
        digest = hashlib.sha256(repr([(layer.name, layer.n_neurons) for layer in self.layers]).encode())
        for block in self.blocks:
            digest.update(f"{block.source}>{block.target}".encode())
            for array in (block.value, block.strength):
                for piece in (b"none",) if array is None else _pieces(array):
                    digest.update(piece)
        return digest.hexdigest()


def _pieces(array: FloatArray) -> Iterator[bytes]:
    """Give the bytes of an array row by row in double precision, so that it is never copied as a whole."""
    height = max(1, _PIECE // max(1, array.shape[1]))
    for top in range(0, array.shape[0], height):
        yield np.ascontiguousarray(array[top : top + height], dtype="<f8").tobytes()
