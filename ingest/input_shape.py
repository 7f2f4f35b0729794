"""What a network takes in, as text: `3x32x32` for numbers, `tokens:16` for integers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from atlas.errors import BadParameter
from atlas.records import DataRecord

_TEXT = re.compile(r"(tokens:)?([1-9]\d*(?:x[1-9]\d*)*)")
_N_EXAMPLES = 2


@dataclass(frozen=True)
class InputShape:
    """The shape of one trial, and whether it holds numbers or tokens."""

    shape: tuple[int, ...]
    tokens: bool = False

    def __str__(self) -> str:
        """Write it as `--input` takes it."""
        return ("tokens:" if self.tokens else "") + "x".join(map(str, self.shape))

    def example(self, dtype: torch.dtype) -> torch.Tensor:
        """Make two trials of it; tokens are 0, which every vocabulary has."""
        shape = (_N_EXAMPLES, *self.shape)
        if self.tokens:
            return torch.zeros(shape, dtype=torch.int64)
        return torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dtype)


def parse_input(text: str) -> InputShape:
    """Read an input shape.

    Raises
    ------
    BadParameter
        It is not written as one.
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise BadParameter(
            f"The input {text!r} is no shape of a trial. Write 3x32x32 for an image, 784 for numbers in a row, "
            "tokens:16 for 16 integers."
        )
    return InputShape(tuple(int(size) for size in match.group(2).split("x")), tokens=match.group(1) is not None)


def inputs_for(data: DataRecord | None, first: int | None, *, tokens: bool) -> Iterator[InputShape]:
    """Name the shapes a network may take in, the likeliest first: as the data are, in one row, as one channel.

    At last what its first linear layer takes in, so that data that do not fit are told so.

    Parameters
    ----------
    first
        Numbers its first linear layer takes in, where it has one.
    tokens
        Whether it has an embedding of integers.
    """
    if data is not None:
        shape = data.inputs.shape[1:]
        whole = tokens and bool((data.inputs == np.rint(data.inputs)).all())
        flat = int(np.prod(shape))
        yield InputShape(shape, tokens=whole)
        if shape != (flat,):
            yield InputShape((flat,), tokens=whole)
        if len(shape) == 2:
            yield InputShape((1, *shape))
    if first is not None and not tokens:
        yield InputShape((first,))
