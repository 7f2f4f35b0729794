"""What every ATen operation is to the walk."""

from __future__ import annotations

from collections.abc import Mapping

from torch import fx

from ingest.program.attention import Heads
from ingest.program.calls import argument, arguments, operation_name, readable, unpacked, words
from ingest.program.elementwise import function_name, quantised_tanh, region, region_name
from ingest.program.graph import Graph, array
from ingest.program.layering import attention_operation, layer_operation
from ingest.program.names import base_name, layer_name, module_path
from ingest.program.operation import Operation
from ingest.program.routes import move_route, pool_route
from ingest.program.scaling import scale_operation

_NORMS = words("layer_norm native_layer_norm group_norm native_group_norm instance_norm rms_norm _fused_rms_norm")
_NORMS |= words("softmax _softmax _safe_softmax log_softmax _log_softmax")


def make_operation(graph: Graph, call: fx.Node, heads: Mapping[fx.Node, Heads]) -> Operation:
    """Say what a call is to the walk."""
    if call in heads:
        return attention_operation(call, heads[call])
    for maker in (layer_operation, _quantised, scale_operation, _elementwise, _elements, _joining):
        operation = maker(graph, call)
        if operation is not None:
            return operation
    return _opaque(graph, call)


def _opaque(graph: Graph, call: fx.Node) -> Operation:
    inputs = tuple(source.name for source in graph.data_inputs(call))
    named = base_name(module_path(call)) or base_name(readable(call))
    return Operation(kind="opaque", inputs=inputs, output=call.name, name=named, options={"operation": readable(call)})


def _quantised(graph: Graph, call: fx.Node) -> Operation | None:
    """Make a function of a tanh rounded to levels."""
    found = quantised_tanh(graph, call)
    if found is None:
        return None
    source, function = found
    return Operation(kind="pointwise", inputs=(source.name,), output=call.name, options={"function": function})


def _elementwise(graph: Graph, call: fx.Node) -> Operation | None:
    """Make a function of each element alone, or a normalisation."""
    source = region(graph, call)
    if source is not None:
        function = region_name(graph, call, source)
        return Operation(kind="pointwise", inputs=(source.name,), output=call.name, options={"function": function})
    named = function_name(graph, call)
    if named is not None:
        inputs = tuple(found.name for found in graph.data_inputs(call))
        return Operation(kind="pointwise", inputs=inputs, output=call.name, options={"function": named})
    inner = unpacked(call)
    if (
        operation_name(inner) in _NORMS
        and (inner is call or arguments(call)[1] == 0)
        and len(graph.data_inputs(call)) == 1
    ):
        return _normalise(graph, call, inner)
    return None


def _normalise(graph: Graph, call: fx.Node, inner: fx.Node) -> Operation:
    (source,) = graph.data_inputs(call)
    weight = argument(inner, "weight") if "softmax" not in operation_name(inner) else None
    tensors, name = {}, base_name(module_path(inner))
    if weight is not None:
        factor = array(graph.fixed(weight))
        channels = operation_name(inner) in {"group_norm", "native_group_norm", "instance_norm"}
        tensors["factor"] = factor.reshape(-1, *(1,) * (len(graph.shape(call)) - 2)) if channels else factor
        name = layer_name(graph.names(weight), inner)
    options = {"norm": operation_name(inner).strip("_").removeprefix("native_").replace("_", " ")}
    return Operation(
        kind="normalise", inputs=(source.name,), output=call.name, name=name, tensors=tensors, options=options
    )


def _elements(graph: Graph, call: fx.Node) -> Operation | None:
    """Make a move or a pooling."""
    inputs = tuple(source.name for source in graph.data_inputs(call))
    route = move_route(graph, call)
    if route is not None:
        return Operation(kind="move", inputs=inputs, output=call.name, route=route)
    route = pool_route(graph, call)
    return None if route is None else Operation(kind="pool", inputs=inputs, output=call.name, route=route)


def _joining(graph: Graph, call: fx.Node) -> Operation | None:
    """Make a sum, a difference, a product or a quotient of values."""
    name = operation_name(call)
    inputs = tuple(source.name for source in arguments(call) if graph.is_data(source))
    if name in {"add", "sub", "rsub"} and inputs and len(arguments(call)) == 2:
        alpha = float(argument(call, "alpha", 1))
        factors = {"add": (1.0, alpha), "sub": (1.0, -alpha), "rsub": (-alpha, 1.0)}[name]
        return Operation(kind="sum", inputs=inputs, output=call.name, options={"factors": factors})
    if name in {"mul", "div"} and inputs and argument(call, "rounding_mode") is None:
        return Operation(kind="product", inputs=inputs, output=call.name)
    return None
