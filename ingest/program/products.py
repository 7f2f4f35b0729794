"""Write matrix products with a constant as linear maps over the last axis, with the same values."""

from __future__ import annotations

from typing import Any

import torch
from torch import fx

from ingest.program.calls import argument, arguments, operation_name
from ingest.program.graph import Graph

aten = torch.ops.aten
PRODUCTS = {"matmul", "mm", "bmm", "addmm", "baddbmm"}
_MOST_HEADS = 64  # products with a constant for each of these are written as one linear map each


def linear_products(graph: Graph) -> None:
    """Write matrix products with a constant as linear maps over the last axis."""
    for call in graph.live(graph.output):
        if operation_name(call) in PRODUCTS:
            put_out = _Product(graph, call).linear()
            if put_out is not None:
                call.replace_all_uses_with(put_out)


class _Product:
    """One matrix product, with the calls that are to stand in its place."""

    def __init__(self, graph: Graph, call: fx.Node) -> None:
        self.graph, self.call = graph, call
        self.left, self.right = arguments(call)[-2:]
        self.bias = arguments(call)[0] if operation_name(call) in {"addmm", "baddbmm"} else None

    def linear(self) -> fx.Node | None:
        """Give the call that puts out the same by linear maps; None where there are none."""
        graph, scaled = self.graph, any(argument(self.call, name, 1) != 1 for name in ("alpha", "beta"))
        bias_varies = isinstance(self.bias, fx.Node) and graph.is_data(self.bias)
        if scaled or bias_varies or graph.is_data(self.left) == graph.is_data(self.right):
            return None
        with graph.calls.inserting_before(self.call):
            if graph.is_data(self.left):
                put_out = self._by(self.left, self.right, graph.shape(self.left), graph.shape(self.right))
            else:
                put_out = self._from_left()
            if put_out is None or self.bias is None:
                return put_out
            if put_out.target is aten.linear.default and len(graph.shape(self.bias)) == 1:
                put_out.args = (*put_out.args, self.bias)
                return put_out
            return self._add(aten.add.Tensor, put_out, self.bias)

    def _add(self, target: Any, *args: Any) -> fx.Node:
        return self.graph.add(target, *args, like=self.call)

    def _from_left(self) -> fx.Node | None:
        """`C @ x` is the transpose of `x.T @ C.T`."""
        constant, x = self.graph.shape(self.left), self.graph.shape(self.right)
        if len(x) < 2:
            return self._by(self.right, self._swap(self.left), x, constant[::-1]) if len(constant) == 2 else None
        right = self.left if len(constant) == 1 else self._swap(self.left)
        shape = constant if len(constant) == 1 else (*constant[:-2], constant[-1], constant[-2])
        put_out = self._by(self._swap(self.right), right, (*x[:-2], x[-1], x[-2]), shape)
        return put_out if put_out is None or len(constant) == 1 else self._swap(put_out)

    def _swap(self, value: Any) -> fx.Node:
        return self._add(aten.transpose.int, value, -2, -1)

    def _by(self, x: Any, constant: Any, x_shape: tuple[int, ...], shape: tuple[int, ...]) -> fx.Node | None:
        """`x @ C`, with C of one axis, of two, or of more where only the third from the end is longer than one."""
        if len(shape) == 1:
            column = self._add(aten.unsqueeze.default, constant, 0)
            return self._add(aten.squeeze.dim, self._add(aten.linear.default, x, column), -1)
        n_heads, n_in, n_out = (shape[-3] if len(shape) > 2 else 1), shape[-2], shape[-1]
        if any(size != 1 for size in shape[:-3]) or max(len(x_shape), 3) < len(shape):
            return None
        if n_heads == 1 and len(x_shape) >= len(shape):
            plain = constant if len(shape) == 2 else self._add(aten.reshape.default, constant, [n_in, n_out])
            return self._add(aten.linear.default, x, self._swap(plain))
        stacked = self._add(aten.reshape.default, constant, [n_heads, n_in, n_out])
        if len(x_shape) < 3 or x_shape[-3] == 1:
            return self._same_input(x, stacked, x_shape, (n_heads, n_in, n_out))
        return self._own_inputs(x, stacked, n_heads) if n_heads <= _MOST_HEADS else None

    def _same_input(self, x: Any, stacked: fx.Node, x_shape: tuple[int, ...], sizes: tuple[int, int, int]) -> fx.Node:
        """All heads see the same input: one linear map, its features split into heads."""
        n_heads, n_in, n_out = sizes
        weight = self._add(aten.reshape.default, self._swap(stacked), [n_heads * n_out, n_in])
        seen = x if len(x_shape) < 3 else self._add(aten.squeeze.dim, x, -3)
        features = self._add(aten.linear.default, seen, weight)
        split = self._add(aten.unflatten.int, features, -1, [n_heads, n_out])
        return self._add(aten.transpose.int, split, -3, -2)

    def _own_inputs(self, x: Any, stacked: fx.Node, n_heads: int) -> fx.Node:
        """Every head sees its own input: a linear map for each."""
        parts = []
        for head in range(n_heads):
            weight = self._add(aten.transpose.int, self._add(aten.select.int, stacked, 0, head), 0, 1)
            seen = self._add(aten.select.int, x, -3, head)
            parts.append(self._add(aten.linear.default, seen, weight))
        return self._add(aten.stack.default, parts, -3)
