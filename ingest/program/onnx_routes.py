"""Where the elements of a value come from: numbers of elements sent through a node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx

from atlas.records import IntArray
from ingest.program.onnx_graph import Graph, attributes_of
from ingest.program.operation import Array, Route, Shape
from ingest.program.windows import windows

MOVES = frozenset((
    "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Concat", "Slice", "Split", "Gather",
    "GatherElements", "GatherND", "Expand", "Tile", "Pad", "Identity", "Dropout", "Cast", "CastLike",
    "DepthToSpace", "SpaceToDepth", "Where", "ScatterND", "ScatterElements", "Trilu", "Compress", "Resize",
    "Upsample", "ReverseSequence",
))  # fmt: skip
WINDOWS = frozenset(("MaxPool", "AveragePool", "LpPool"))
_MOVED = {"Concat": slice(None), "Where": slice(1, 3), "ScatterND": slice(0, 3, 2), "ScatterElements": slice(0, 3, 2)}
_UNCHANGED = frozenset(("Identity", "Dropout", "Cast", "CastLike"))


def inputs_moved(graph: Graph, node: onnx.NodeProto) -> list[str] | None:
    """Name the values whose elements a node moves; None if where they go depends on data."""
    places = _MOVED.get(node.op_type, slice(0, 1))
    moved = list(node.input)[places]
    others = [name for name in node.input if name and name not in moved]
    if any(map(graph.is_data, others)) or not _moves_only(node):
        return None
    return [name for name in dict.fromkeys(moved) if graph.is_data(name)]


def _moves_only(node: onnx.NodeProto) -> bool:
    attributes = attributes_of(node)
    if node.op_type in ("Resize", "Upsample"):
        return bool(attributes.get("mode", "nearest") == "nearest")
    return bool(attributes.get("reduction", "none") == "none")


def move_route(graph: Graph, node: onnx.NodeProto, output: str) -> Route:
    """Give the route of a node that moves elements: constants it moves too count as none."""
    names = inputs_moved(graph, node) or []
    places = range(len(node.input))[_MOVED.get(node.op_type, slice(0, 1))]
    fixed: dict[str, Array] = {}
    for place, name in enumerate(node.input):
        array = graph.constant(name) if name and name not in names else None
        if array is not None:
            filler = place in places or (node.op_type == "Pad" and place == 2)
            fixed[name] = np.zeros(array.shape, dtype=np.int64) if filler else array

    def route(numbers: Sequence[IntArray]) -> IntArray:
        if node.op_type in _UNCHANGED:
            return numbers[0][..., None]
        known = {**fixed, **dict(zip(names, numbers, strict=True))}
        moved = graph.evaluate(node, known)[output]
        return np.asarray(moved).astype(np.int64)[..., None]

    return route


def window_route(node: onnx.NodeProto, shape: Shape) -> Route:
    """Give the route of a pooling over windows of a value of this shape."""
    attributes = attributes_of(node)
    kernel = [int(length) for length in attributes["kernel_shape"]]
    stride = [int(step) for step in attributes.get("strides", [1] * len(kernel))]
    dilation = [int(step) for step in attributes.get("dilations", [1] * len(kernel))]
    padding = _padding(attributes, shape[-len(kernel) :], kernel, stride, dilation)
    ceil_mode = bool(attributes.get("ceil_mode", 0))

    def route(numbers: Sequence[IntArray]) -> IntArray:
        return windows(
            numbers[0], kernel, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode
        )  # fmt: skip

    return route


def _padding(
    attributes: dict[str, object], sizes: Shape, kernel: list[int], stride: list[int], dilation: list[int]
) -> list[tuple[int, int]]:
    auto = attributes.get("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        pairs = []
        for size, length, step, spread in zip(sizes, kernel, stride, dilation, strict=True):
            total = max((-(-size // step) - 1) * step + spread * (length - 1) + 1 - size, 0)
            less, more = total // 2, total - total // 2
            pairs.append((less, more) if auto == "SAME_UPPER" else (more, less))
        return pairs
    pads = attributes.get("pads")
    ends = [0] * (2 * len(kernel)) if pads is None or auto == "VALID" else [int(pad) for pad in pads]  # type: ignore[attr-defined]
    return list(zip(ends[: len(kernel)], ends[len(kernel) :], strict=True))


def axes_route(axes: Sequence[int], n_axes: int, *, keep: bool) -> Route:
    """Give the route of a mean, sum or maximum over axes."""
    over = sorted(axis % n_axes for axis in axes)
    rest = [axis for axis in range(n_axes) if axis not in over]

    def route(numbers: Sequence[IntArray]) -> IntArray:
        moved = numbers[0].transpose([*rest, *over])
        shape = numbers[0].shape
        kept = [1 if axis in over else shape[axis] for axis in range(n_axes) if keep or axis not in over]
        return moved.reshape(*kept, -1)

    return route


def stack_route(numbers: Sequence[IntArray]) -> IntArray:
    """Send numbers through a maximum, minimum or mean of several values, element by element."""
    return np.stack(np.broadcast_arrays(*numbers), axis=-1)
