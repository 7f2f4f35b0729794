"""Files of `torch.save`, and the policy in a file of Stable-Baselines3: checked, then read with `weights_only`."""

from __future__ import annotations

import io
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

import torch

from atlas.errors import IngestError, UnreadableFile, UnsafeFile
from ingest.sources.archives import opened_archive
from ingest.sources.pickles import MAX_OPCODES, Asked, read_pickle
from ingest.sources.regular import shown

SAVE_TENSORS: Final = "Save tensors only: torch.save(network.state_dict(), FILE)."
POLICY = "policy.pth"  # the member of a Stable-Baselines3 file that holds tensors only
_OF_STABLE_BASELINES = "_stable_baselines3_version"
_MAX_PICKLE = 64 << 20
_CODE = re.compile(r"GLOBAL ([\w.]+)|Unsupported class ([\w.]+)")
_ZIP = b"PK\3\4"
_N_LEGACY_HEADERS = 3  # pickles before the one with the content: a mark, the format's version, the machine


def read_torch(path: Path) -> tuple[object, tuple[str, ...]]:
    """Read what a file of torch holds, and notes on where in the file it lay.

    Raises
    ------
    UnreadableFile
        It is truncated, damaged, of another format, or declares more than it can hold.
    UnsafeFile
        Opening it would run code.
    """
    with path.open("rb") as stream:
        if stream.read(4) != _ZIP:
            _check_legacy(stream, path)
            return _load(stream, path), ()
        policy = _check_zip(stream, path)
        if policy is None:
            return _load(stream, path), ()
        _check_zip(io.BytesIO(policy), path)
        return _load(io.BytesIO(policy), path), (f"took the member {POLICY!r}; the others were not opened",)


def check_pickled(stream: BinaryIO, path: Path, *, is_needed: bool) -> None:
    """Check that a member of an archive holds tensors and plain values only.

    Parameters
    ----------
    stream
        The member's bytes.
    path
        Of the archive, for messages.
    is_needed
        Whether it must be a file of torch; otherwise only a pickle that asks for code is refused.

    Raises
    ------
    UnreadableFile, UnsafeFile
        As for a file of torch.
    """
    if stream.read(4) == _ZIP:
        _check_zip(stream, path)
    elif is_needed:
        _check_legacy(stream, path)
    else:
        stream.seek(0)
        if (code := read_pickle(stream).code) is not None:
            raise _unsafe(path, code)
        return
    _load(stream, path)


def _load(stream: BinaryIO, path: Path) -> object:
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about old formats, or pickles that are refused right after
            return torch.load(stream, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise _refusal(path, str(error)) from error
    except Exception as error:  # torch raises nearly anything on a damaged file
        raise unreadable(path) from error


def _check_zip(stream: BinaryIO, path: Path) -> bytes | None:
    """Check an archive of torch; of Stable-Baselines3, give the policy inside."""
    with opened_archive(stream, path) as archive:
        names = archive.namelist()
        folder = names[0].partition("/")[0] if names else ""
        if POLICY in names and _OF_STABLE_BASELINES in names:
            return archive.read(POLICY)
        if f"{folder}/constants.pkl" in names or any(name.startswith(f"{folder}/code/") for name in names):
            raise UnsafeFile(f"{str(path)!r} is a TorchScript archive, which carries code. {SAVE_TENSORS}")
        if f"{folder}/archive_format" in names or "serialized_exported_program.json" in names:
            raise UnreadableFile(f"{str(path)!r} is an exported program. Give it the ending .pt2.")
        if f"{folder}/data.pkl" not in names:
            raise unreadable(path)
        _check_content(archive, f"{folder}/", path)
    return None


def _check_content(archive: zipfile.ZipFile, folder: str, path: Path) -> None:
    """Check that the pickle asks for tensors only, and that every storage is as long as it says."""
    if archive.getinfo(f"{folder}data.pkl").file_size > _MAX_PICKLE:
        raise _too_large(path)
    asked = read_pickle(io.BytesIO(archive.read(f"{folder}data.pkl")))
    sizes = {member.filename: member.file_size for member in archive.infolist()}
    for key, n_bytes in _storages(asked, path).items():
        held = sizes.get(f"{folder}data/{key}")
        if held != n_bytes:
            raise UnreadableFile(
                f"{str(path)!r} declares {n_bytes:,} bytes of values {shown(key)}, but holds {held or 0:,}. "
                "Copy or save it again."
            )


def _check_legacy(stream: BinaryIO, path: Path) -> None:
    """Check a file older than torch 1.6: pickles one after the other, then the values."""
    n_bytes = stream.seek(0, 2)
    stream.seek(0)
    for _ in range(_N_LEGACY_HEADERS):
        _storages(read_pickle(stream), path)
    total = sum(_storages(read_pickle(stream), path).values())
    if total > n_bytes:
        raise UnreadableFile(
            f"{str(path)!r} declares {total:,} bytes of values, but has {n_bytes:,}. Copy or save it again."
        )


def _storages(asked: Asked, path: Path) -> Mapping[str, int]:
    """Give the storages a pickle declares, or refuse it."""
    if asked.is_too_large:
        raise _too_large(path)
    if asked.code is not None:
        raise _unsafe(path, asked.code)
    if asked.is_general:
        raise UnsafeFile(f"{str(path)!r} is a general pickle, which can run code when opened. {SAVE_TENSORS}")
    if not asked.is_whole or asked.storages is None:
        raise unreadable(path)
    return asked.storages


def _refusal(path: Path, reason: str) -> IngestError:
    """Tell a pickle that asks for code from bytes that are no pickle."""
    code = _CODE.search(reason)
    return unreadable(path) if code is None else _unsafe(path, code.group(1) or code.group(2))


def _unsafe(path: Path, code: str) -> UnsafeFile:
    return UnsafeFile(f"{str(path)!r} would run code when opened: it asks for {shown(code)}. {SAVE_TENSORS}")


def _too_large(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{str(path)!r} holds a pickle too large or too nested for tensors. "
        f"At most {MAX_OPCODES:,} steps are read. Save fewer tensors in one file."
    )


def unreadable(path: Path) -> UnreadableFile:
    """Say that a file holds no tensors."""
    return UnreadableFile(
        f"{str(path)!r} is truncated, damaged or no file of tensors (.pt, .pth, .safetensors). "
        "Copy or save it again: torch.save(network.state_dict(), FILE)."
    )
