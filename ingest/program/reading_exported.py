"""Read an exported program into a graph whose values are all named, moved, folded and free of side effects."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch
from torch import fx
from torch.export import ExportedProgram
from torch.export.graph_signature import InputKind, OutputKind

from atlas.errors import UnsupportedLayer
from ingest.program.calls import arguments, operation_name, words
from ingest.program.exporting import HALF
from ingest.program.graph import Graph
from ingest.program.products import linear_products
from ingest.program.pure import change_nothing, written_out
from ingest.program.recurrent import split_layers
from ingest.program.rewriting import choose_rows, fix_squeezes, leave_out_silent, plain_batch_norms, spread_values

_ENDS = {"softmax", "_softmax", "_safe_softmax", "log_softmax", "_log_softmax"}
_PASSED = {"clone", "contiguous", "alias", "detach"}
_RANDOM = words("rand randn rand_like randn_like bernoulli randint randperm normal multinomial")


def read_exported(exported: ExportedProgram, *, own: bool = False) -> Graph:
    """Read the calls of an exported program, its parameters bound and its side effects taken out."""
    exported = written_out(exported)
    calls = fx.Graph()
    copied: dict[fx.Node, fx.Node] = {}
    calls.output(calls.graph_copy(exported.graph, copied))
    for call in calls.nodes:
        call.args = _moved(call.args)
        call.kwargs = _moved(call.kwargs)
    tensors, paths = _bound(exported, copied, own=own)
    ends = [spec.arg.name for spec in exported.graph_signature.output_specs if spec.kind is OutputKind.USER_OUTPUT]
    put_out = [call for call in copied.values() if call.name in ends and call.op != "output"]
    if len(ends) != 1 or len(put_out) != 1 or not isinstance(put_out[0].meta.get("val"), torch.Tensor):
        raise UnsupportedLayer(
            f"The network puts out {len(ends)} values. One tensor is understood, a row for each trial. "
            "Wrap the module so that it returns its logits only."
        )
    calls.output_node().args = (put_out[0],)
    change_nothing(calls)
    fix_squeezes(calls)
    plain_batch_norms(calls)
    split_layers(calls)
    if sum(call.op == "placeholder" and call not in tensors for call in calls.nodes) != 1:
        raise UnsupportedLayer("The network takes in several values. One tensor of trials is understood. Wrap it so.")
    return Graph(calls, tensors, paths)


def rewrite(graph: Graph) -> None:
    """Write the calls of a settled graph in the forms operations are made of, and leave out a softmax at the end."""
    check_deterministic(graph)
    leave_out_silent(graph)
    spread_values(graph)
    choose_rows(graph)
    linear_products(graph)
    end = graph.output
    while operation_name(end) in _PASSED | _ENDS and not graph.is_fixed(end):
        (source,) = graph.data_inputs(end)
        if operation_name(end) in _ENDS:
            graph.output = source
        end = source


def check_deterministic(graph: Graph) -> None:
    """Refuse a forward pass that draws random numbers."""
    for call in graph.live(graph.output):
        name = operation_name(call)
        drops = "dropout" in name and len(arguments(call)) > 2 and arguments(call)[2] is True
        if drops or name in _RANDOM:
            raise UnsupportedLayer(
                f"{name!r} draws random numbers in evaluation mode too. A forward pass must give the same twice. "
                "Pass `training=self.training` to it, or leave it out."
            )


def _bound(
    exported: ExportedProgram, copied: dict[fx.Node, fx.Node], *, own: bool
) -> tuple[dict[fx.Node, torch.Tensor], dict[fx.Node, tuple[str, ...]]]:
    """Give parameters, buffers and constants: copies unless they are ours, on the processor, not in half precision."""
    placed = {call.name: call for call in copied.values() if call.op == "placeholder"}
    tensors, paths, tied = {}, {}, defaultdict(list)
    for path, tensor in exported.state_dict.items():
        tied[_place(tensor)].append(path)
    for spec in exported.graph_signature.input_specs:
        if spec.kind is InputKind.USER_INPUT:
            continue
        path = spec.target or ""
        value: Any = exported.state_dict.get(path, exported.constants.get(path))
        if isinstance(value, torch.Tensor):
            call = placed[spec.arg.name]
            wide = value.detach().cpu()
            tensors[call] = wide.float() if wide.dtype in HALF else wide if own else wide.clone()
            if spec.kind is InputKind.PARAMETER:
                paths[call] = (path, *(other for other in tied[_place(value)] if other != path))
    return tensors, paths


def _place(tensor: torch.Tensor) -> tuple[int, torch.Size]:
    """Where in memory a tensor lies: tied parameters lie in one place."""
    return tensor.data_ptr(), tensor.shape


def _moved(value: Any) -> Any:
    """Replace devices by the processor and half precision by float32 in the arguments of a call."""
    if isinstance(value, dict):
        return {name: _moved(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_moved(part) for part in value)
    if isinstance(value, torch.device):
        return torch.device("cpu")
    return torch.float32 if value in HALF else value
