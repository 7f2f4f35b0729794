"""Trials: inputs, and labels or values expected, checked and hashed."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from atlas.errors import DataMismatch
from atlas.records import DataRecord, FloatArray

IN_MEMORY = "memory"  # the text of trials handed over as arrays


def trials(inputs: object, expected: object, *, text: str, n_classes: int | None = None) -> DataRecord:
    """Make a record of trials from arrays or tensors.

    Parameters
    ----------
    inputs
        Real numbers, shape (n_trials, ...); kept as float64 if they are, else as float32.
    expected
        Class of every trial: whole numbers from 0, of any type, shape (n_trials,). Or the values to be put out:
        floating-point numbers of shape (n_trials, n_outputs), or (n_trials,) if not all of them are whole.
    text
        Where the trials come from, as a data specification writes it.
    n_classes
        How many classes there are; None counts up to the largest label.

    Raises
    ------
    DataMismatch
        Lengths differ, there is no trial, an input or a value is no finite number, a label no class.
    """
    x, y = _finite(_array(inputs), "inputs x", text), _expected(_array(expected), text)
    if len(x) != len(y) or len(x) == 0:
        what = "values" if y.ndim == 2 else "labels"
        raise DataMismatch(
            f"The {described_data(text)} have {len(x)} inputs and {len(y)} {what}. There must be one for each input, "
            "and at least one. Correct x or y."
        )
    if y.ndim == 2:
        none = np.zeros(len(y), dtype=np.int64)
        return DataRecord(text=text, sha256=_sha256(x, y), inputs=x, labels=none, n_classes=0, values=y)
    largest = int(y.max())
    if n_classes is not None and largest >= n_classes:
        raise DataMismatch(
            f"The {described_data(text)} have a label {largest}, but only {n_classes} classes. Correct the labels."
        )
    return DataRecord(
        text=text, sha256=_sha256(x, y), inputs=x, labels=y, n_classes=largest + 1 if n_classes is None else n_classes
    )


def described_data(text: str) -> str:
    """Name the data in a message: `data 'digits:test'`, `data given`."""
    return "data given" if text == IN_MEMORY else f"data {text!r}"


def _array(values: object) -> NDArray[Any]:
    return values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)


def _finite(array: NDArray[Any], what: str, text: str) -> FloatArray:
    if array.dtype.kind not in "fiub" or array.ndim == 0:
        raise DataMismatch(
            f"The {what} of the {described_data(text)} are {_described(array)}. They must be real numbers, "
            "one row a trial."
        )
    array = np.ascontiguousarray(array, dtype=np.float64 if array.dtype == np.float64 else np.float32)
    bad = ~np.isfinite(array)
    if bad.any():
        trial = int(np.argwhere(bad)[0, 0])
        raise DataMismatch(
            f"The {what} of the {described_data(text)} have {int(bad.sum())} NaN or infinite values, the first in "
            f"trial {trial}. Remove or replace them."
        )
    return array


def _expected(y: NDArray[Any], text: str) -> NDArray[Any]:
    """Tell classes, shape (n_trials,), from values, shape (n_trials, n_outputs)."""
    if y.dtype.kind == "f" and y.ndim in (1, 2) and y.size:
        values = _finite(y, "values y", text)
        if y.ndim == 2 or (values != np.rint(values)).any():
            return values.reshape(len(values), -1)
    elif y.dtype.kind not in "iub" or y.ndim != 1:
        raise DataMismatch(
            f"The labels y of the {described_data(text)} are {_described(y)}. They must be whole numbers from 0, one "
            "for each trial; or values to be put out, floating-point numbers of shape (n_trials, n_outputs). "
            "Convert them, for example with y.astype(int), or y.argmax(1) where each row marks a class."
        )
    y = y.astype(np.int64)
    if (y < 0).any():
        raise DataMismatch(
            f"The labels y of the {described_data(text)} hold {int(y.min())}. Classes count from 0. Correct the "
            "labels; if they are values to be put out, give them as floating-point numbers of shape "
            "(n_trials, n_outputs)."
        )
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
