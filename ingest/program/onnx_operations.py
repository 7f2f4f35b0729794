"""Turn the nodes of an ONNX graph into operations, backwards from the output."""

from __future__ import annotations

import numpy as np
import onnx

from ingest.program.onnx_graph import Graph, attributes_of
from ingest.program.onnx_names import layer_name
from ingest.program.onnx_pointwise import (
    ARITHMETIC,
    POINTWISE,
    REDUCTIONS,
    function_name,
    reduces,
    root_of,
    written_out,
)
from ingest.program.onnx_recurrent import cell_of, recurrent_tensors
from ingest.program.onnx_routes import (
    MOVES,
    WINDOWS,
    axes_route,
    inputs_moved,
    move_route,
    stack_route,
    window_route,
)
from ingest.program.onnx_weights import floating, weighted
from ingest.program.operation import Array, Operation

_ENDS = frozenset(("Softmax", "LogSoftmax"))
_NORMALISES = frozenset((
    "Softmax", "LogSoftmax", "LayerNormalization", "GroupNormalization", "InstanceNormalization",
    "RMSNormalization", "LpNormalization", "MeanVarianceNormalization", "LRN", "SimplifiedLayerNormalization",
))  # fmt: skip
_MINUS = np.array([-1], dtype=np.float32)
_GLOBAL = frozenset(("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"))


def operations_of(graph: Graph, output: str) -> tuple[Operation, ...]:
    """List the operations that a value needs, in order of execution."""
    found: dict[str, Operation] = {}
    ahead = [output]
    while ahead:
        value = ahead.pop()
        if value not in found and value != graph.input:
            found[value] = operation_at(graph, value)
            ahead += found[value].inputs
    return tuple(sorted(found.values(), key=lambda operation: graph.places[operation.output]))


def end_of(graph: Graph) -> str:
    """Name what the network puts out, before any softmax that ends it."""
    node = graph.maker(graph.output)
    while node is not None and node.op_type in ("Identity", *_ENDS):
        if node.op_type in _ENDS:
            return str(node.input[0])
        node = graph.maker(node.input[0])
    return graph.output


def operation_at(graph: Graph, value: str) -> Operation:
    """Make the operation that puts a value out."""
    node = graph.maker(value)
    if node is None:
        raise KeyError(value)
    for rule in (_recurrent, _attention, _written_out, weighted, _simple, _joined, _moved, _pooled):
        operation = rule(graph, node, value)
        if operation is not None:
            return operation
    inputs = tuple(name for name in dict.fromkeys(node.input) if graph.is_data(name))
    name = layer_name(graph, node)
    return Operation(kind="opaque", inputs=inputs, output=value, name=name, options={"operation": node.op_type})


