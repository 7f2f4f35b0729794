"""Recognise attention: softmax of the products of queries and keys, times values."""

from __future__ import annotations

from dataclasses import dataclass

import onnx

from ingest.program.onnx_graph import Graph, attributes_of, make

_PASSED = (  # between the products and the softmax, and between it and the values
    "Add", "Cast", "Div", "Dropout", "Expand", "Identity", "IsNaN", "Max", "Min", "Mul", "Reshape", "Softmax",
    "Squeeze", "Sub", "Tanh", "Unsqueeze", "Where", "Clip", "Not", "IsInf",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Attention:
    """One attention in a graph."""

    scores: onnx.NodeProto  # multiplies queries with transposed keys
    mixed: onnx.NodeProto  # multiplies what comes of that with values


def find_attentions(graph: Graph) -> list[Attention]:
    """Find every attention of a graph; takes shapes."""
    found = []
    for node in graph.nodes:
        scores = _scores(graph, node) if _joins_data(graph, node) else None
        if scores is not None:
            found.append(Attention(scores=scores, mixed=node))
    return found


def separate_keys(graph: Graph) -> None:
    """Make the keys of every attention a value of the graph before they are transposed, and note what it takes in.

    A number that queries or keys are multiplied by is part of the attention, wherever it stands.
    """
    for attention in find_attentions(graph):
        query = _unscaled(graph, attention.scores.input[0])
        scaled = attention.scores.input[1]
        transposed = _unscaled(graph, scaled)
        shape = graph.shapes[transposed]
        perm = [*range(len(shape) - 2), len(shape) - 1, len(shape) - 2]
        before = graph.maker(transposed)
        if before is not None and before.op_type == "Transpose" and attributes_of(before).get("perm") == perm:
            key = _unscaled(graph, before.input[0])
        else:
            key, again = graph.fresh(transposed), graph.fresh(transposed)
            reader = graph.nodes[graph.readers[transposed][0]] if transposed != scaled else attention.scores
            reader.input[:] = [again if name == transposed else name for name in reader.input]
            place = graph.places[reader.output[0]]
            added = [make("Transpose", [transposed], key, perm=perm), make("Transpose", [key], again, perm=perm)]
            graph.replace([*graph.nodes[:place], *added, *graph.nodes[place:]])
        graph.attention[attention.mixed.output[0]] = (query, key, attention.mixed.input[1])


def _unscaled(graph: Graph, name: str) -> str:
    """Go back before multiplications by single numbers whose results nothing else reads."""
    node = graph.maker(name)
    while node is not None and node.op_type in ("Mul", "Div") and graph.read_once(name):
        moving, fixed = node.input if graph.is_data(node.input[0]) else node.input[::-1]
        number = graph.constant(fixed)
        if number is None or number.size != 1 or (node.op_type == "Div" and moving != node.input[0]):
            break
        name, node = str(moving), graph.maker(moving)
    return name


def _joins_data(graph: Graph, node: onnx.NodeProto) -> bool:
    return node.op_type == "MatMul" and all(map(graph.is_data, node.input)) and len(graph.shapes[node.output[0]]) > 2


def _scores(graph: Graph, mixed: onnx.NodeProto) -> onnx.NodeProto | None:
    """Walk back from the left side through one softmax to the one product of data that all comes from."""
    ahead, seen, softmaxes, products = [mixed.input[0]], set[str](), set[str](), dict[str, onnx.NodeProto]()
    positions = graph.shapes[mixed.input[0]][-2:]
    while ahead:
        name = ahead.pop()
        node = graph.maker(name)
        if name in seen or not graph.is_data(name):
            continue
        seen.add(name)
        if node is None or graph.shapes[name][-2:] != positions:
            return None
        if _joins_data(graph, node):
            products[name] = node
        elif node.op_type in _PASSED:
            softmaxes |= {name} if node.op_type == "Softmax" and _over_last(graph, node) else set()
            ahead += node.input
        else:
            return None
    return next(iter(products.values())) if len(products) == len(softmaxes) == 1 else None


def _over_last(graph: Graph, node: onnx.NodeProto) -> bool:
    return attributes_of(node).get("axis", -1) in (-1, len(graph.shapes[node.output[0]]) - 1)
