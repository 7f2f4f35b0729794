"""Calls of a traced forward pass: what they are named, what they take in, what they give."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from torch import fx

from atlas.errors import UnsupportedLayer
from ingest.program.exporting import one_line


def words(text: str) -> frozenset[str]:
    """Read names written one after the other."""
    return frozenset(text.split())


_ASK_SIZE = words(
    """sym_size sym_numel zeros_like ones_like full_like empty_like new_zeros new_ones new_full new_empty"""
)


def arguments(call: fx.Node) -> tuple[Any, ...]:
    """Give what a call takes in by place: other calls, numbers, lists of them."""
    return call.args


def evaluate(call: fx.Node, value: Callable[[fx.Node], Any]) -> Any:
    """Compute a call."""
    args: Any = fx.map_arg(call.args, value)
    kwargs: Any = fx.map_arg(call.kwargs, value)
    if call.op != "call_function" or not callable(call.target):
        raise UnsupportedLayer(
            f"The forward pass holds {call.target!s}, a program within the program. "
            "Take conditions, loops, `torch.no_grad` and `torch.autocast` out of it."
        )
    try:
        return call.target(*args, **kwargs)
    except (RuntimeError, IndexError, ValueError, TypeError) as error:
        raise UnsupportedLayer(
            f"{readable(call)!r} cannot be computed for this number of trials ({one_line(error)}). "
            "Every operation must take any number of trials on the axis of the batch."
        ) from error


def operation_name(call: fx.Node) -> str:
    """Give the name of the ATen operation called: `conv2d`, `add`, empty for others."""
    schema = getattr(call.target, "_schema", None)
    return schema.name.partition("::")[2] if schema is not None else ""


def readable(call: fx.Node) -> str:
    """Name what is called for a reader."""
    named = unpacked(call)
    return operation_name(named) or str(getattr(named.target, "__name__", named.target))


def unpacked(call: fx.Node) -> fx.Node:
    """Give the call that a value is one of several outputs of, or the call itself."""
    source: fx.Node = arguments(call)[0] if call.target is operator.getitem else call
    return source


def argument(call: fx.Node, name: str, default: Any = None) -> Any:
    """Give an argument of a call by its name in the schema, wherever it was written."""
    schema: Any = getattr(call.target, "_schema", None)
    for place, expected in enumerate(schema.arguments):
        if expected.name == name:
            if place < len(call.args):
                return call.args[place]
            return call.kwargs.get(name, default if expected.default_value is None else expected.default_value)
    return default


def overload(call: fx.Node) -> str:
    """Give the form of the ATen operation called: `default`, `Tensor`, `input`."""
    return str(getattr(call.target, "_overloadname", ""))


def asks_size(call: fx.Node) -> bool:
    """Tell whether a call asks for nothing but the shape of what it takes in."""
    return operation_name(call) in _ASK_SIZE
