"""One node computed by ONNX's reference implementation: constants, sizes, and numbers of elements."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from onnx.reference import ReferenceEvaluator

from atlas.errors import UnsupportedLayer
from ingest.program.onnx_words import MAX_ELEMENTS, one_line
from ingest.program.operation import Array


def evaluate(node: onnx.NodeProto, known: Mapping[str, Array], opsets: Mapping[str, int]) -> dict[str, Array]:
    """Compute what a node puts out.

    Raises
    ------
    UnsupportedLayer
        It fails, or would put out more than memory can be trusted to hold.
    """
    inputs = [onnx.ValueInfoProto(name=name) for name in known]
    outputs = [onnx.ValueInfoProto(name=name) for name in node.output if name]
    graph = onnx.GraphProto(name="one", node=[node], input=inputs, output=outputs)
    try:
        _check_size(node, known)
        values = ReferenceEvaluator(graph, opsets=dict(opsets)).run(None, dict(known))
    except Exception as error:  # its operators raise nearly anything
        raise UnsupportedLayer(
            f"The operator {node.op_type} ({node.name!r}) fails on constants: {one_line(error)}. "
            "Export the network again with its constants folded."
        ) from error
    return {info.name: value for info, value in zip(outputs, values, strict=True)}


def _check_size(node: onnx.NodeProto, known: Mapping[str, Array]) -> None:
    """Refuse a node that makes a large value of small ones."""
    given = [known[name] if name else np.zeros(0) for name in node.input]
    n_elements = 0.0
    if node.op_type in ("ConstantOfShape", "EyeLike"):
        n_elements = _product(given[0])
    elif node.op_type in ("Expand", "Tile", "OneHot"):
        n_elements = float(given[0].size) * _product(given[1])
    elif node.op_type == "Range":
        n_elements = abs(float(given[1].item()) - float(given[0].item())) / abs(float(given[2].item()))
    elif node.op_type == "Pad":
        lengths = given[1].reshape(2, -1).sum(axis=0)
        n_elements = _product(np.abs(lengths) + max(given[0].shape, default=1))
    if n_elements > MAX_ELEMENTS:
        raise ValueError(f"it would put out up to {n_elements:.0f} elements, {MAX_ELEMENTS} is the most")


def _product(lengths: Array) -> float:
    return float(np.prod(np.maximum(lengths, 1), dtype=np.float64))
