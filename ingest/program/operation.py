"""A network as a list of operations, whatever it was read from.

Values are arrays with names. Every operation takes values in and puts one value out. What an operation is to the
walk stands in its `kind`; a front end (torch, ONNX) makes the operations and knows how to run them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from atlas.records import FloatArray, IntArray

Array = NDArray[Any]
Shape = tuple[int, ...]
Hook = Callable[[Array], Array]  # takes a value (batched), gives the one that stands in its place
Route = Callable[[Sequence[IntArray]], IntArray]

Kind = Literal[
    "linear",  # input @ weight.T + bias over the last axis; weight (n_out, n_in)
    "convolution",  # weight as torch keeps it, channels on axis 1; options: groups, transposed; where it is not
    # transposed and does not follow the size of its input: stride, dilation, padding (before, after), by axis
    "embedding",  # rows of weight (n_rows, n_dimensions) chosen by integers; dimensions on the last axis
    "recurrent",  # one layer, both directions: see `recurrent` below
    "attention",  # inputs query, key, value, each (..., positions, width); heads on the axes before these two
    "scale",  # every element times a fixed factor, plus a constant; tensors: factor, broadcast to the output
    "normalise",  # layer, group, instance or RMS norm, softmax: elements keep their places; tensors: factor, if any;
    # options: norm, its name, where it is one operation of the file
    "pointwise",  # a function of each element alone; options: function, as a chain writes it ("leaky_relu(0.2)")
    "move",  # elements change places only: reshape, permute, slice, concatenate, pad, expand; see `route`
    "pool",  # every element put out joins several taken in: pooling, mean or maximum over axes; see `route`
    "sum",  # of the inputs times factors, element by element, broadcast; options: factors, a number for each input
    "product",  # of the inputs, element by element, broadcast; quotients too
    "opaque",  # not understood; options: operation, its name in the words of the file
]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step of a forward pass.

    `recurrent` has the options `cell` (rnn_tanh, rnn_relu, lstm, gru) and `bidirectional`, and the tensors
    `weight_ih` (n_gates * n_hidden, n_in) and `weight_hh` (n_gates * n_hidden, n_hidden) in torch's order of gates,
    `weight_ih_reverse` and `weight_hh_reverse` where it runs both ways. It puts out the states of all steps, the
    neurons on the last axis; options: `steps`, the axis of the steps, None for a single cell.
    """

    kind: Kind
    inputs: tuple[str, ...]  # values that depend on the network's inputs
    output: str  # the value it puts out, a name of its own
    name: str = ""  # of the layer it would be, from its module or tensors: `features.0`; empty: none
    tensors: Mapping[str, Array] = field(default_factory=dict)  # float32 or float64
    options: Mapping[str, Any] = field(default_factory=dict)
    route: Route | None = None
    """Of `move` and `pool`: where every element comes from. Takes arrays of the inputs' shapes (a batch of one)
    holding non-zero numbers of elements; gives an array of the output's shape with one more axis at the end: the
    elements joined there, 0 for none. That axis has length 1 for a move."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """What a network takes in."""

    value: str
    shape: Shape  # of one trial, without the batch
    dtype: str  # float32, float64, or int64 for tokens


class Program(Protocol):
    """Operations in order, ready to run."""

    @property
    def input(self) -> Input: ...
    @property
    def output(self) -> str:
        """Value put out in the end, before any softmax that ends the network."""
        ...

    @property
    def operations(self) -> tuple[Operation, ...]: ...
    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Shapes of all values at a batch of one (so with that axis, wherever it is, possibly merged with another)."""
        ...

    def run(
        self, given: Mapping[str, Array], wanted: Sequence[str], *, hooks: Mapping[str, Hook] | None = None
    ) -> dict[str, Array]:
        """Compute values from values.

        Parameters
        ----------
        given
            Values that are known, batched; only what `wanted` needs beyond them is computed. They stay as they are.
        wanted
            Names of values.
        hooks
            By value: what stands in its place for all that comes after. Also applied to values that are given. At a
            recurrent operation it is applied to the state of every step, as an array of the output's shape with one
            step, before the next step is computed.

        Raises
        ------
        BadParameter
            Something is wanted that the given values do not lead to.
        """
        ...


def numbered(shape: Shape, *, first: int = 1) -> IntArray:
    """Number the elements of a value, to send them through routes."""
    return np.arange(first, first + int(np.prod(shape, dtype=np.int64)), dtype=np.int64).reshape(shape)


def factor_of(operation: Operation, shape: Shape) -> FloatArray | None:
    """Give the factor of a `scale` or `normalise` for every element put out; None where there is none."""
    factor = operation.tensors.get("factor")
    return None if factor is None else np.broadcast_to(factor, shape)
