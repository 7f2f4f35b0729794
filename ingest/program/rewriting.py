"""Write calls of a graph in the forms that operations are made of, with the same values."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch import fx

from ingest.program.calls import arguments, operation_name, overload
from ingest.program.graph import Graph

aten = torch.ops.aten
_WHOLE = {(), (0,), (0, sys.maxsize), (None, None), (0, sys.maxsize, 1)}
_SILENT = {"dropout", "feature_dropout", "alpha_dropout", "alias", "detach", "to", "_to_copy", "type_as"}


def fix_squeezes(calls: fx.Graph) -> None:
    """Name the axes that `squeeze()` takes away, so that it leaves a batch of one alone."""
    for call in calls.nodes:
        if operation_name(call) == "squeeze" and overload(call) == "default":
            shape = arguments(call)[0].meta["val"].shape
            axes = [axis for axis, size in enumerate(shape) if isinstance(size, int) and size == 1]
            call.target, call.args = aten.squeeze.dims, (arguments(call)[0], axes)


def plain_batch_norms(calls: fx.Graph) -> None:
    """Write batch norms in evaluation mode as the one operation that runs trials side by side too."""
    for call in list(calls.nodes):
        if operation_name(call) == "_native_batch_norm_legit_no_training":
            *tensors, momentum, eps = arguments(call)
            with calls.inserting_before(call):
                plain = calls.call_function(aten.batch_norm.default, (*tensors, False, momentum, eps, False))
            plain.meta.update(call.meta)
            for user in list(call.users):
                if arguments(user)[1] == 0:
                    user.replace_all_uses_with(plain)


def leave_out_silent(graph: Graph) -> None:
    """Leave out calls that put out what they take in: dropout in evaluation mode, casts to the same type."""
    for call in graph.live(graph.output):
        name, inputs = operation_name(call), graph.data_inputs(call)
        whole = name == "slice" and tuple(arguments(call)[2:]) in {
            (),
            (0,),
            (0, sys.maxsize),
            (None, None),
            (0, sys.maxsize, 1),
        }
        if (name in _SILENT or whole) and len(inputs) == 1 and graph.dtypes[call] == graph.dtypes[inputs[0]]:
            call.replace_all_uses_with(inputs[0])


def spread_values(graph: Graph) -> None:
    """Write the broadcast of a value against a constant as a call of its own."""
    for call in graph.live(graph.output):
        if operation_name(call) not in {"add", "sub", "rsub", "mul", "div"} or len(graph.data_inputs(call)) != 1:
            continue
        (source,) = graph.data_inputs(call)
        fixed = next((argument for argument in arguments(call) if graph.is_fixed(argument)), None)
        if fixed is not None and graph.shape(source) != graph.shape(call):
            with graph.calls.inserting_before(call):
                call.replace_input_with(source, graph.add(spread, source, fixed))


def spread(x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Repeat a value as broadcasting against another does."""
    repeated: torch.Tensor = torch.broadcast_tensors(x, other)[0]  # type: ignore[no-untyped-call]
    return repeated


def choose_rows(graph: Graph) -> None:
    """Write constants indexed by integers that depend on the trials as embeddings."""
    for call in graph.live(graph.output):
        name = operation_name(call)
        if name == "index" and graph.is_fixed(arguments(call)[0]):
            listed = list(arguments(call)[1])
            asked = [number for number, index in enumerate(listed) if index is not None]
            if len(asked) == 1 and graph.dtypes[listed[asked[0]]] == torch.int64:
                _choose(graph, call, listed[asked[0]], asked[0])
        elif name == "index_select" and graph.is_fixed(arguments(call)[0]) and graph.is_data(arguments(call)[2]):
            _choose(graph, call, arguments(call)[2], arguments(call)[1])


def _choose(graph: Graph, call: fx.Node, index: Any, axis: Any) -> None:
    """Choose along an axis of a constant by one tensor of integers."""
    table = arguments(call)[0]
    n_axes, n_index = len(graph.shape(table)), len(graph.shape(index))
    axis %= n_axes
    if n_axes > 2:
        return
    add = graph.add
    with graph.calls.inserting_before(call):
        rows = add(aten.unsqueeze.default, table, 1) if n_axes == 1 else add(aten.movedim.int, table, axis, 0)
        chosen = add(aten.embedding.default, rows, index, like=call)
        if n_axes == 1:
            chosen = add(aten.squeeze.dim, chosen, -1)
        elif axis == 1:
            chosen = add(aten.permute.default, chosen, [n_index, *range(n_index)])
    call.replace_all_uses_with(chosen)
