"""What a file holds, what network it may be, and the command that would take it in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch

from ingest.sources.exported import read_exported
from ingest.sources.guess import Guess, guess
from ingest.sources.onnx_tensors import read_onnx_tensors
from ingest.sources.regular import hash_file, regular_file
from ingest.sources.tensors import n_not_finite, read_tensors

_ORIGIN = {"seed": "seed", "step": "training-step"}  # what a file may tell, and its option
_NO_KEY = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, kw_only=True)
class TensorSummary:
    """One tensor of a file."""

    name: str
    shape: tuple[int, ...]
    dtype: str  # float32
    n_values: int
    is_finite: bool | None  # None where the values lie in another file


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a file holds, and what it may be."""

    path: Path  # absolute, links followed
    sha256: str
    tensors: tuple[TensorSummary, ...]
    notes: tuple[str, ...]  # what was unwrapped or left out
    found: Mapping[str, int]  # epoch, step and seed, where the file tells them
    guess: str  # the architecture, by names and shapes
    command: str  # the one that would take it in

    def to_frame(self) -> pd.DataFrame:
        """Give one row for each tensor: name, shape, dtype, n_values, is_finite."""
        return pd.DataFrame(
            {
                "name": [tensor.name for tensor in self.tensors],
                "shape": [" x ".join(map(str, tensor.shape)) for tensor in self.tensors],
                "dtype": [tensor.dtype for tensor in self.tensors],
                "n_values": [tensor.n_values for tensor in self.tensors],
                "is_finite": [tensor.is_finite for tensor in self.tensors],
            }
        )


def inspect(path: str | Path, *, part: str | int | None = None) -> Inspection:
    """Look into a file: torch, .safetensors, .pt2 or .onnx. Nothing that it holds is run.

    Parameters
    ----------
    path
        A file.
    part
        Of a checkpoint with several state dicts: the entry's name, or its place in a list.

    Raises
    ------
    UnreadableFile, UnsafeFile, TensorMismatch, BadParameter, UnknownName
        As `read_tensors`, `read_exported`.
    """
    path = regular_file(path)
    if path.suffix in (".pt2", ".onnx"):
        return _of_program(path)
    file = read_tensors(path, part=part)
    guessed = guess(file.tensors)
    return Inspection(
        path=file.path,
        sha256=file.sha256,
        tensors=_of_torch(file.tensors.items()),
        notes=file.notes,
        found=file.found,
        guess=guessed.text,
        command=_command(path, guessed, file.found),
    )


def _of_program(path: Path) -> Inspection:
    digest = hash_file(path)
    if path.suffix == ".onnx":
        rows, text = read_onnx_tensors(path)
        tensors = tuple(
            TensorSummary(
                name=row.name, shape=row.shape, dtype=row.dtype, n_values=row.n_values, is_finite=row.is_finite
            )
            for row in rows
        )
    else:
        program = read_exported(path)
        tensors = _of_torch(program.state_dict.items())
        n_operations = sum(node.op == "call_function" for node in program.graph.nodes)
        text = f"exported program of {n_operations} operations"
    return Inspection(
        path=path.resolve(),
        sha256=digest,
        tensors=tensors,
        notes=(),
        found={},
        guess=text,
        command=_command(path, Guess(text=text, arguments=()), {}),
    )


def _of_torch(tensors: Iterable[tuple[str, torch.Tensor]]) -> tuple[TensorSummary, ...]:
    return tuple(
        TensorSummary(
            name=name,
            shape=tuple(tensor.shape),
            dtype=str(tensor.dtype).removeprefix("torch."),
            n_values=tensor.numel(),
            is_finite=n_not_finite(tensor.detach()) == 0,
        )
        for name, tensor in tensors
    )


def _command(path: Path, guessed: Guess, found: Mapping[str, int]) -> str:
    key = _NO_KEY.sub("-", path.stem).strip("-._") or "network"
    origin = [(f"--{option}", str(found[name])) for name, option in _ORIGIN.items() if name in found]
    words = [
        "atlas",
        "ingest",
        str(path),
        "--key",
        key,
        *guessed.arguments,
        *(word for pair in origin for word in pair),
    ]
    return shlex.join(words)
