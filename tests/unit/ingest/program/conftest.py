"""ONNX files made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Write a network of nodes from `x` to `y`, by default on a batch of pairs."""

    def save(
        nodes: Sequence[onnx.NodeProto],
        constants: dict[str, object],
        *,
        shape: Sequence[str | int] = ("batch", 2),
        dtype: int = TensorProto.FLOAT,
        out: Sequence[str | int] | None = None,
        opset: int = 18,
        functions: Sequence[onnx.FunctionProto] = (),
    ) -> Path:
        held = [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()]
        inputs = [helper.make_tensor_value_info("x", dtype, shape)]
        outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, out)]
        graph = helper.make_graph(nodes, "g", inputs, outputs, held)
        opsets = [helper.make_opsetid("", opset), helper.make_opsetid("own", 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, functions=functions)
        filled = onnx.shape_inference.infer_shapes(model) if len(functions) < 2 else model
        onnx.save(filled, tmp_path / "network.onnx")
        return tmp_path / "network.onnx"

    return save
