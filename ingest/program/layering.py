"""Operations with trained weights, and attention."""

from __future__ import annotations

from typing import Any

from torch import fx

from ingest.program.attention import Heads, fused_heads
from ingest.program.calls import argument, arguments, operation_name, unpacked
from ingest.program.graph import Graph, array
from ingest.program.names import base_name, layer_name, module_path
from ingest.program.operation import Operation
from ingest.program.recurrent import CELLS, recurrent_layer

_CONVOLUTIONS = {f"conv{n}d": False for n in (1, 2, 3)} | {f"conv_transpose{n}d": True for n in (1, 2, 3)}


def layer_operation(graph: Graph, call: fx.Node) -> Operation | None:
    """Make an operation with trained weights, or attention."""
    inner = unpacked(call)
    name = operation_name(inner)
    if inner is not call and arguments(call)[1] != 0:
        return None
    if name == "linear" and _fixed_weights(graph, inner, 1, 2):
        return _weighted("linear", graph, call)
    if (name in _CONVOLUTIONS or name == "convolution") and _fixed_weights(graph, inner, 1, 2):
        transposed = bool(argument(inner, "transposed", False)) or _CONVOLUTIONS.get(name, False)
        options = {"groups": argument(inner, "groups", 1), "transposed": transposed}
        return _weighted("convolution", graph, call, **options, **({} if transposed else _placing(graph, inner)))
    if name == "embedding" and graph.is_fixed(arguments(inner)[0]):
        weight = array(graph.fixed(arguments(inner)[0]))
        return Operation(
            kind="embedding",
            inputs=(arguments(inner)[1].name,),
            output=call.name,
            name=layer_name(graph.names(arguments(inner)[0]), inner),
            tensors={"weight": weight},
        )
    if name == "scaled_dot_product_attention":
        found = fused_heads(graph, inner)
        return None if found is None else attention_operation(call, found)
    return _recurrent(graph, call, inner)


def _fixed_weights(graph: Graph, call: fx.Node, *places: int) -> bool:
    given = [arguments(call)[place] for place in places if place < len(arguments(call))]
    return graph.is_data(arguments(call)[0]) and not any(graph.is_data(part) for part in given)


def _weighted(kind: Any, graph: Graph, call: fx.Node, **options: Any) -> Operation:
    x, weight, *more = arguments(call)
    bias = more[0] if more else call.kwargs.get("bias")
    tensors = {"weight": array(graph.fixed(weight))}
    if bias is not None:
        tensors["bias"] = array(graph.fixed(bias))
    named = layer_name(graph.names(weight), call)
    return Operation(kind=kind, inputs=(x.name,), output=call.name, name=named, tensors=tensors, options=options)


def _placing(graph: Graph, call: fx.Node) -> dict[str, Any]:
    """Tell where a convolution puts its kernel, for every axis."""
    kernel = graph.fixed(arguments(call)[1]).shape[2:]
    stride, dilation = (_every_axis(argument(call, name, 1), len(kernel)) for name in ("stride", "dilation"))
    padding: Any = argument(call, "padding", 0)
    if padding == "same":
        added = [spread * (length - 1) for length, spread in zip(kernel, dilation, strict=True)]
        return {"stride": stride, "dilation": dilation, "padding": tuple((n // 2, n - n // 2) for n in added)}
    sides = _every_axis(0 if padding == "valid" else padding, len(kernel))
    return {"stride": stride, "dilation": dilation, "padding": tuple((side, side) for side in sides)}


def _every_axis(value: Any, n_axes: int) -> tuple[int, ...]:
    listed = [value] if isinstance(value, int) else list(value)
    return tuple(listed * n_axes if len(listed) == 1 else listed)


def attention_operation(call: fx.Node, heads: Heads) -> Operation:
    """Make an operation of attention."""
    inputs = (heads.query.name, heads.key.name, heads.value.name)
    return Operation(kind="attention", inputs=inputs, output=call.name, name=base_name(module_path(call)))


def _recurrent(graph: Graph, call: fx.Node, inner: fx.Node) -> Operation | None:
    """Make an operation of a recurrent layer or a single cell; inputs after the first are initial hidden states."""
    args: Any = arguments(inner)
    options: dict[str, Any]
    if inner.target is recurrent_layer:
        x, states, weights = args
        options = {"cell": inner.kwargs["cell"], "bidirectional": inner.kwargs["bidirectional"]}
        options["steps"] = 1 if inner.kwargs["batch_first"] else 0
    elif operation_name(inner) in CELLS:
        x, states, *weights = args
        options = {"cell": CELLS[operation_name(inner)], "bidirectional": False, "steps": None}
    else:
        return None
    if any(graph.is_data(weight) for weight in weights):
        return None
    hidden = states[0] if isinstance(states, (list, tuple)) else states
    inputs = tuple(value.name for value in (x, hidden) if graph.is_data(value))
    per_way = len(weights) // (1 + options["bidirectional"])
    names = ["weight_ih", "weight_hh", "weight_ih_reverse", "weight_hh_reverse"][: 2 * (1 + options["bidirectional"])]
    places = [way * per_way + which for way in range(1 + options["bidirectional"]) for which in (0, 1)]
    tensors = {name: array(graph.fixed(weights[place])) for name, place in zip(names, places, strict=True)}
    named = _recurrent_name(graph, weights[0])
    return Operation(kind="recurrent", inputs=inputs, output=call.name, name=named, tensors=tensors, options=options)


def _recurrent_name(graph: Graph, weight: fx.Node) -> str:
    """Name a recurrent layer after its module, `lstm`; one of several `lstm.l0`, `lstm.l1`."""
    module, _, which = next(iter(graph.names(weight)), "").rpartition("weight_ih")
    one_of_several = any(f"{module}weight_ih_l1" in names for names in graph.paths.values())
    return base_name(f"{module}{which.lstrip('_')}" if one_of_several else module)
