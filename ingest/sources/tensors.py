"""Read tensors from a file without running what else may be in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from atlas.errors import NonFiniteWeights, TensorMismatch, UnreadableFile
from ingest.sources.checkpoints import unwrap
from ingest.sources.regular import hash_file, regular_file, shown
from ingest.sources.safetensors_files import MAX_TENSORS, is_safetensors, read_safetensors
from ingest.sources.torch_files import read_torch

_PIECE = 1 << 20  # values looked at together


@dataclass(frozen=True, kw_only=True)
class TensorFile:
    """The tensors of a file by name, with the file's hash."""

    path: Path  # absolute, links followed
    sha256: str
    tensors: Mapping[str, torch.Tensor]
    notes: tuple[str, ...] = ()  # what was unwrapped or left out, one line each
    found: Mapping[str, int] = field(default_factory=dict)  # epoch, step and seed, where the file tells them


def read_tensors(path: str | Path, *, part: str | int | None = None) -> TensorFile:
    """Read the tensors of a torch file (.pt, .pth, .ckpt), of .safetensors, or of a Stable-Baselines3 .zip.

    Nothing that the file holds is run. Checkpoints are unwrapped: the state dict is taken, `module.` and
    `_orig_mod.` are taken off its names, and all else is left out; the notes tell.

    Parameters
    ----------
    path
        A file.
    part
        Of a file with several state dicts: the entry's name, or its place in a list, counted from 0. None takes
        the usual name, or the last of a list.

    Raises
    ------
    UnreadableFile
        The file is missing, no regular file, truncated, of another format, or holds no tensors by name.
    UnsafeFile
        Opening the file would run code.
    TensorMismatch
        A tensor without plain values: sparse, quantised or without any.
    BadParameter, UnknownName
        No such part, or several state dicts and no part chosen.
    """
    path = regular_file(path)
    digest = hash_file(path)
    content, notes = (read_safetensors(path), ()) if is_safetensors(path) else read_torch(path)
    checkpoint = unwrap(content, path=path, part=part)
    if len(checkpoint.tensors) > MAX_TENSORS:
        raise UnreadableFile(
            f"{str(path)!r} holds {len(checkpoint.tensors):,} tensors. At most {MAX_TENSORS:,} are read."
        )
    _check_plain(checkpoint.tensors, path)
    return TensorFile(
        path=path.resolve(),
        sha256=digest,
        tensors=checkpoint.tensors,
        notes=(*notes, *checkpoint.notes),
        found=checkpoint.found,
    )


def check_weights(tensors: Mapping[str, torch.Tensor], *, source: str) -> None:
    """Check that tensors can be weights: some values, all real, finite and of floating point.

    Parameters
    ----------
    tensors
        By name; those that are no weights (counters, masks) left out.
    source
        Whose they are, for messages: the file, or "The state dict".

    Raises
    ------
    TensorMismatch
        A tensor is empty, or not of real floating-point numbers.
    NonFiniteWeights
        NaN or infinite values.
    """
    for name, tensor in tensors.items():
        if (kind := _kind(tensor)) is not None or not tensor.is_floating_point():
            raise _not_plain(source, name, kind or str(tensor.dtype).removeprefix("torch."))
        if tensor.numel() == 0:
            raise TensorMismatch(f"{source}: the tensor {shown(name)} has no values. Leave it out.")
        if (n_bad := n_not_finite(tensor)) > 0:
            raise NonFiniteWeights(
                f"{source}: the tensor {shown(name)} has {n_bad} NaN or infinite values. Such a network has no "
                "meaningful answers. Train it again, or take an earlier checkpoint."
            )


def shape_text(tensor: torch.Tensor) -> str:
    """Write a shape down: `3 x 5`."""
    return " x ".join(map(str, tensor.shape)) or "a single number"


def n_not_finite(tensor: torch.Tensor) -> int:
    """Count NaN and infinite values; a tensor of integers has none."""
    if not tensor.is_floating_point() and not tensor.is_complex():
        return 0
    values = tensor.float() if tensor.element_size() == 1 else tensor  # of 8-bit floats torch tells nothing
    pieces = torch.split(values.reshape(-1), _PIECE)  # little memory beside the tensor
    return tensor.numel() - sum(int(torch.isfinite(piece).sum()) for piece in pieces)


def _check_plain(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    n_bytes = path.stat().st_size
    for name, tensor in tensors.items():
        if (kind := _kind(tensor)) is not None:
            raise _not_plain(repr(str(path)), name, kind)
        if tensor.numel() * tensor.element_size() > max(n_bytes, tensor.untyped_storage().nbytes()):
            raise UnreadableFile(
                f"{str(path)!r}: the tensor {shown(name)} has {tensor.numel():,} values, more than the file holds. "
                "Save it again with .clone()."
            )


def _kind(tensor: torch.Tensor) -> str | None:
    """Say why a tensor has no plain values, if it has none."""
    if tensor.is_quantized:
        return "quantised"
    if tensor.is_nested or tensor.layout != torch.strided:
        return "nested" if tensor.is_nested else "sparse"
    if tensor.is_meta:
        return "without values"
    return None if type(tensor) in (torch.Tensor, torch.nn.Parameter) else type(tensor).__name__


def _not_plain(source: str, name: str, kind: str) -> TensorMismatch:
    return TensorMismatch(
        f"{source}: the tensor {shown(name)} is {kind}. Weights must be dense floating-point numbers. "
        "Convert it before saving."
    )
