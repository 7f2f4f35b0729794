"""Rewrite an ONNX graph until every operation's inputs and output are values of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import onnx

from ingest.program.onnx_einsum import split_einsum, split_heads
from ingest.program.onnx_graph import Graph, attributes_of, make
from ingest.program.onnx_recurrent import split_recurrent

Nodes = Iterator[onnx.NodeProto]


def rewrite(graph: Graph) -> None:
    """Rewrite every node that needs it. Takes the shapes of the graph's values; new values have none yet."""
    nodes = [new for node in graph.nodes for new in _RULES.get(node.op_type, _as_it_is)(graph, node)]
    graph.replace(nodes)


def _as_it_is(graph: Graph, node: onnx.NodeProto) -> Nodes:  # noqa: ARG001
    yield node


def _gemm(graph: Graph, node: onnx.NodeProto) -> Nodes:
    """Transpose the left side in a node of its own; add what is no constant in one too."""
    attributes = attributes_of(node)
    left, right, *rest = node.input
    if attributes.pop("transA", 0):
        left = graph.fresh(left)
        yield make("Transpose", [node.input[0]], left, perm=[1, 0])
    moving = bool(rest and rest[0]) and graph.is_data(rest[0])
    if not moving:
        yield make("Gemm", [left, right, *rest], node.output[0], like=node, **attributes)
        return
    added, beta = rest[0], attributes.pop("beta", 1.0)
    if beta != 1.0:
        factor, added = graph.hold(np.array(beta, dtype=np.float32), node.output[0]), graph.fresh(added)
        yield make("Mul", [rest[0], factor], added)
    product = graph.fresh(node.output[0])
    yield make("Gemm", [left, right], product, like=node, **attributes)
    yield make("Add", [product, added], node.output[0])


def _matmul(graph: Graph, node: onnx.NodeProto) -> Nodes:
    """Bring constants to the right side with two axes."""
    left, right = node.input
    output = node.output[0]
    weight, other = graph.constants.get(left), graph.constants.get(right)
    if weight is not None and weight.ndim == 2 and graph.is_data(right) and len(graph.shapes[right]) > 1:
        swapped, product = graph.fresh(right), graph.fresh(output)
        perm = _swap(len(graph.shapes[right]))
        yield make("Transpose", [right], swapped, perm=perm)
        held = graph.hold(np.ascontiguousarray(weight.T), output, origin=left)
        yield make("MatMul", [swapped, held], product, like=node)
        yield make("Transpose", [product], output, perm=perm)
    elif other is not None and other.ndim == 1 and graph.is_data(left):
        product = graph.fresh(output)
        yield make("MatMul", [left, graph.hold(other[:, None], output, origin=right)], product, like=node)
        yield make("Squeeze", [product, graph.hold(np.array([-1]), output)], output)
    elif other is not None and other.ndim == 3 and graph.shapes[left][-3:-2] == (1,) and len(graph.shapes[left]) > 3:
        yield from split_heads(graph, node)
    else:
        yield node


def _binary(graph: Graph, node: onnx.NodeProto) -> Nodes:
    """Repeat a value to the shape that a larger constant gives it, before the two are joined."""
    sides = list(node.input)
    moving = [number for number, name in enumerate(sides) if graph.is_data(name)]
    shape = graph.shapes[node.output[0]]
    if len(sides) == 2 and len(moving) == 1 and graph.shapes[sides[moving[0]]] != shape:
        fixed = graph.constant(sides[1 - moving[0]])
        if fixed is not None:
            wide = graph.fresh(sides[moving[0]])
            target = graph.hold(np.array(fixed.shape, dtype=np.int64), wide)
            yield make("Expand", [sides[moving[0]], target], wide)
            sides[moving[0]] = wide
            yield make(node.op_type, sides, node.output[0], like=node)
            return
    yield node


def _swap(n_axes: int) -> list[int]:
    return [*range(n_axes - 2), n_axes - 1, n_axes - 2]


def _dropout(graph: Graph, node: onnx.NodeProto) -> Nodes:
    """Take a dropout out, whatever mode it was exported in, unless its mask is read."""
    masked = graph.is_read([*node.output, ""][1])
    yield node if masked else make("Identity", [node.input[0]], node.output[0])


_RULES: dict[str, Callable[[Graph, onnx.NodeProto], Nodes]] = {
    "Dropout": _dropout,
    "Einsum": split_einsum,
    "Gemm": _gemm,
    "MatMul": _matmul,
    **dict.fromkeys(("Add", "Sub", "Mul", "Div"), _binary),
    **dict.fromkeys(("RNN", "LSTM", "GRU"), split_recurrent),
}
