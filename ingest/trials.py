"""Trials: inputs and labels checked and hashed."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from atlas.errors import DataMismatch
from atlas.records import DataRecord, FloatArray, IntArray


def trials(inputs: object, labels: object, *, text: str, n_classes: int | None = None) -> DataRecord:
    """Make a record of trials from arrays or tensors.

    Parameters
    ----------
    inputs
        Real numbers, shape (n_trials, ...); kept as float64 if they are, else as float32.
    labels
        Class of every trial, integers from 0, shape (n_trials,).
    text
        Where the trials come from, as a data specification writes it.
    n_classes
        How many classes there are; None counts up to the largest label.

    Raises
    ------
    DataMismatch
        Lengths differ, there is no trial, an input is no finite number, a label no class.
    """
    x, y = _inputs(_array(inputs), text), _labels(_array(labels), text)
    if len(x) != len(y) or len(x) == 0:
        raise DataMismatch(
            f"The data {text!r} have {len(x)} inputs and {len(y)} labels. There must be one label for each input, "
            "and at least one. Correct x or y."
        )
    largest = int(y.max())
    if n_classes is not None and largest >= n_classes:
        raise DataMismatch(
            f"The data {text!r} have a label {largest}, but only {n_classes} classes. Correct the labels."
        )
    return DataRecord(
        text=text, sha256=_sha256(x, y), inputs=x, labels=y, n_classes=largest + 1 if n_classes is None else n_classes
    )


def _array(values: object) -> NDArray[Any]:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def _inputs(x: NDArray[Any], text: str) -> FloatArray:
    if x.dtype.kind not in "fiub" or x.ndim == 0:
        raise DataMismatch(f"The inputs x of {text!r} are {_described(x)}. They must be real numbers, one row a trial.")
    x = np.ascontiguousarray(x, dtype=np.float64 if x.dtype == np.float64 else np.float32)
    bad = ~np.isfinite(x)
    if bad.any():
        trial = int(np.argwhere(bad)[0, 0])
        raise DataMismatch(
            f"The inputs x of {text!r} have {int(bad.sum())} NaN or infinite values, the first in trial {trial}. "
            "Remove or replace them."
        )
    return x


def _labels(y: NDArray[Any], text: str) -> IntArray:
    if y.dtype.kind not in "iub" or y.ndim != 1:
        raise DataMismatch(
            f"The labels y of {text!r} are {_described(y)}. They must be integers from 0, one for each trial. "
            "Convert them, for example with y.astype(int), or y.argmax(1) where each row marks a class."
        )
    y = y.astype(np.int64)
    if (y < 0).any():
        raise DataMismatch(f"The labels y of {text!r} hold {int(y.min())}. Classes count from 0. Correct the labels.")
    return y


def _described(array: NDArray[Any]) -> str:
    return f"of type {array.dtype} and shape {' x '.join(map(str, array.shape)) or 'none'}"


def _sha256(*arrays: NDArray[Any]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        little_endian = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        digest.update(f"{little_endian.dtype.str}{little_endian.shape}".encode())
        digest.update(little_endian.data)
    return digest.hexdigest()
