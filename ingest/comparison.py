"""Compare a torch module with the layers read from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce

import torch
from torch import nn

from ingest.mlp import LinearLayer
from ingest.trace import one_line, unsupported


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put a module and its parts into evaluation mode for a while."""
    training = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, mode in training.items():
            part.training = mode


def check_answers(module: nn.Module, layers: tuple[LinearLayer, ...], *, normalised: bool) -> None:
    """Compare what the module and the layers read from it put out for a few inputs.

    Raises
    ------
    UnsupportedLayer
        They differ, or the module does not run on flat inputs.
    """
    weight = layers[0].weight
    x = torch.randn(4, weight.shape[1], generator=torch.Generator().manual_seed(0)).to(weight)
    try:
        expected = reduce(lambda y, layer: layer(y), layers, x)
        with torch.no_grad():
            found = module(x)
    except Exception as error:  # foreign code may raise anything
        raise unsupported(
            f"{type(module).__name__!r}, which does not run on {weight.shape[1]} inputs ({one_line(error)})"
        ) from error
    if not isinstance(found, torch.Tensor):
        raise unsupported(f"more than one output: {type(module).__name__!r} gives back a {type(found).__name__}")
    if normalised:
        expected = expected.softmax(-1)
        found = found.exp() if (found <= 0).all() else found
    tolerance = math.sqrt(torch.finfo(weight.dtype).eps)
    if found.shape != expected.shape or not torch.allclose(found, expected, rtol=tolerance, atol=tolerance):
        raise unsupported(f"something in {type(module).__name__!r} that changes its answers (a hook, or a reshape)")
