"""Trials to try a program on: what it computes for one must not depend on the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from atlas.errors import UnsupportedLayer
from ingest.program.exporting import HALF
from ingest.program.operation import Array, Program


def example_trials(expected: torch.Tensor, example: torch.Tensor | None, *, open_batch: bool) -> torch.Tensor:
    """Give two different trials of the shape a program expects, one where its batch is fixed to one.

    Raises
    ------
    UnsupportedLayer
        The program has no axis of trials, or it is fixed to several.
    """
    shape: Sequence[Any] = expected.shape
    if not open_batch and (not shape or shape[0] != 1):
        raise UnsupportedLayer(
            f"The program was exported for inputs of the shape {tuple(shape)}. Its first axis must hold one trial, "
            "or any number. Export it with `dynamic_shapes=({0: torch.export.Dim.AUTO},)`."
        )
    if any(not isinstance(size, int) for size in shape[1:]):
        raise UnsupportedLayer(
            f"The program was exported for inputs of the shape {tuple(map(str, shape))}: more than the number of "
            "trials is left open. Export it with a fixed shape of one trial."
        )
    dtype = torch.float32 if expected.dtype in HALF else expected.dtype
    if example is None:
        drawn = torch.rand((2, *shape[1:]), generator=torch.Generator().manual_seed(0))
        example = drawn if dtype.is_floating_point else (drawn * 2).floor()
    one = example[:1].detach().cpu().to(dtype)
    other = one.flip(-1) if not dtype.is_floating_point else one.flip(-1) * 0.9 + 0.1
    return torch.cat([one, example[1:2].detach().cpu().to(dtype) if len(example) > 1 else other])


def check_apart(program: Program, trials: Array) -> None:
    """Check that two trials put out together what each puts out alone.

    Raises
    ------
    UnsupportedLayer
        They do not: a batch norm without running statistics, a mean over the batch, a batch on another axis.
    """
    name, output = program.input.value, program.output
    same = program.shapes[output][:1] == (1,)
    if same:
        together = program.run({name: trials}, [output])[output]
        alone = [program.run({name: trials[number : number + 1]}, [output])[output] for number in range(len(trials))]
        same = _alike(together, np.concatenate(alone))
    if not same:
        raise UnsupportedLayer(
            "Trials change each other's outputs, so there is no answer of one trial alone. Axis 0 of the input and of "
            "the output must be the batch, and batch norm needs its running statistics. Wrap the module so."
        )


def _alike(first: Array, second: Array) -> bool:
    size = np.abs(second[np.isfinite(second)]).max(initial=1.0)
    return first.shape == second.shape and np.allclose(first, second, rtol=1e-3, atol=1e-4 * size, equal_nan=True)
