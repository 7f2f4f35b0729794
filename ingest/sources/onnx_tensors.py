"""Tensors of an ONNX file, listed; values in other files are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from atlas.errors import UnreadableFile
from ingest.sources.regular import shown

_LARGEST = 2 << 30  # bytes of a protobuf message
_EXTERNAL = 1  # TensorProto.DataLocation.EXTERNAL


@dataclass(frozen=True, kw_only=True)
class OnnxTensor:
    """One stored tensor of an ONNX graph."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    n_values: int
    is_finite: bool | None  # None where the values lie in another file


def read_onnx_tensors(path: Path) -> tuple[tuple[OnnxTensor, ...], str]:
    """List the tensors of a file, and describe its graph.

    Raises
    ------
    UnreadableFile
        The file is truncated, damaged or no ONNX, or onnx is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise UnreadableFile(
            f"{str(path)!r} needs the package onnx, which is not installed. "
            "Install it: pip install 'network-atlas[onnx]'."
        ) from error
    if path.stat().st_size >= _LARGEST:
        raise UnreadableFile(f"{str(path)!r} is larger than an ONNX file can be. Keep its values in another file.")
    try:
        graph = onnx.load(str(path), load_external_data=False).graph
    except Exception as error:  # protobuf raises its own errors, of changing names
        raise _damaged(path) from error
    if not graph.node:
        raise _damaged(path)
    return tuple(_summary(tensor, path) for tensor in graph.initializer), f"ONNX graph of {len(graph.node)} operations"


def _summary(tensor: Any, path: Path) -> OnnxTensor:
    from onnx import helper, numpy_helper

    shape = tuple(int(size) for size in tensor.dims)
    try:
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type)).name
        values = None if tensor.data_location == _EXTERNAL else numpy_helper.to_array(tensor)
    except Exception as error:  # onnx raises nearly anything on values that do not fit their type and shape
        raise UnreadableFile(f"{str(path)!r}: the tensor {shown(tensor.name)} is damaged. Export it again.") from error
    is_finite = None if values is None else _is_finite(values)
    return OnnxTensor(name=tensor.name, shape=shape, dtype=dtype, n_values=prod(shape), is_finite=is_finite)


def _is_finite(values: Any) -> bool:
    return values.dtype.kind not in "fc" or bool(np.isfinite(values).all())


def _damaged(path: Path) -> UnreadableFile:
    return UnreadableFile(f"{str(path)!r} is truncated, damaged or no ONNX file. Export it again.")
