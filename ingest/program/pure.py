"""Take changes in place and sums over named indices out of an exported program."""

from __future__ import annotations

from typing import Any

import torch
from torch import fx
from torch.export import ExportedProgram, default_decompositions

from atlas.errors import UnsupportedLayer
from ingest.program.calls import arguments, operation_name, overload, readable, words
from ingest.program.exporting import one_line, quiet

aten: Any = torch.ops.aten
_WRITTEN_OUT = {"einsum", "glu", "addcmul", "addcdiv", "lerp", "linalg_vecdot"}
_FRESH = words(  # what they put out is no part of another value
    """linear addmm matmul bmm conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d batch_norm
    layer_norm group_norm instance_norm add sub mul div relu max_pool2d avg_pool2d embedding cat"""
)


def written_out(exported: ExportedProgram) -> ExportedProgram:
    """Write out sums over named indices, and changes in place that others see."""
    called = [call for call in exported.graph.nodes if call.op == "call_function"]
    changing = [call for call in called if _changes(call)]
    nested = any(call.op == "get_attr" for call in exported.graph.nodes)  # under `torch.no_grad` or `torch.autocast`
    named = any(operation_name(call) in _WRITTEN_OUT for call in called)
    if all(map(_is_last_use, changing)) and not nested and not named:
        return exported
    einsum = default_decompositions()[aten.einsum.default]
    table = {aten.einsum.default: einsum, aten.glu.default: _gated}
    table |= {aten.addcmul.default: _add_product, aten.addcdiv.default: _add_quotient, aten.lerp.Tensor: _between}
    table |= {aten.lerp.Scalar: _between}
    try:
        with quiet():
            written: ExportedProgram = exported.run_decompositions(table)
            return written
    except Exception as error:
        raise UnsupportedLayer(
            f"The forward pass changes values in ways that cannot be followed ({one_line(error)}). "
            "Write it without changes in place."
        ) from error


def change_nothing(calls: fx.Graph) -> None:
    """Let the calls that are left to change a value put out a new one."""
    for call in calls.nodes:
        if _changes(call):
            plain = getattr(aten, operation_name(call)[:-1], None)
            if plain is None:
                raise UnsupportedLayer(
                    f"{readable(call)!r} changes its input in place. Use one that puts out a new value."
                )
            call.target = getattr(plain, overload(call))


def _gated(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    half = x.shape[dim] // 2
    kept, gate = x.narrow(dim, 0, half), x.narrow(dim, half, half)
    return kept * torch.sigmoid(gate)


def _add_product(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor, *, value: float = 1) -> torch.Tensor:
    return x + value * (a * b)


def _add_quotient(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor, *, value: float = 1) -> torch.Tensor:
    return x + value * (a / b)


def _between(x: torch.Tensor, end: torch.Tensor, weight: torch.Tensor | float) -> torch.Tensor:
    return x * (1 - weight) + end * weight


def _changes(call: fx.Node) -> bool:
    return bool(getattr(getattr(call.target, "_schema", None), "is_mutable", False))


def _is_last_use(call: fx.Node) -> bool:
    """Tell whether a call changes a value that nothing else uses, so that it may as well put out a new one."""
    changed = arguments(call)[0]
    plain = getattr(aten, operation_name(call).rstrip("_"), None)
    fresh = isinstance(changed, fx.Node) and operation_name(changed).rstrip("_") in _FRESH
    return fresh and set(changed.users) == {call} and operation_name(call)[-1] == "_" and hasattr(plain, overload(call))
