"""Data specifications: `digits:train`, `mnist:FOLDER:test:0.5,0.5`, `FILE.npz`, `package.module:function`."""

from __future__ import annotations

import importlib
import re
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path
from typing import cast

import numpy as np

from atlas.errors import BadParameter, DataMismatch, UnknownName, UnreadableFile, shown
from atlas.records import DataRecord
from ingest.idx import find_idx, read_idx
from ingest.trials import IN_MEMORY, described_data, trials

DataSource = str | PathLike[str] | tuple[object, object] | DataRecord

_N_CLASSES = 10
_FORMS = ("digits", "mnist:FOLDER", "fashion:FOLDER", "FILE.npz", "package.module:function")
_IMAGES = {"train": "train", "test": "t10k"}
_SCALING = re.compile(r"[-+.\de]+,[-+.\de]+")
_FUNCTION = re.compile(r"[^\W\d][\w.]*:[^\W\d]\w*")


@dataclass(frozen=True, kw_only=True)
class _Images:
    """A specification of `digits`, `mnist` or `fashion`."""

    kind: str
    folder: str = ""
    split: str = "test"
    scaling: str | None = None

    @property
    def text(self) -> str:
        folder = [str(Path(self.folder).expanduser().resolve())] if self.folder else []
        return ":".join([self.kind, *folder, self.split, *([self.scaling] if self.scaling else [])])


def read_data(source: DataSource) -> DataRecord:
    """Read the trials a specification names, or take them from memory.

    Parameters
    ----------
    source
        A specification: `digits[:train|test]` (scikit-learn's, pixels in [0, 1], the first half for training),
        `mnist:FOLDER[:train|test][:MEAN,STD]` and `fashion:FOLDER...` alike (IDX files; pixels in [0, 1], then
        standardised if asked), `FILE.npz` with `x` and `y`, or `package.module:function`, which is called
        without arguments and returns x and y. Where train or test is not said, test is meant.
        A path is taken as its text. Or a pair (x, y) of arrays or tensors; or a record, which is given back.
        One-dimensional y of whole numbers are classes; floating-point y that are two-dimensional, or not all whole,
        are values a network is to put out.

    Returns
    -------
    DataRecord
        With the specification in full (absolute paths, train or test) as its `text`.

    Raises
    ------
    UnknownName, BadParameter
        No such specification.
    UnreadableFile
        A file is missing, truncated or of another format.
    DataMismatch
        Inputs and labels, or values, that do not fit together, or are no finite numbers.
    """
    if isinstance(source, DataRecord):
        return source
    if isinstance(source, PathLike):
        source = fspath(source)
    if not isinstance(source, str):
        inputs, labels = _pair(source, IN_MEMORY)
        return trials(inputs, labels, text=IN_MEMORY)
    if source.partition(":")[0] in _READERS:
        images = _parse_images(source)
        return _READERS[images.kind](images)
    if source.endswith(".npz"):
        return _read_npz(Path(source).expanduser().resolve())
    if _FUNCTION.fullmatch(source):
        return _read_function(source)
    raise UnknownName("data specification", source, _FORMS)


def with_split(source: str, split: str) -> str:
    """Rewrite a specification of digits, mnist or fashion for `train` or `test`.

    Raises
    ------
    BadParameter
        The data have no such parts.
    """
    if not isinstance(source, str) or source.partition(":")[0] not in _READERS:
        raise BadParameter(
            f"The data {shown(source)} have no train and test part. Give one of {', '.join(_FORMS[:3])}."
        )
    return replace(_parse_images(source), split=split).text


def _parse_images(text: str) -> _Images:
    kind, *parts = text.split(":")
    scaling = parts.pop() if parts and kind != "digits" and _SCALING.fullmatch(parts[-1]) else None
    split = parts.pop() if parts and parts[-1] in _IMAGES else "test"
    folder = ":".join(parts)
    if kind == "digits" and folder:
        raise BadParameter(f"The data specification {text!r} is wrong. Write 'digits:train' or 'digits:test'.")
    if kind != "digits" and not folder:
        raise BadParameter(f"The data specification {text!r} names no folder. Write '{kind}:FOLDER[:train|test]'.")
    return _Images(kind=kind, folder=folder, split=split, scaling=scaling)


def _read_digits(images: _Images) -> DataRecord:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    half = len(x) // 2
    part = slice(None, half) if images.split == "train" else slice(half, None)
    return trials((x[part] / 16).astype(np.float32), y[part], text=images.text, n_classes=_N_CLASSES)


def _read_images(images: _Images) -> DataRecord:
    folder, prefix = Path(images.folder).expanduser().resolve(), _IMAGES[images.split]
    mean, std = _scaling(images)
    pixels = read_idx(find_idx(folder, f"{prefix}-images-idx3-ubyte"), n_dimensions=3)
    labels = read_idx(find_idx(folder, f"{prefix}-labels-idx1-ubyte"), n_dimensions=1)
    x = pixels / np.float32(255)
    if images.scaling is not None:
        x = (x - np.float32(mean)) / np.float32(std)
    return trials(x, labels, text=images.text, n_classes=_N_CLASSES)


_READERS: dict[str, Callable[[_Images], DataRecord]] = {
    "digits": _read_digits,
    "mnist": _read_images,
    "fashion": _read_images,
}


def _scaling(images: _Images) -> tuple[float, float]:
    try:
        mean, std = (float(number) for number in (images.scaling or "0,1").split(","))
    except ValueError as error:
        raise BadParameter(f"The scaling {images.scaling!r} is not two numbers MEAN,STD, as in '0.5,0.5'.") from error
    if std <= 0:
        raise BadParameter(f"The scaling {images.scaling!r} divides by {std}. STD must be above 0.")
    return mean, std


def _read_npz(path: Path) -> DataRecord:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            missing = [name for name in ("x", "y") if name not in arrays.files]
            if missing:
                raise UnreadableFile(f"{str(path)!r} has no array {missing[0]!r}. Save it: np.savez(FILE, x=x, y=y).")
            x, y = arrays["x"], arrays["y"]
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UnreadableFile(f"Cannot read {str(path)!r}: {error.strerror}. Check the path.") from error
    except (
        OSError,
        ValueError,
        EOFError,
        AttributeError,
        TypeError,
        RuntimeError,
        zlib.error,
        zipfile.BadZipFile,
    ) as error:
        raise UnreadableFile(
            f"{str(path)!r} is truncated, damaged, or holds Python objects. "
            "Save plain arrays: np.savez(FILE, x=x, y=y)."
        ) from error
    return trials(x, y, text=str(path))


def _read_function(text: str) -> DataRecord:
    module_name, _, name = text.partition(":")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        function = getattr(importlib.import_module(module_name), name)
        result = function()
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise DataMismatch(
            f"The data {text!r} cannot be made: {type(error).__name__}: {' '.join(str(error).split())}. "
            "The module must be importable from here, and the function take no arguments."
        ) from error
    inputs, labels = _pair(result, text)
    return trials(inputs, labels, text=text)


def _pair(value: object, text: str) -> tuple[object, object]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise DataMismatch(
            f"The {described_data(text)} are a {type(value).__name__}, not a pair (x, y). Give inputs and labels."
        )
    return cast("tuple[object, object]", tuple(value))