def _recurrent(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:  # noqa: ARG001
    layer = graph.recurrent.get(value)
    if layer is None:
        return None
    attributes = attributes_of(layer)
    options = {
        "cell": cell_of(graph, layer),
        "bidirectional": attributes.get("direction") == "bidirectional",
        "steps": 0,
        "linear_before_reset": bool(attributes.get("linear_before_reset", 0)),
    }
    return Operation(
        kind="recurrent", inputs=(layer.input[0],), output=value, options=options,
        name=layer_name(graph, layer, weights=list(layer.input[1:3])), tensors=recurrent_tensors(graph, layer),
    )  # fmt: skip


def _attention(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    heads = graph.attention.get(value)
    name = layer_name(graph, node, kind="attention")
    return None if heads is None else Operation(kind="attention", inputs=heads, output=value, name=name)


def _written_out(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    """Recognise activations and normalisations made of several nodes."""
    if node.op_type not in ARITHMETIC:
        return None
    found = root_of(graph, value)
    n_moving = sum(map(graph.is_data, node.input))
    if found is not None:
        name = written_out(graph, *found, value)
        if name is not None or (n_moving == 2 and node.op_type in ("Mul", "Div")):
            return Operation(
                kind="pointwise", inputs=found[:1], output=value, options={"function": name or "pointwise"}
            )
    normal = root_of(graph, value, reducing=True) if n_moving == 2 else None
    if normal is not None and reduces(graph, normal[1]) and graph.shapes[normal[0]] == graph.shapes[value]:
        return Operation(kind="normalise", inputs=normal[:1], output=value)
    return None


def _simple(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    """Make what leaves every element at its place."""
    moving = tuple(name for name in node.input if graph.is_data(name))
    if node.op_type in _NORMALISES:
        tensors, options = _gain(graph, node), {"norm": node.op_type}
        return Operation(kind="normalise", inputs=moving[:1], output=value, tensors=tensors, options=options)
    if node.op_type == "BatchNormalization" and len(moving) == 1:
        return Operation(kind="scale", inputs=moving, output=value, tensors=_batch_norm(graph, node))
    if node.op_type == "Neg":
        return Operation(kind="scale", inputs=moving, output=value, tensors={"factor": _MINUS})
    if node.op_type in ARITHMETIC and len(moving) == 1:
        return _scaled(graph, node, value)
    if (node.op_type in POINTWISE or node.op_type in ("Max", "Min")) and len(moving) == 1:
        return Operation(
            kind="pointwise", inputs=moving, output=value, options={"function": function_name(graph, node)}
        )
    return None


def _scaled(graph: Graph, node: onnx.NodeProto, value: str) -> Operation:
    """Join a value with a constant."""
    left, right = node.input
    moving, fixed = (left, right) if graph.is_data(left) else (right, left)
    constant = np.asarray(graph.constant(fixed))
    if node.op_type == "Div" and moving == right:
        return Operation(kind="pointwise", inputs=(moving,), output=value, options={"function": "reciprocal"})
    tensors: dict[str, Array] = {}
    if node.op_type in ("Mul", "Div"):
        tensors["factor"] = floating(constant) if node.op_type == "Mul" else 1 / floating(constant)
    else:
        tensors["offset"] = -floating(constant) if node.op_type == "Sub" and moving == left else floating(constant)
        if node.op_type == "Sub" and moving == right:
            tensors["factor"] = _MINUS
    return Operation(kind="scale", inputs=(moving,), output=value, tensors=tensors)


def _batch_norm(graph: Graph, node: onnx.NodeProto) -> dict[str, Array]:
    gain, bias, mean, variance = (floating(graph.constants[name]) for name in node.input[1:])
    factor = gain / np.sqrt(variance + attributes_of(node).get("epsilon", 1e-5))
    shape = (-1, *[1] * (len(graph.shapes[node.output[0]]) - 2))
    return {"factor": factor.reshape(shape), "offset": (bias - mean * factor).reshape(shape)}


def _gain(graph: Graph, node: onnx.NodeProto) -> dict[str, Array]:
    """Give the gain of a normalisation, in a shape that is broadcast to what comes out."""
    gain = graph.constant(node.input[1]) if len(node.input) > 1 else None
    if gain is None:
        return {}
    shape = graph.shapes[node.output[0]]
    if node.op_type in ("GroupNormalization", "InstanceNormalization"):
        gain = np.repeat(gain, shape[1] // len(gain)).reshape(-1, *[1] * (len(shape) - 2))
    return {"factor": floating(gain)}


def _joined(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    """Make sums and products of several values."""
    moving = tuple(name for name in node.input if graph.is_data(name))
    if node.op_type in ("Add", "Sub", "Sum"):
        factors = (1.0, -1.0) if node.op_type == "Sub" else (1.0,) * len(moving)
        return Operation(kind="sum", inputs=moving, output=value, options={"factors": factors})
    if node.op_type in ("Mul", "Div"):
        return Operation(kind="product", inputs=moving, output=value)
    if node.op_type in ("Max", "Min", "Mean"):
        return Operation(kind="pool", inputs=moving, output=value, route=stack_route)
    return None


def _moved(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    inputs = inputs_moved(graph, node) if node.op_type in MOVES else None
    if not inputs:
        return None
    return Operation(kind="move", inputs=tuple(inputs), output=value, route=move_route(graph, node, value))


def _pooled(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    source = node.input[0]
    if not graph.is_data(source):
        return None
    n_axes = len(graph.shapes[source])
    if node.op_type in WINDOWS and value == node.output[0]:
        route = window_route(node, graph.shapes[source])
    elif node.op_type in _GLOBAL:
        route = axes_route(range(2, n_axes), n_axes, keep=True)
    elif node.op_type in REDUCTIONS:
        attributes = attributes_of(node)
        given = graph.constant(node.input[1]) if len(node.input) > 1 and node.input[1] else attributes.get("axes")
        every = [] if attributes.get("noop_with_empty_axes", 0) else range(n_axes)
        axes = [int(axis) for axis in given] if given is not None and len(given) else every
        route = axes_route(axes, n_axes, keep=bool(attributes.get("keepdims", 1)))
    else:
        return None
    return Operation(kind="pool", inputs=(source,), output=value, route=route)
