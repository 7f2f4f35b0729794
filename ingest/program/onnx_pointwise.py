"""Functions of each element alone: their names as a chain writes them, and those written out in several nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import onnx
import torch
from torch.nn import functional

from atlas.errors import UnsupportedLayer
from ingest.activation import FUNCTIONS, Activation, quadratic_of
from ingest.program.onnx_graph import Graph, attributes_of
from ingest.program.operation import Array

POINTWISE = frozenset((
    "Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BitShift", "BitwiseNot", "Ceil", "Celu", "Clip",
    "Cos", "Cosh", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "IsInf", "IsNaN", "LeakyRelu",
    "Log", "Mish", "Not", "PRelu", "Pow", "QuickGelu", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid",
    "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu", "Greater",
    "GreaterOrEqual", "Less", "LessOrEqual", "Equal", "Mod",
))  # fmt: skip
ARITHMETIC = frozenset(("Add", "Sub", "Mul", "Div"))
REDUCTIONS = frozenset((
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
    "ReduceSum", "ReduceSumSquare",
))  # fmt: skip
_PASSED = frozenset(("Cast", "Identity", "Dropout", "Max", "Min", "Where"))
_PARAMETERS = {  # of an attribute: the function's name, the attribute's and its default
    "LeakyRelu": ("leaky_relu", "alpha", 0.01),
    "Elu": ("elu", "alpha", 1.0),
    "Celu": ("celu", "alpha", 1.0),
    "ThresholdedRelu": ("thresholded_relu", "alpha", 1.0),
}
_PLAIN = {"hardsigmoid": (0.166667, 0.5), "selu": (1.673263, 1.050701)}  # parameters as torch has them
_GRID = np.linspace(-7.0, 7.0, 113)


def function_name(graph: Graph, node: onnx.NodeProto) -> str:
    """Name the function that one node computes, as a chain writes it."""
    attributes, name = attributes_of(node), node.op_type
    if name in _PARAMETERS:
        plain, key, default = _PARAMETERS[name]
        return _written(plain, round(float(attributes.get(key, default)), 6))
    if name == "Gelu":
        return "gelu_tanh" if attributes.get("approximate") == "tanh" else "gelu"
    if name in ("HardSigmoid", "Selu"):
        defaults = (0.2, 0.5) if name == "HardSigmoid" else (1.673263, 1.050701)
        values = (attributes.get("alpha", defaults[0]), attributes.get("beta", attributes.get("gamma", defaults[1])))
        rounded = tuple(round(float(value), 6) for value in values)
        return name.lower() if rounded == _PLAIN[name.lower()] else f"{name.lower()}({rounded[0]}, {rounded[1]})"
    if name == "Swish":
        alpha = round(float(attributes.get("alpha", 1.0)), 6)
        return "silu" if alpha == 1.0 else f"swish({alpha})"
    return _with_constants(graph, node)


def _with_constants(graph: Graph, node: onnx.NodeProto) -> str:
    """Name a function whose parameters are inputs of its node."""
    fixed = [graph.constant(value) if value else None for value in node.input]
    numbers = [round(float(array.item()), 6) if array is not None and array.size == 1 else None for array in fixed]
    name, others = node.op_type, [number for number in numbers if number is not None]
    if name == "Clip":
        low, high = [*numbers[1:], None, None][:2]
        bounds = (None if low == -np.inf else low, None if high == np.inf else high)
        shown = f"clamp({bounds[0]}, {bounds[1]})".lower()
        return {(0.0, None): "relu", (0.0, 6.0): "relu6", (None, None): "identity"}.get(bounds, shown)
    if name == "PRelu" and others:
        return _written("leaky_relu", others[0])
    if name in ("Max", "Min") and others:
        return "relu" if (name, others[0]) == ("Max", 0.0) else f"{name.lower()}imum({others[0]})"
    return f"{name.lower()}({others[0]})" if others else name.lower()


def _written(name: str, parameter: float) -> str:
    return str(Activation(name, parameter)) if name in FUNCTIONS else f"{name}({parameter})"


def root_of(graph: Graph, name: str, *, reducing: bool = False) -> tuple[str, list[int]] | None:
    """Find the nearest one value that a value is computed from element by element, over at least one junction.

    Parameters
    ----------
    reducing
        The way leads through reductions too, as in a normalisation written out.

    Returns
    -------
    tuple or None
        That value and the places of the nodes between; None where there is none.
    """
    ahead, between, joined = {name}, list[int](), False
    while len(ahead) > 1 or not joined:
        latest = max(ahead, key=lambda value: graph.places[value])
        node = graph.maker(latest)
        if node is None or not _elementwise(graph, node, reducing=reducing):
            return None
        ahead.discard(latest)
        moving = [value for value in node.input if graph.is_data(value)]
        joined = joined or len(moving) > 1
        ahead.update(moving)
        between.append(graph.places[latest])
        if not ahead or len(between) > 32:
            return None
    return next(iter(ahead)), sorted(between)


def _elementwise(graph: Graph, node: onnx.NodeProto, *, reducing: bool) -> bool:
    """Tell whether a node computes every element from those at its place and numbers that are the same for all."""
    name = node.op_type
    if name in REDUCTIONS or name == "Unsqueeze":
        return reducing and attributes_of(node).get("keepdims", 1) == 1
    fixed = [graph.constant(value) for value in node.input]
    single = reducing or all(array is None or array.size == 1 for array in fixed)
    return single and (name in POINTWISE or name in ARITHMETIC or name in _PASSED)


def reduces(graph: Graph, between: list[int]) -> bool:
    """Tell whether some node on the way is a reduction."""
    return any(graph.nodes[place].op_type in REDUCTIONS for place in between)


def written_out(graph: Graph, root: str, between: list[int], name: str) -> str | None:
    """Name the known function that nodes compute together, by what they make of a row of numbers."""
    known: dict[str, Array] = {root: _GRID}
    try:
        for place in between:
            node = graph.nodes[place]
            inputs = {value: _operand(graph, value, known) for value in node.input if value}
            cast = node.op_type == "Cast"
            known.update({node.output[0]: inputs[node.input[0]]} if cast else graph.evaluate(node, inputs))
    except UnsupportedLayer:  # an operator that takes no numbers of double precision
        return None
    found = torch.from_numpy(np.asarray(known[name], dtype=np.float64).ravel())
    grid = torch.from_numpy(_GRID)
    candidates: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        **{text: Activation(text) for text in FUNCTIONS if text != "identity"},
        "hardswish": functional.hardswish,
        "relu_squared": lambda x: torch.relu(x) ** 2,
        "square": torch.square,
    }
    for text, function in candidates.items():
        if found.shape == grid.shape and torch.allclose(found, function(grid), atol=1e-5):
            return text
    quadratic = quadratic_of(grid, found)
    return None if quadratic is None else str(quadratic)


def _operand(graph: Graph, name: str, known: Mapping[str, Array]) -> Array:
    if name in known:
        return known[name]
    array = graph.constant(name)
    return array.astype(np.float64) if array is not None and array.dtype.kind == "f" else np.asarray(array)
