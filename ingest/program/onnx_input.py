"""What an ONNX network takes in: one value, trials along its first axis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from atlas.errors import UnsupportedLayer
from ingest.program.operation import Shape

_TYPE = onnx.TensorProto
_DTYPES = {
    _TYPE.FLOAT: "float32", _TYPE.DOUBLE: "float64", _TYPE.INT64: "int64",
    _TYPE.FLOAT16: "float32", _TYPE.BFLOAT16: "float32", _TYPE.UINT8: "float32", _TYPE.INT32: "int64",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """Name, shape of one trial with a batch axis of one, ONNX's element type and ours."""

    name: str
    shape: Shape
    dtype: int
    dtype_name: str
    fixed_batch: int = 1  # trials the file takes at a time; 1 also where it takes any number


def one_input(path: Path, model: onnx.ModelProto) -> InputSpec:
    """Find the input of a file, and open its batch axis.

    Types that trials are not held in are cast in the graph.

    Raises
    ------
    UnsupportedLayer
        Several inputs or outputs, no tensor, or axes besides the batch whose length is open.
    """
    graph = model.graph
    held = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in held]
    for what, values in (("inputs", inputs), ("outputs", list(graph.output))):
        if len(values) != 1:
            names = ", ".join(repr(value.name) for value in values[:8])
            raise UnsupportedLayer(
                f"{str(path)!r} has {len(values)} {what} ({names}); a network has one. "
                "Export it with a wrapper that takes one tensor and gives one, the others held fixed."
            )
    (value,) = inputs
    tensor = value.type.tensor_type
    if tensor.elem_type not in _DTYPES or not tensor.HasField("shape"):
        raise UnsupportedLayer(
            f"{str(path)!r}: the input {value.name!r} has no type or shape that can be read. Export it with an example."
        )
    shape, batch_axis = _shape(path, value)
    dtype_name = _DTYPES[tensor.elem_type]
    dtype = {"float32": _TYPE.FLOAT, "float64": _TYPE.DOUBLE, "int64": _TYPE.INT64}[dtype_name]
    name = str(value.name)
    if batch_axis:
        perm = [*range(1, batch_axis + 1), 0, *range(batch_axis + 1, len(shape))]
        name = _before(model, name, "Transpose", "trials_first", perm=perm)
    if tensor.elem_type != dtype:
        name = _before(model, name, "Cast", dtype_name, to=tensor.elem_type)
    fixed = int(tensor.shape.dim[batch_axis].dim_value) or 1
    return InputSpec(name=name, shape=shape, dtype=dtype, dtype_name=dtype_name, fixed_batch=fixed)


def _shape(path: Path, value: onnx.ValueInfoProto) -> tuple[Shape, int]:
    """Read the shape of one trial with the batch in front, and which axis of the file's input that is."""
    dims = value.type.tensor_type.shape.dim
    open_axes = [axis for axis, dim in enumerate(dims) if not dim.HasField("dim_value") or dim.dim_value < 1]
    if not dims or len(open_axes) > 1:
        where = f"the axes {open_axes} have no fixed length" if dims else "there are no axes"
        raise UnsupportedLayer(
            f"{str(path)!r}: of the input {value.name!r} {where}. Only one, the batch, may be open. "
            "Export it with fixed sizes: dynamic_shapes for the first axis only."
        )
    batch_axis = open_axes[0] if open_axes else 0
    return (1, *(int(dim.dim_value) for axis, dim in enumerate(dims) if axis != batch_axis)), batch_axis


def _before(model: onnx.ModelProto, name: str, op_type: str, ending: str, **attributes: Any) -> str:
    """Let a node make the input; give the name of the value it takes in instead."""
    taken = {output for node in model.graph.node for output in node.output}
    new = f"{name}.{ending}"
    while new in taken:
        new += "_"
    model.graph.node.insert(0, onnx.helper.make_node(op_type, [new], [name], **attributes))
    return new
