"""Turn a torch module into an exported program."""

from __future__ import annotations

import copy
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.export import Dim, ExportedProgram, export

from atlas.errors import UnsupportedLayer

HALF = (torch.float16, torch.bfloat16)


def export_module(module: nn.Module, example: torch.Tensor) -> ExportedProgram:
    """Export a module in evaluation mode, its batch left open where the forward pass allows it.

    Parameters
    ----------
    example
        One trial or more, the batch on axis 0.

    Returns
    -------
    ExportedProgram
        On the processor, in float32 or float64. Where the forward pass fixes the batch, exported for a batch of one.

    Raises
    ------
    UnsupportedLayer
        The forward pass cannot be exported.
    """
    ready = module if _ready(module) else _widened(module)
    with _evaluating(ready), quiet(), torch.no_grad():  # without gradients as later, so that no call has to say so
        one = example.detach().cpu()[:1]
        one = one.float() if one.dtype in HALF else one
        try:
            exported = export(ready, (torch.cat([one, one]),), dynamic_shapes=({0: Dim.AUTO},), strict=False)
            if has_open_batch(exported):
                return exported
        except Exception:  # a forward pass may raise anything when traced; at a batch of one it is tried again
            pass
        try:
            return export(ready, (one,), strict=False)
        except Exception as error:
            raise UnsupportedLayer(
                f"{type(module).__name__!r} cannot be exported ({one_line(error)}). Its forward pass takes one tensor "
                "of trials and uses torch operations only, with no choice that depends on values. Rewrite it so, or "
                "wrap the part that is to be ingested."
            ) from error


def has_open_batch(exported: ExportedProgram) -> bool:
    """Tell whether a program takes any number of trials."""
    names = exported.graph_signature.user_inputs
    shapes = [
        call.meta["val"].shape for call in exported.graph.nodes if call.op == "placeholder" and call.name in names
    ]
    return bool(shapes) and len(shapes[0]) > 0 and not str(shapes[0][0]).isdigit()


def one_line(error: Exception) -> str:
    """Give the first line of a foreign message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0][:160] if lines else type(error).__name__).rstrip(".:")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence torch's own warnings and logs, and its fused transformer layer, which hides what it computes."""
    logger, fused = logging.getLogger("torch"), torch.backends.mha.get_fastpath_enabled()
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        torch.backends.mha.set_fastpath_enabled(fused)


@contextmanager
def _evaluating(module: nn.Module) -> Iterator[None]:
    """Keep a module in evaluation mode for a while."""
    training = [part for part in module.modules() if part.training]
    module.eval()
    try:
        yield
    finally:
        for part in training:
            part.training = True


def _ready(module: nn.Module) -> bool:
    tensors = [*module.parameters(), *module.buffers()]
    return all(tensor.device.type == "cpu" and tensor.dtype not in HALF for tensor in tensors)


def _widened(module: nn.Module) -> nn.Module:
    """Copy a module to the processor, half precision to float32."""
    try:
        wide = copy.deepcopy(module).cpu()
    except Exception as error:
        raise UnsupportedLayer(
            f"{type(module).__name__!r} cannot be copied to the processor ({one_line(error)}). "
            "Move it there with `.float().cpu()` first."
        ) from error
    for tensor in (*wide.parameters(), *wide.buffers()):
        if tensor.dtype in HALF:
            tensor.data = tensor.data.float()
    return wide
