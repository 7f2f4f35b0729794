"""Where the activations of layers stand, and the numbering of neurons over axes."""

from __future__ import annotations

import numpy as np

from atlas.records import IntArray
from ingest.program.operation import Operation, Shape
from ingest.walk.walked import Site


def axis_numbers(shape: Shape, axis: int) -> IntArray:
    """Number elements by their place on one axis, shape of the value."""
    own = [1] * len(shape)
    own[axis] = shape[axis]
    return np.broadcast_to(np.arange(shape[axis]).reshape(own), shape)


def feature_axis(operation: Operation, shape: Shape) -> int:
    """Tell on which axis the features of a layer's input, or its neurons, stand.

    Channels stand on axis 1. What is not understood has channels too where it puts out three axes or more, the first
    of them a batch. All else is on the last axis.
    """
    if operation.kind == "convolution" or (operation.kind == "opaque" and len(shape) > 2 and shape[0] == 1):
        return 1
    return len(shape) - 1


def site_of(value: str, numbers: IntArray, *, summary: str | None = None) -> Site:
    """Make a site; unless told otherwise, a neuron with several elements has the mean over them."""
    if summary is None:
        several = int(np.bincount(numbers[numbers >= 0].reshape(-1)).max(initial=0)) > 1
        summary = "mean over positions" if several else "alone"
    return Site(value=value, numbers=numbers, summary=summary)


def output_numbers(patterns: IntArray) -> IntArray:
    """Number what a network puts out: by the axes along which elements have different sources, else by the last."""
    varying = [axis for axis in range(patterns.ndim) if bool((patterns != patterns.take([0], axis=axis)).any())]
    axes = varying or [patterns.ndim - 1] if patterns.ndim else []
    own = [size if axis in axes else 1 for axis, size in enumerate(patterns.shape)]
    numbers = np.arange(np.prod(own, dtype=np.int64)).reshape(own)
    return np.broadcast_to(numbers, patterns.shape)


def seen_numbers(operation: Operation, shape: Shape, number: int) -> IntArray:
    """Number the features of what a layer takes in as its input `number`, shape of that value.

    Those of the first states of a recurrent layer, inputs 1 and 2, are its own neurons.
    """
    if operation.kind == "embedding":
        return np.zeros(shape, dtype=np.int64)
    numbers = axis_numbers(shape, feature_axis(operation, shape))
    if number and operation.options.get("bidirectional", False):
        return numbers + shape[-1] * axis_numbers(shape, 0)
    return numbers
