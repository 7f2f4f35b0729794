"""Read an ONNX file, and refuse what could harm or cannot be run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import onnx
import onnx.checker
import onnx.inliner
import onnx.shape_inference
import onnx.version_converter
from google.protobuf.message import DecodeError
from onnx.external_data_helper import load_external_data_for_model, uses_external_data

from atlas.errors import UnreadableFile, UnsafeFile, UnsupportedLayer
from ingest.program.onnx_external import check_external, tensors_of
from ingest.program.onnx_words import EXPORT, MAX_ELEMENTS, one_line

MAX_BYTES = 2**31 - 1  # protobuf reads no longer message
MAX_NODES = 200_000
_OLDEST_OPSET, _PLAIN_OPSET = 7, 13  # read at all; from here on in the form the rest of this package knows
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")  # what ONNX Runtime brings along
_DECOMPOSED = ("Attention", "RotaryEmbedding")  # rewritten by ONNX itself into the operators they are made of
_LOOPS = ("Loop", "Scan", "SequenceMap")
_RANDOM = ("Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike")


def read_model(path: Path) -> onnx.ModelProto:
    """Read and check a file, with the weights that stand in files beside it.

    Its functions are written out, and operator sets below 13 converted.

    Raises
    ------
    UnreadableFile
        Missing, truncated, no ONNX, an unknown operator set, or a file of weights is missing.
    UnsafeFile
        It reaches for weights outside its own folder, or for more than the files hold.
    UnsupportedLayer
        Operators that are nowhere defined, that draw random numbers, or that loop.
    """
    model = _parse(path)
    version = _opset(path, model)
    check_external(path, model)
    _check_functions(path, model)  # before anything follows them
    try:
        onnx.checker.check_model(str(path))
        load_external_data_for_model(model, str(path.parent))
        model = onnx.inliner.inline_local_functions(model) if model.functions else model
        if any(node.op_type in _DECOMPOSED for node in model.graph.node):
            model = _decompose(model)
        if version < _PLAIN_OPSET:
            model = onnx.version_converter.convert_version(model, _PLAIN_OPSET)
    except (onnx.checker.ValidationError, ValueError, RuntimeError, TypeError, OSError, DecodeError) as error:
        raise UnreadableFile(f"{str(path)!r} is no valid ONNX: {one_line(error)}. {EXPORT}") from error
    _check_operators(path, model)
    _check_sizes(path, model)
    return model


def _decompose(model: onnx.ModelProto) -> onnx.ModelProto:
    """Write large operators out, for which the types of all values must stand in the file."""
    model = onnx.shape_inference.infer_shapes(model)
    for tensor in model.graph.initializer:
        info = onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tuple(tensor.dims))
        model.graph.value_info.append(info)
    named = [("", name) for name in _DECOMPOSED]
    return onnx.inliner.inline_selected_functions(model, named, inline_schema_functions=True)


def _parse(path: Path) -> onnx.ModelProto:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(
                f"{str(path)!r} has {path.stat().st_size} bytes; an ONNX file has at most 2 GiB. "
                "Save the weights beside it: onnx.save(…, save_as_external_data=True)."
            )
        model: onnx.ModelProto = onnx.ModelProto.FromString(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"Cannot read {str(path)!r}: {error.strerror}. Check the path.") from error
    except DecodeError as error:
        raise UnreadableFile(f"{str(path)!r} is truncated, damaged or no ONNX file. {EXPORT}") from error
    if not model.opset_import or not model.graph.output:
        raise UnreadableFile(f"{str(path)!r} is empty, truncated or no ONNX file. {EXPORT}")
    return model


def _opset(path: Path, model: onnx.ModelProto) -> int:
    version: int = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
    newest = onnx.defs.onnx_opset_version()
    if not _OLDEST_OPSET <= version <= newest:
        raise UnreadableFile(
            f"{str(path)!r} has the operator set {version}; {_OLDEST_OPSET} to {newest} can be read. "
            "Export it again with opset_version=18, or update onnx and onnxruntime."
        )
    return version


def _check_functions(path: Path, model: onnx.ModelProto) -> None:
    """Count the nodes that functions expand to, before they are written out."""
    calls = {
        (function.domain, function.name): Counter((node.domain, node.op_type) for node in function.node)
        for function in model.functions
    }
    counts: dict[tuple[str, str], int] = {}
    try:
        for key in TopologicalSorter(calls).static_order():
            counts[key] = sum(n * counts[call] for call, n in calls[key].items()) if key in calls else 1
    except CycleError as error:
        raise UnreadableFile(f"{str(path)!r} has functions that call themselves. {EXPORT}") from error
    total = sum(counts.get((node.domain, node.op_type), 1) for node in model.graph.node)
    if total > MAX_NODES:
        raise UnsupportedLayer(
            f"{str(path)!r} has {total} operators; {MAX_NODES} is the most. Export it unrolled less."
        )


def _check_operators(path: Path, model: onnx.ModelProto) -> None:
    if model.graph.sparse_initializer:
        raise UnsupportedLayer(f"{str(path)!r} holds sparse tensors, which are not read. Export dense ones.")
    for node in _nodes(model.graph):
        if node.domain not in _DOMAINS:
            raise UnsupportedLayer(
                f"{str(path)!r} uses {node.domain}.{node.op_type}, an operator that the file does not define. "
                "Only ONNX's and ONNX Runtime's own are run. Export it with its function body."
            )
        if node.op_type in _LOOPS:
            raise UnsupportedLayer(f"{str(path)!r} uses {node.op_type}; loops are not followed. Export it unrolled.")
        if node.op_type in _RANDOM:
            raise UnsupportedLayer(f"{str(path)!r} uses {node.op_type}, which draws random numbers. Take it out.")
        if any(entry.name == "training_mode" and entry.i for entry in node.attribute):
            raise UnsupportedLayer(f"{str(path)!r} was exported in training mode. Call eval() and export it again.")
    if any(map(uses_external_data, tensors_of(model.graph))):
        raise UnsafeFile(f"{str(path)!r} keeps weights of an inner graph in other files. Save them inside: onnx.save.")


def _nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
                yield from _nodes(inner)


def _check_sizes(path: Path, model: onnx.ModelProto) -> None:
    """Refuse values too large for memory before any is computed."""
    inferred = onnx.shape_inference.infer_shapes(_without_weights(model), data_prop=True)
    for value in [*inferred.graph.value_info, *inferred.graph.input, *inferred.graph.output]:
        n_elements = 1
        for dim in value.type.tensor_type.shape.dim:
            n_elements *= max(dim.dim_value, 1)
        if n_elements > MAX_ELEMENTS:
            raise UnsupportedLayer(
                f"{str(path)!r}: the value {value.name!r} has {n_elements} elements; "
                f"{MAX_ELEMENTS} is the most one may have. Export it for smaller inputs."
            )


def _without_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Copy all but the contents of large tensors, which say nothing about shapes."""
    bare = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    graph = bare.graph
    graph.name = model.graph.name
    graph.node.extend(model.graph.node)
    graph.input.extend(model.graph.input)
    graph.output.extend(model.graph.output)
    taken = {value.name for value in graph.input}
    for tensor in model.graph.initializer:
        if tensor.ByteSize() < 2**12:
            graph.initializer.append(tensor)
        elif tensor.name not in taken:
            graph.input.append(onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tuple(tensor.dims)))
    return bare
