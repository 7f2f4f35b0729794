"""Read tensors from a file without running what else may be in it."""

from __future__ import annotations

import hashlib
import pickle
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from atlas.errors import IngestError, UnreadableFile, UnsafeFile

_REMEDY_UNSAFE = "Save tensors only: torch.save(network.state_dict(), FILE)."
_REMEDY_UNREADABLE = "Copy or save it again: torch.save(network.state_dict(), FILE)."
_CODE = re.compile(r"GLOBAL ([\w.]+)|Unsupported class ([\w.]+)")
_NEWER_PICKLE = re.compile(r"Unsupported operand 1(4\d|5[01])\b")  # of protocol 4; torch.save writes protocol 2


@dataclass(frozen=True, kw_only=True)
class TensorFile:
    """The tensors of a file by name, with the file's hash."""

    path: Path  # absolute
    sha256: str
    tensors: Mapping[str, torch.Tensor]


def read_tensors(path: str | Path) -> TensorFile:
    """Read a tensors-only file: a torch state dict (.pt, .pth), or .safetensors.

    Nothing that the file holds is run.

    Raises
    ------
    UnreadableFile
        The file is missing, truncated, of another format, or holds more than tensors.
    UnsafeFile
        Opening the file would run code.
    """
    path = Path(path).expanduser().absolute()
    digest = hash_file(path)
    content = _read_safetensors(path) if path.suffix == ".safetensors" else _read_torch(path)
    return TensorFile(path=path, sha256=digest, tensors=_tensors_only(path, content))


def hash_file(path: Path) -> str:
    """Hash a file's bytes."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise UnreadableFile(f"Cannot read {str(path)!r}: {error.strerror}. Check the path.") from error
    return digest.hexdigest()


def _read_torch(path: Path) -> object:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about pickles that are refused right after
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _refusal(path, str(error)) from error
    except Exception as error:  # torch raises nearly anything on a damaged file
        if "TorchScript" in str(error):
            raise UnsafeFile(f"{str(path)!r} is a TorchScript archive, which carries code. {_REMEDY_UNSAFE}") from error
        raise _unreadable(path) from error


def _refusal(path: Path, reason: str) -> IngestError:
    """Tell a pickle that asks for code from bytes that are no pickle."""
    code = _CODE.search(reason)
    if code is not None:
        name = code.group(1) or code.group(2)
        return UnsafeFile(f"{str(path)!r} would run code when opened: it asks for {name!r}. {_REMEDY_UNSAFE}")
    if _NEWER_PICKLE.search(reason):
        return UnsafeFile(f"{str(path)!r} is a general pickle, which can run code when opened. {_REMEDY_UNSAFE}")
    return _unreadable(path)


def _read_safetensors(path: Path) -> object:
    try:
        import safetensors
        from safetensors.torch import load_file
    except ImportError as error:
        raise UnreadableFile(
            f"{str(path)!r} needs the package safetensors, which is not installed. "
            "Install it: pip install 'network-atlas[safetensors]'."
        ) from error
    try:
        return load_file(path)
    except safetensors.SafetensorError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{str(path)!r} is truncated, damaged or no file of tensors (.pt, .pth, .safetensors). {_REMEDY_UNREADABLE}"
    )


def _tensors_only(path: Path, content: object) -> Mapping[str, torch.Tensor]:
    if not isinstance(content, Mapping):
        raise UnreadableFile(f"{str(path)!r} holds a {type(content).__name__}, no tensors by name. {_REMEDY_UNSAFE}")
    others = [str(name) for name, value in content.items() if not isinstance(value, torch.Tensor)]
    if others or not content:
        found = f"{others[0]!r} is no tensor ({len(others)} such entries)" if others else "it is empty"
        raise UnreadableFile(f"{str(path)!r} does not hold tensors only: {found}. {_REMEDY_UNSAFE}")
    return {str(name): value for name, value in content.items()}
