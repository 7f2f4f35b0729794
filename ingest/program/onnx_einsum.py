"""Products written as sums over letters, and weights of several heads at once, brought to plain matrix products."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import numpy as np
import onnx

from ingest.program.onnx_graph import Graph, attributes_of, make


def split_einsum(graph: Graph, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """Write an Einsum of data with a constant, or of data with data, as a matrix product; others stay."""
    equation = str(attributes_of(node)["equation"]).replace(" ", "")
    terms, _, result = equation.partition("->")
    letters = terms.split(",")
    plain = "." not in equation and all(len(set(term)) == len(term) for term in [*letters, result]) and result
    moving = [number for number, name in enumerate(node.input) if graph.is_data(name)]
    if plain and len(letters) == 2 and len(moving) == 1 and node.input[1 - moving[0]] in graph.constants:
        data, fixed = moving[0], 1 - moving[0]
        if not set(letters[0]) & set(letters[1]) & set(result):
            yield from _with_constant(graph, node, letters[data], letters[fixed], result, data=data)
            return
    if plain and len(letters) == len(moving) == 2:
        shared = [letter for letter in letters[0] if letter in letters[1]]
        summed = [letter for letter in shared if letter not in result]
        alone = [[letter for letter in term if letter not in shared] for term in letters]
        if len(summed) == len(alone[0]) == len(alone[1]) == 1 and set(alone[0] + alone[1]) <= set(result):
            batch = [letter for letter in shared if letter in result]
            left = yield from _turn(graph, node.input[0], letters[0], [*batch, *alone[0], *summed])
            right = yield from _turn(graph, node.input[1], letters[1], [*batch, *summed, *alone[1]])
            product = [*batch, *alone[0], *alone[1]]
            yield from _end(graph, make("MatMul", [left, right], node.output[0], like=node), product, result)
            return
    yield node


def _with_constant(
    graph: Graph, node: onnx.NodeProto, letters: str, fixed: str, result: str, *, data: int
) -> Iterator[onnx.NodeProto]:
    summed = [letter for letter in letters if letter in fixed]
    kept = [letter for letter in letters if letter not in fixed]
    made = [letter for letter in fixed if letter not in letters]
    if set(result) != {*kept, *made} or not summed:
        yield node
        return
    name, weight = node.input[data], node.input[1 - data]
    array = graph.constants[weight].transpose(_order(fixed, [*summed, *made]))
    lengths = array.shape[len(summed) :]
    n_summed = int(np.prod(array.shape[: len(summed)]))
    held = graph.hold(np.ascontiguousarray(array.reshape(n_summed, -1)), weight, origin=weight)
    turned = yield from _turn(graph, name, letters, [*kept, *summed])
    flat, product = graph.fresh(node.output[0]), graph.fresh(node.output[0])
    yield make("Reshape", [turned, graph.hold(np.array([*[0] * len(kept), n_summed]), flat)], flat)
    yield make("MatMul", [flat, held], product, like=node)
    target = graph.hold(np.array([*[0] * len(kept), *lengths]), product)
    yield from _end(graph, make("Reshape", [product, target], node.output[0]), [*kept, *made], result)


def split_heads(graph: Graph, node: onnx.NodeProto) -> Iterator[onnx.NodeProto]:
    """Write (..., 1, positions, k) times (heads, k, n) as one matrix product with heads times n columns."""
    name, weight = node.input
    array, n_axes = graph.constants[weight], len(graph.shapes[name])
    n_heads, n_in, n_out = array.shape
    held = graph.hold(array.transpose(1, 0, 2).reshape(n_in, n_heads * n_out), weight, origin=weight)
    single, product, apart = (graph.fresh(node.output[0]) for _ in range(3))
    yield make("Squeeze", [name, graph.hold(np.array([n_axes - 3]), single)], single)
    yield make("MatMul", [single, held], product, like=node)
    yield make("Reshape", [product, graph.hold(np.array([*[0] * (n_axes - 2), n_heads, n_out]), apart)], apart)
    perm = [*range(n_axes - 3), n_axes - 2, n_axes - 3, n_axes - 1]
    yield make("Transpose", [apart], node.output[0], perm=perm)


def _turn(graph: Graph, name: str, letters: str, wanted: Sequence[str]) -> Generator[onnx.NodeProto, None, str]:
    """Bring axes into the wanted order, with a node if one is needed; give the name of the value."""
    if list(letters) == list(wanted):
        return name
    turned = graph.fresh(name)
    yield make("Transpose", [name], turned, perm=_order(letters, wanted))
    return turned


def _end(graph: Graph, last: onnx.NodeProto, letters: Sequence[str], wanted: str) -> Iterator[onnx.NodeProto]:
    """Yield a node, and after it one that brings its axes into the wanted order if they are not."""
    output = last.output[0]
    if list(letters) != list(wanted):
        last.output[0] = graph.fresh(output)
        yield last
        yield make("Transpose", [last.output[0]], output, perm=_order(letters, wanted))
    else:
        yield last


def _order(letters: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [letters.index(letter) for letter in wanted]
