"""Find attention that is written out: a product of queries and keys, a softmax, a product with values.

The operation takes in queries (..., positions, width), keys and values (..., other positions, width). Keys that the
forward pass transposes are taken before they are, and where it multiplies in the other order a transpose is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import fx

from atlas.records import IntArray
from ingest.program.calls import argument, arguments, operation_name, words
from ingest.program.graph import Graph
from ingest.program.operation import numbered
from ingest.program.products import PRODUCTS

aten = torch.ops.aten
_SOFTMAX = {"softmax", "_softmax", "_safe_softmax"}
_ELEMENTWISE = words("add sub mul div where masked_fill tril triu clamp tanh nan_to_num")
_ELEMENTWISE |= words("clone contiguous alias detach dropout to _to_copy type_as")
_MOVES = words("view _unsafe_view reshape permute transpose unsqueeze squeeze flatten unflatten t swapaxes movedim")


@dataclass(frozen=True)
class Heads:
    """What attention takes in."""

    query: fx.Node
    key: fx.Node
    value: fx.Node


@dataclass(frozen=True)
class _Scores:
    """The product of queries and keys that attention weights come from, and whether rows of it are keys."""

    product: fx.Node
    swapped: bool


def find_attention(graph: Graph) -> dict[fx.Node, Heads]:
    """Find written-out attention, by the call that puts it out; calls may be added for keys, queries and values."""
    found: dict[fx.Node, Heads] = {}
    for call in graph.live(graph.output):
        if operation_name(call) not in PRODUCTS - {"addmm", "baddbmm"} or len(graph.data_inputs(call)) != 2:
            continue
        left, right = arguments(call)
        scores = _scores(graph, left)
        if scores is not None:
            with graph.calls.inserting_before(scores.product):
                query, key = _queries_and_keys(graph, scores)
            found[call] = Heads(query, key, right)
            continue
        scores = _scores(graph, right)
        if scores is not None:
            put_out, heads = _turned(graph, call, scores)
            found[put_out] = heads
    return found


def _turned(graph: Graph, call: fx.Node, scores: _Scores) -> tuple[fx.Node, Heads]:
    """Write `V.T @ A.T` as the transpose of `A @ V`; the weights come last and stand transposed."""
    left, right = arguments(call)
    query, key = _queries_and_keys(graph, _Scores(scores.product, not scores.swapped))
    with graph.calls.inserting_before(call):
        value = _transposed(graph, left)
        weights = graph.add(aten.transpose.int, right, -2, -1)
        put_out = graph.add(aten.matmul.default, weights, value, like=call)
        turned = graph.add(aten.transpose.int, put_out, -2, -1)
    call.replace_all_uses_with(turned)
    return put_out, Heads(query, key, value)


def _scores(graph: Graph, weights: Any) -> _Scores | None:
    """Follow attention weights back to the product of queries and keys."""
    path: list[fx.Node] = []
    call, n_softmax = weights, 0
    while operation_name(call) not in PRODUCTS:
        name, inputs = operation_name(call), graph.data_inputs(call)
        if len(inputs) != 1 or name not in _SOFTMAX | _ELEMENTWISE | _MOVES:
            return None
        n_softmax += name in _SOFTMAX
        path.append(call)
        (call,) = inputs
    if n_softmax != 1 or operation_name(call) == "addmm" or len(graph.shape(call)) < 2:
        return None
    if not all(graph.is_data(factor) for factor in arguments(call)[-2:]):
        return None
    return _placed(graph, call, path[::-1])


def _placed(graph: Graph, product: fx.Node, path: list[fx.Node]) -> _Scores | None:
    """Check that scores keep their places on the way, and that the softmax goes over keys."""
    first = numbered(graph.shape(product), first=0)
    over: IntArray | None = None
    numbers, before = first + 1, product
    for call in path:
        if operation_name(call) in _MOVES:
            numbers = graph.follow(call, {before: numbers})
        elif operation_name(call) in _SOFTMAX:
            over = np.moveaxis(numbers, arguments(call)[1], -1) - 1
        if numbers.shape != graph.shape(call):
            return None
        before = call
    rows, columns = first.shape[-2:]
    flat = first.reshape(-1, rows, columns)
    for swapped, expected in ((False, flat), (True, flat.swapaxes(1, 2))):
        last = (numbers - 1).reshape(-1, *numbers.shape[-2:])
        if over is not None and last.shape == expected.shape and (last == expected).all():
            queries = over // columns if not swapped else over // (rows * columns) * columns + over % columns
            return _Scores(product, swapped) if (queries == queries[..., :1]).all() else None
    return None


def _queries_and_keys(graph: Graph, scores: _Scores) -> tuple[fx.Node, fx.Node]:
    left, right = arguments(scores.product)[-2:]
    with graph.calls.inserting_before(scores.product):
        other = _transposed(graph, right)
        if other not in getattr(right, "all_input_nodes", ()):
            turned = graph.add(aten.transpose.int, other, -2, -1)
            scores.product.replace_input_with(right, turned)
    return (other, left) if scores.swapped else (left, other)


def _transposed(graph: Graph, value: Any) -> fx.Node:
    """Give the value that this is the transpose of, or add its transpose."""
    if _swaps_last(graph, value):
        source: fx.Node = arguments(value)[0]
        return source
    return graph.add(aten.transpose.int, value, -2, -1)


def _swaps_last(graph: Graph, call: fx.Node) -> bool:
    n_axes = len(graph.shape(call))
    if operation_name(call) in {"transpose", "swapaxes"}:
        return {axis % n_axes for axis in arguments(call)[1:]} == {n_axes - 2, n_axes - 1}
    if operation_name(call) == "permute":
        order: Any = arguments(call)[1]
        return [axis % n_axes for axis in order] == [*range(n_axes - 2), n_axes - 1, n_axes - 2]
    return False


def fused_heads(graph: Graph, call: fx.Node) -> Heads | None:
    """Give what a call of torch's own attention takes in; None where its mask depends on the trials."""
    query, key, value = arguments(call)[:3]
    known = all(graph.is_data(part) for part in (query, key, value)) and not graph.is_data(argument(call, "attn_mask"))
    return Heads(query, key, value) if known else None
