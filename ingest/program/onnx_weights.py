"""Operations with weights: linear maps, convolutions, embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx

from ingest.program.onnx_graph import Graph, attributes_of
from ingest.program.onnx_names import layer_name
from ingest.program.operation import Array, Operation


def weighted(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    """Make the operation of a node that multiplies by constant weights, with a constant added after it as its bias."""
    if node.op_type == "Add":
        return _with_bias(graph, node, value)
    rule = {"Gemm": _gemm, "MatMul": _matmul, "Conv": _convolution, "ConvTranspose": _convolution, "Gather": _embedding}
    return rule[node.op_type](graph, node, value) if node.op_type in rule else None


def floating(array: Array) -> Array:
    """Give an array as numbers of single precision, or of double where it has them."""
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)


def _with_bias(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    product, fixed = node.input if graph.is_data(node.input[0]) else node.input[::-1]
    before, added = graph.maker(product), graph.constants.get(fixed)
    if before is None or added is None or before.op_type != "MatMul" or not graph.read_once(product):
        return None
    operation = _matmul(graph, before, product)
    if operation is None or graph.recurrent.get(product):
        return None
    n_out = len(operation.tensors["weight"])
    if added.size not in (1, added.shape[-1] if added.ndim else 1) or added.size not in (1, n_out):
        return None
    tensors = {**operation.tensors, "bias": floating(np.broadcast_to(added.ravel(), (n_out,)))}
    name = layer_name(graph, before, weights=[before.input[1], fixed])
    return Operation(kind="linear", inputs=operation.inputs, output=value, name=name, tensors=tensors)


def _matmul(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    weight = graph.constants.get(node.input[1])
    if weight is None or weight.ndim < 2 or any(length != 1 for length in weight.shape[:-2]):
        return None
    if weight.ndim > len(graph.shapes[node.input[0]]):
        return None
    tensors = {"weight": floating(weight.reshape(weight.shape[-2:]).T)}
    name = layer_name(graph, node, weights=[node.input[1]])
    return Operation(kind="linear", inputs=(node.input[0],), output=value, name=name, tensors=tensors)


def _gemm(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    attributes = attributes_of(node)
    weight = graph.constants.get(node.input[1])
    bias = [*node.input, ""][2]
    if weight is None or not graph.is_data(node.input[0]):
        return None
    rows = weight if attributes.get("transB", 0) else weight.T
    tensors = {"weight": floating(rows) * np.float32(attributes.get("alpha", 1.0))}
    if bias:
        added = floating(np.asarray(graph.constant(bias))) * np.float32(attributes.get("beta", 1.0))
        tensors["bias"] = np.broadcast_to(added, (1, len(rows)))[0]
    name = layer_name(graph, node, weights=[node.input[1], bias])
    return Operation(kind="linear", inputs=(node.input[0],), output=value, name=name, tensors=tensors)


def _convolution(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    weight = graph.constants.get(node.input[1])
    bias = [*node.input, ""][2]
    if weight is None or not graph.is_data(node.input[0]) or (bias and bias not in graph.constants):
        return None
    tensors = {"weight": floating(weight)}
    if bias:
        tensors["bias"] = floating(graph.constants[bias])
    options: dict[str, Any] = {
        "groups": attributes_of(node).get("group", 1),
        "transposed": node.op_type == "ConvTranspose",
    }
    options |= {} if options["transposed"] else _placing(node, weight.ndim - 2)
    name = layer_name(graph, node, weights=[node.input[1], bias])
    inputs = (node.input[0],)
    return Operation(kind="convolution", inputs=inputs, output=value, name=name, tensors=tensors, options=options)


def _placing(node: onnx.NodeProto, n_axes: int) -> dict[str, Any]:
    """Tell where a convolution puts its kernel, for every axis; nothing where that follows the size of the input."""
    attributes = attributes_of(node)
    if attributes.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        return {}
    pads = list(attributes.get("pads", [0] * 2 * n_axes))
    return {
        "stride": tuple(attributes.get("strides", [1] * n_axes)),
        "dilation": tuple(attributes.get("dilations", [1] * n_axes)),
        "padding": tuple(zip(pads[:n_axes], pads[n_axes:], strict=True)),
    }


def _embedding(graph: Graph, node: onnx.NodeProto, value: str) -> Operation | None:
    table = graph.constants.get(node.input[0])
    if table is None or table.ndim != 2 or attributes_of(node).get("axis", 0) != 0:
        return None
    name = layer_name(graph, node, weights=[node.input[0]])
    inputs = (node.input[1],)
    return Operation(kind="embedding", inputs=inputs, output=value, name=name, tensors={"weight": floating(table)})
