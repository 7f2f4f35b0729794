"""Weights that stand in files beside an ONNX file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

import onnx
from onnx.external_data_helper import ExternalDataInfo, uses_external_data

from atlas.errors import UnreadableFile, UnsafeFile
from ingest.program.onnx_words import EXPORT, one_line


def tensors_of(graph: onnx.GraphProto | onnx.FunctionProto) -> Iterator[onnx.TensorProto]:
    """Give every tensor, those in attributes and inner graphs too."""
    if isinstance(graph, onnx.GraphProto):
        yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            for inner in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
                yield from tensors_of(inner)


def check_external(path: Path, model: onnx.ModelProto) -> None:
    """Let weights come only from plain files inside the file's own folder, and not more than these hold."""
    sizes: dict[Path, int] = {}
    n_bytes = 0
    for graph in (model.graph, *model.functions):
        for tensor in filter(uses_external_data, tensors_of(graph)):
            try:
                info = ExternalDataInfo(tensor)
            except ValueError as error:
                raise UnreadableFile(f"{str(path)!r} is no valid ONNX: {one_line(error)}. {EXPORT}") from error
            beside = _beside(path, tensor.name, str(info.location))
            sizes[beside] = beside.stat().st_size
            n_bytes += sizes[beside] - (info.offset or 0) if info.length is None else info.length
    if n_bytes > 4 * sum(sizes.values()):  # tensors may share bytes, as tied weights do
        raise UnsafeFile(
            f"{str(path)!r} asks for {n_bytes} bytes of weights from files that hold {sum(sizes.values())}. {EXPORT}"
        )


def _beside(path: Path, name: str, location: str) -> Path:
    parts = PurePosixPath(location).parts
    outside = not parts or ".." in parts or "\\" in location or "\0" in location
    if outside or PurePosixPath(location).is_absolute() or PureWindowsPath(location).drive:
        raise UnsafeFile(
            f"{str(path)!r} takes the tensor {name!r} from {location!r}, outside its own folder. "
            "Weights are read only from files beside an ONNX file. Save it again with onnx.save."
        )
    beside = path.parent
    for part in parts:
        beside /= part
        if beside.is_symlink():
            raise UnsafeFile(f"{str(path)!r} takes the tensor {name!r} from {location!r}, a link. Copy the file there.")
    if not beside.is_file() or not os.access(beside, os.R_OK):
        raise UnreadableFile(
            f"{str(path)!r} needs {location!r} with the tensor {name!r}. Copy it into the same folder."
        )
    return beside
