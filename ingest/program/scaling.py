"""Operations that multiply every element by a constant and add one."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import fx

from ingest.program.calls import argument, arguments, operation_name, unpacked
from ingest.program.graph import Graph, array
from ingest.program.names import layer_name
from ingest.program.operation import Array, Operation

_BATCH_NORMS = {"batch_norm", "native_batch_norm", "cudnn_batch_norm"}


def scale_operation(graph: Graph, call: fx.Node) -> Operation | None:
    """Make an operation that multiplies by constants and adds some."""
    inner = unpacked(call)
    if operation_name(inner) in _BATCH_NORMS:
        return _batch_norm(graph, call, inner) if inner is call or arguments(call)[1] == 0 else None
    name, inputs = operation_name(call), graph.data_inputs(call)
    if (
        len(inputs) != 1
        or name not in {"add", "sub", "rsub", "mul", "div", "neg", "copysign"}
        or len(arguments(call)) > 2
    ):
        return None
    if name == "neg":
        return _scaled(graph, call, inputs[0], -1.0, 0.0)
    first, second = arguments(call)
    if (first is inputs[0]) == (second is inputs[0]):
        return None
    other = graph.fixed(second if first is inputs[0] else first)
    fixed = array(other) if isinstance(other, torch.Tensor) else np.asarray(other, dtype=np.float64)
    alpha = float(argument(call, "alpha", 1))
    return _scaled_by(graph, call, inputs[0], fixed, alpha)


def _scaled_by(graph: Graph, call: fx.Node, source: fx.Node, fixed: Array, alpha: float) -> Operation | None:
    name, leads = operation_name(call), arguments(call)[0] is source
    if name == "mul":
        return _scaled(graph, call, source, fixed, 0.0)
    if name == "div":
        plain = leads and argument(call, "rounding_mode") is None
        return _scaled(graph, call, source, 1 / fixed, 0.0) if plain else None
    if name == "rsub":
        return (
            _scaled(graph, call, source, -alpha, fixed) if leads else _scaled(graph, call, source, 1.0, -alpha * fixed)
        )
    sign = -1.0 if name == "sub" else 1.0
    if leads:
        return _scaled(graph, call, source, 1.0, sign * alpha * fixed)
    return _scaled(graph, call, source, sign * alpha, fixed)


def _scaled(graph: Graph, call: fx.Node, source: fx.Node, factor: Any, constant: Any) -> Operation:
    dtype = np.float32 if graph.dtypes[call] == torch.float32 else np.float64
    tensors = {"factor": np.asarray(factor, dtype), "constant": np.asarray(constant, dtype)}
    return Operation(kind="scale", inputs=(source.name,), output=call.name, tensors=tensors)


def _batch_norm(graph: Graph, call: fx.Node, inner: fx.Node) -> Operation | None:
    """Fold a batch norm in evaluation mode to a factor and a constant for each channel."""
    x, weight, bias, mean, variance, *_ = arguments(inner)
    training = argument(inner, "training", False) is True
    parts = (weight, bias, mean, variance)
    if training or mean is None or not graph.is_data(x) or any(map(graph.is_data, parts)):
        return None
    gamma, beta, centre, spread = (torch.tensor(0.0) if part is None else graph.fixed(part).double() for part in parts)
    factor = (1.0 if weight is None else gamma) / torch.sqrt(spread + argument(inner, "eps"))
    constant = beta - centre * factor
    shape = (-1, *(1,) * (len(graph.shape(call)) - 2))
    made = _scaled(graph, call, x, factor.reshape(shape).numpy(), constant.reshape(shape).numpy())
    named = layer_name(graph.names(mean if weight is None else weight), inner)
    return Operation(kind="scale", inputs=made.inputs, output=made.output, name=named, tensors=made.tensors)
