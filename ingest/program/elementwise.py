"""Functions of each element alone, also where several calls write one of them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import fx

from ingest.activation import FUNCTIONS, QUANTISED, Activation, quadratic_of
from ingest.program.calls import argument, arguments, evaluate, operation_name, words
from ingest.program.graph import Graph

_PLAIN = """relu relu6 tanh sigmoid silu mish selu softsign hardswish hardsigmoid log_sigmoid exp exp2 expm1 log log1p
log2 abs sqrt rsqrt reciprocal square sin cos tan atan sinh cosh erf sign sgn floor ceil round trunc frac logical_not
bitwise_not isnan"""
_PARAMETERS: Mapping[str, tuple[str, ...]] = {  # names of the arguments that belong to the function
    **dict.fromkeys(_PLAIN.split(), ()),
    "gelu": ("approximate",),
    "leaky_relu": ("negative_slope",),
    "elu": ("alpha", "scale", "input_scale"),
    "celu": ("alpha",),
    "softplus": ("beta", "threshold"),
    "hardtanh": ("min_val", "max_val"),
    "clamp": ("min", "max"),
    "clamp_min": ("min",),
    "clamp_max": ("max",),
    "threshold": ("threshold", "value"),
    "softshrink": ("lambd",),
    "hardshrink": ("lambd",),
    "logit": ("eps",),
    "nan_to_num": ("nan", "posinf", "neginf"),
    "rrelu": ("lower", "upper"),
    "rrelu_with_noise_functional": ("lower", "upper"),
}
_JOINING = words(
    """add sub rsub mul div pow where maximum minimum gt ge lt le eq ne remainder fmod atan2 masked_fill"""
)
_JOINING |= words("logical_and logical_or bitwise_and bitwise_or")
_SILENT = words("clone contiguous alias detach dropout to _to_copy type_as neg lift_fresh_copy")
_AFFINE = words("add sub rsub mul div")
_GRID = torch.linspace(-6, 6, 97, dtype=torch.float64)
_EVEN_IN_TANH = torch.atanh(torch.linspace(-0.9999, 0.9999, 4096, dtype=torch.float64))  # without 0, where levels part


def function_name(graph: Graph, call: fx.Node) -> str | None:
    """Name the function of each element alone that a call computes, as a chain writes it; None if it is none."""
    name = operation_name(call)
    if name in _PARAMETERS and len(graph.data_inputs(call)) == 1:
        return _written(name, call)
    inputs = graph.data_inputs(call)
    if name not in _JOINING or len(inputs) != 1 or not _scalars_only(graph, call):
        return None
    return _named(graph, call, inputs[0])


def region(graph: Graph, call: fx.Node) -> fx.Node | None:
    """Find the one value that a call with several inputs is a function of, element by element.

    Takes the nearest value that all paths to the call come from, all calls between being functions of each element
    alone: `x * sigmoid(x)` and the tanh form of GELU are functions of x. None where there is no such value.
    """
    if operation_name(call) not in _JOINING or not _scalars_only(graph, call):
        return None
    order = {known: number for number, known in enumerate(graph.calls.nodes)}
    frontier, expanded = set(graph.data_inputs(call)), False
    while len(frontier) > 1:
        latest = max(frontier, key=order.__getitem__)
        if not _elementwise(graph, latest):
            return None
        frontier.remove(latest)
        frontier.update(graph.data_inputs(latest))
        expanded = True
    (source,) = frontier
    squared = operation_name(call) == "mul" and arguments(call)[0] is arguments(call)[1]
    return source if (expanded or squared) and graph.shape(source) == graph.shape(call) else None


def region_name(graph: Graph, call: fx.Node, source: fx.Node) -> str:
    """Name a function that several calls write out, by what it computes; `pointwise` if it has no name."""
    return _named(graph, call, source)


def quantised_tanh(graph: Graph, call: fx.Node) -> tuple[fx.Node, str] | None:
    """Find what a call makes a tanh rounded to levels of, and name the function; None if it does not.

    Without this, the rounded numbers of the levels would be the activations, and their values belong to the weights.
    """
    source, passed = call, set[str]()
    while operation_name(source) in _AFFINE | {"round"} and len(graph.data_inputs(source)) == 1:
        if not _scalars_only(graph, source):
            return None
        passed.add(operation_name(source))
        (source,) = graph.data_inputs(source)
    if operation_name(source) != "tanh" or "round" not in passed or operation_name(call) == "round":
        return None
    (source,) = graph.data_inputs(source)
    values = _on_grid(graph, call, source, _EVEN_IN_TANH)
    activation = Activation(QUANTISED, float(len(torch.unique(values))))
    close = values.shape == _EVEN_IN_TANH.shape and torch.allclose(values, activation(_EVEN_IN_TANH), atol=1e-6)
    return (source, str(activation)) if close else None


def _elementwise(graph: Graph, call: fx.Node) -> bool:
    name = operation_name(call)
    return (name in _PARAMETERS or name in _JOINING or name in _SILENT) and _scalars_only(graph, call)


def _scalars_only(graph: Graph, call: fx.Node) -> bool:
    """Tell whether all constants a call takes in are single numbers."""
    fixed = [source for source in call.all_input_nodes if graph.roles[source] != "data"]
    return all(not isinstance(value, torch.Tensor) or value.numel() == 1 for value in map(graph.fixed, fixed))


def _written(name: str, call: fx.Node) -> str:
    """Write a function with its parameters: `leaky_relu(0.2)`."""
    values = [argument(call, parameter) for parameter in _PARAMETERS[name]]
    if name == "gelu":
        return "gelu_tanh" if values[0] == "tanh" else "gelu"
    if (name == "elu" and values[1:] == [1, 1]) or (name == "softplus" and values[1] == 20):
        values = values[:1]
    if name in FUNCTIONS and len(values) == 1 and isinstance(values[0], (int, float)):
        return str(Activation(name, float(values[0])))
    if name == "hardtanh" and values == [0, 6]:
        return "relu6"
    shown = ["none" if value is None else f"{float(value)!r}" for value in values if not isinstance(value, fx.Node)]
    plain = not shown or (name == "hardtanh" and values == [-1, 1])
    return name if plain else f"{name}({', '.join(shown)})"


def _named(graph: Graph, call: fx.Node, source: fx.Node) -> str:
    """Find a known function with the same values on a grid from -6 to 6."""
    try:
        values = _on_grid(graph, call, source, _GRID)
    except Exception:  # a foreign operation that does not compute in float64 has no name
        return "pointwise"
    known: Mapping[str, Callable[[torch.Tensor], torch.Tensor]] = {
        **{name: Activation(name) for name in FUNCTIONS},
        "relu_squared": lambda x: torch.relu(x) ** 2,
        "square": torch.square,
        "abs": torch.abs,
        "hardswish": torch.nn.functional.hardswish,
        "hardsigmoid": torch.nn.functional.hardsigmoid,
        "reciprocal": torch.reciprocal,
    }
    for name, function in known.items():
        if torch.allclose(values, function(_GRID), rtol=1e-5, atol=1e-6, equal_nan=True):
            return name
    if (quadratic := quadratic_of(_GRID, values)) is not None:
        return str(quadratic)
    if operation_name(call) in {"pow", "gt", "ge", "lt", "le", "eq", "ne", "maximum", "minimum"}:
        other = graph.fixed(arguments(call)[1])
        if arguments(call)[0] is source and not isinstance(other, fx.Node):
            return f"{operation_name(call)}({float(other)!r})"
    return "pointwise"


def _on_grid(graph: Graph, call: fx.Node, source: fx.Node, grid: torch.Tensor) -> torch.Tensor:
    known: dict[fx.Node, Any] = {source: grid}

    def value(asked: fx.Node) -> Any:
        if asked not in known:
            fixed = graph.fixed(asked) if graph.roles[asked] != "data" else evaluate(asked, value)
            known[asked] = fixed.reshape(()) if isinstance(fixed, torch.Tensor) and fixed.numel() == 1 else fixed
        return known[asked]

    result = evaluate(call, value)
    if not isinstance(result, torch.Tensor):
        raise TypeError
    return result.double()
