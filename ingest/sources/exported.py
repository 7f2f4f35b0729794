"""Read exported programs (.pt2) after checking every member of the archive.

torch's own loader unpickles whatever fails to load as tensors, evaluates size expressions as Python and writes names
into source code that it runs. So all of this is checked first: pickles with the weights-only loader, by what they
hold and not by what they are called, and the program's text in `ingest.sources.program_text`.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import Any, Final

import torch

from atlas.errors import AtlasError, UnreadableFile, UnsafeFile
from ingest.sources.archives import opened_archive
from ingest.sources.program_text import check_program
from ingest.sources.regular import regular_file, shown
from ingest.sources.torch_files import check_pickled

_EXPORT = "Save it again: torch.export.save(torch.export.export(network, (x,)), FILE)."
_WEIGHTS_ONLY = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
_MAX_TEXT: Final = 256 << 20  # bytes of one JSON member
_HEAD: Final = 16  # bytes that tell what a member is
_BINARY = (b"\x7fELF", b"MZ\x90\0", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_OBJECTS = ("custom_obj_", "opaque_obj_")
_COMPILED = re.compile(r"(?:^|/)aotinductor/|\.(?:so|dylib|dll|cubin|hsaco|ptx|cpp|cu|py|pyc)$")
_PLAIN = re.compile(r"(?:^|/)(?:archive_format|archive_version|version|byteorder|\.data/[^/]+|\.format/[^/]+)$|/extra/")
_PICKLED = re.compile(r"(?:^|/)data/sample_inputs/|\.pt$")
_PROGRAM = re.compile(r"(?:^|/)models/|\.json$")


def read_exported(path: str | Path) -> torch.export.ExportedProgram:
    """Read an exported program. Nothing that the file holds is run.

    Raises
    ------
    UnreadableFile
        The file is missing, truncated, of another format, or of another version of torch.
    UnsafeFile
        The archive holds objects that need code, compiled code, or a program whose text would be run as Python.
    """
    path = regular_file(path)
    with path.open("rb") as stream:
        with opened_archive(stream, path) as archive:
            _check_members(archive, path)
        stream.seek(0)
        return _load(stream, path)


def _load(stream: Any, path: Path) -> torch.export.ExportedProgram:
    try:
        with warnings.catch_warnings(), _silent(), _weights_only():
            warnings.simplefilter("ignore")
            return torch.export.load(stream)
    except Exception as error:  # torch raises nearly anything on a damaged program
        raise _unreadable(path, f"torch {torch.__version__} cannot load it") from error


@contextmanager
def _silent() -> Iterator[None]:
    """Keep torch from logging what is told in an error anyway."""
    loggers = [logging.getLogger(name) for name in ("torch.export", "torch._export")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _weights_only() -> Iterator[None]:
    """Make torch refuse any other pickle, should the checks have missed one."""
    before = os.environ.get(_WEIGHTS_ONLY)
    os.environ[_WEIGHTS_ONLY] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_WEIGHTS_ONLY]
        else:
            os.environ[_WEIGHTS_ONLY] = before


def _check_members(archive: zipfile.ZipFile, path: Path) -> None:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if not any(_PROGRAM.search(member.filename) for member in members):
        raise _unreadable(path, "it holds no program")
    texts = {member.filename: _text(archive, member, path) for member in members if _PROGRAM.search(member.filename)}
    raw = {name for place, text in texts.items() for name in _raw_members(place, text, path)}
    for member in members:
        _refuse_code(member.filename, path)
        if member.filename not in texts and not _PLAIN.search(member.filename):
            _check_content(archive, member, path, is_raw=member.filename in raw)


def _text(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Any:
    """Read a member of JSON, with its text checked."""
    if member.file_size > _MAX_TEXT:
        raise _unreadable(path, f"the member {shown(member.filename)} is too large")
    try:
        text = json.loads(archive.read(member))
        check_program(text, source=repr(str(path)))
    except AtlasError:
        raise
    except (ValueError, RecursionError) as error:
        raise _unreadable(path, f"the member {shown(member.filename)} is no JSON") from error
    return text


def _raw_members(place: str, text: Any, path: Path) -> Iterator[str]:
    """Name the members that a list of weights says are bare values, and check that these fit their sizes."""
    config = text.get("config") if isinstance(text, dict) else None
    if not isinstance(config, dict) or not place.endswith("_config.json"):
        return
    limit = 8 * path.stat().st_size
    for name, entry in config.items():
        if not isinstance(entry, dict) or entry.get("use_pickle") is not False:
            continue
        meta = entry.get("tensor_meta")
        sizes = meta.get("sizes", []) if isinstance(meta, dict) else []
        if prod(size.get("as_int", 1) for size in sizes if isinstance(size, Mapping)) > limit:
            raise _unreadable(path, f"the tensor {shown(name)} is larger than the file")
        yield f"{place.rpartition('/')[0]}/{entry.get('path_name')}"


def _refuse_code(name: str, path: Path) -> None:
    if name.rpartition("/")[2].startswith(_OBJECTS):
        raise UnsafeFile(f"{str(path)!r} holds the object {shown(name)}, which needs code when opened. {_EXPORT}")
    if _COMPILED.search(name):
        raise UnsafeFile(f"{str(path)!r} holds the compiled code {shown(name)}. {_EXPORT}")


def _check_content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, *, is_raw: bool) -> None:
    with archive.open(member) as stream:
        head = stream.read(_HEAD)
    if head.startswith(_BINARY):
        raise UnsafeFile(f"{str(path)!r} holds the compiled code {shown(member.filename)}. {_EXPORT}")
    is_zip = head.startswith(b"PK\3\4")
    if not head or (is_raw and not is_zip and not head.startswith(b"\x80")):
        return
    is_needed = not is_raw or _PICKLED.search(member.filename) is not None
    check_pickled(io.BytesIO(archive.read(member)), path, is_needed=is_needed)


def _unreadable(path: Path, why: str) -> UnreadableFile:
    return UnreadableFile(f"{str(path)!r} is truncated, damaged or no exported program: {why}. {_EXPORT}")
