"""Files of safetensors: the header is checked before anything is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch

from atlas.errors import UnreadableFile
from ingest.sources.torch_files import unreadable

MAX_TENSORS = 100_000
_MAX_HEADER = 16 << 20  # bytes
_METADATA = "__metadata__"


def is_safetensors(path: Path) -> bool:
    """Tell such a file by its name or, for links to files without an ending, by how it begins."""
    if path.suffix == ".safetensors":
        return True
    with path.open("rb") as stream:
        head = stream.read(9)
    return head[8:] == b"{" and int.from_bytes(head[:8], "little") <= path.stat().st_size - 8


def read_safetensors(path: Path) -> Mapping[str, torch.Tensor]:
    """Read the tensors of a file.

    Raises
    ------
    UnreadableFile
        It is truncated, damaged, declares more than it holds, or safetensors is not installed.
    """
    try:
        from safetensors.torch import load_file
    except ImportError as error:
        raise UnreadableFile(
            f"{str(path)!r} needs the package safetensors, which is not installed. "
            "Install it: pip install 'network-atlas[safetensors]'."
        ) from error
    _check_header(path)
    try:
        tensors: Mapping[str, torch.Tensor] = load_file(path)
    except Exception as error:  # types of values this torch does not know raise many things
        raise unreadable(path) from error
    return tensors


def _check_header(path: Path) -> None:
    n_bytes = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > n_bytes - 8:
            raise unreadable(path)
        if length > _MAX_HEADER:
            raise _too_much(path, f"a header of {length:,} bytes", _MAX_HEADER)
        text = stream.read(length)
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise unreadable(path) from error
    if not isinstance(header, dict):
        raise unreadable(path)
    if len(header) > MAX_TENSORS:
        raise _too_much(path, f"{len(header) - (_METADATA in header):,} tensors", MAX_TENSORS)


def _too_much(path: Path, what: str, limit: int) -> UnreadableFile:
    return UnreadableFile(f"{str(path)!r} declares {what}. At most {limit:,} are read. Save fewer tensors in one file.")
