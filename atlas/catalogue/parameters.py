"""Values of parameters: from text, and checked against the header of the question."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

import numpy as np

from atlas.catalogue.header import Parameter, Query, Value
from atlas.errors import BadParameter, UnknownName, shown
from atlas.store.sending import LARGEST_INTEGER

_BOOLEANS = {"true": True, "false": False}


def from_text(query: Query, assignments: Sequence[str]) -> dict[str, Value]:
    """Read `top=5 layer=null` by the types in the header of the question."""
    values: dict[str, Value] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise BadParameter(f"{assignment!r} is not a parameter. Write NAME=VALUE, for example top=5.")
        if name in values:
            raise BadParameter(f"Parameter {name!r} is given twice. Give it once.")
        values[name] = _read(_declared(query, name), text)
    return values


def fill(query: Query, given: Mapping[str, object]) -> dict[str, Value]:
    """Check the given values against the header and add the defaults, in the header's order."""
    for name in given:
        _declared(query, name)
    missing = [parameter for parameter in query.parameters if parameter.required and given.get(parameter.name) is None]
    if missing:
        raise BadParameter(
            f"Question {query.name!r} lacks {missing[0].name!r}: {missing[0].meaning}. "
            f"Give it as {missing[0].name}=VALUE."
        )
    return {
        parameter.name: _checked(parameter, given.get(parameter.name, parameter.default))
        for parameter in query.parameters
    }


def _declared(query: Query, name: str) -> Parameter:
    by_name = {parameter.name: parameter for parameter in query.parameters}
    if name not in by_name:
        raise UnknownName(f"parameter of question {query.name!r}", name, by_name)
    return by_name[name]


def _read(parameter: Parameter, text: str) -> Value:
    if text == "null":
        return _checked(parameter, None)
    if parameter.type.startswith("list of "):
        parts = [part.strip() for part in text.removeprefix("[").removesuffix("]").split(",") if part.strip()]
        return _checked(parameter, [_scalar(parameter, part) for part in parts])
    return _checked(parameter, _scalar(parameter, text))


def _scalar(parameter: Parameter, text: str) -> object:
    kind = parameter.type.removeprefix("list of ")
    try:
        if kind == "integer":
            return int(text)
        if kind == "float":
            return float(text)
        if kind == "boolean":
            return _BOOLEANS[text.lower()]
    except (ValueError, KeyError):
        raise _wrong(parameter, text) from None
    return text


def _checked(parameter: Parameter, value: object) -> Value:
    """Give the value as the plain Python type of its parameter, those of NumPy and pandas included."""
    if value is None and _may_be_null(parameter):
        return None
    if parameter.type.startswith("list of "):
        if not _is_list(value):
            raise _wrong(parameter, value)
        if parameter.required and not list(value):
            raise BadParameter(f"Parameter {parameter.name!r} is an empty list: {parameter.meaning}. Name one or more.")
        return [_plain(parameter, one) for one in value]  # type: ignore[return-value]  # all of one kind
    plain = _plain(parameter, value)
    is_limit = parameter.name == "top" or parameter.name.startswith("top_")
    if is_limit and isinstance(plain, int) and plain < 0:
        raise BadParameter(f"Parameter {parameter.name!r} is {plain}: {parameter.meaning}. Give 0 or more.")
    return plain


def _plain(parameter: Parameter, value: object) -> str | int | float | bool:
    kind = parameter.type.removeprefix("list of ")
    plain = value
    if isinstance(value, np.generic) and value.dtype.kind not in "mM":  # times give bare integers
        plain = value.item()
    if kind == "boolean" and isinstance(plain, bool):
        return plain
    if kind == "string" and isinstance(plain, str):
        return str(plain)  # numpy.str_ is a str, and the driver wants a plain one
    if kind in ("integer", "float") and _is_integer(plain):
        return plain if kind == "integer" else float(plain)
    if kind == "float" and isinstance(plain, float) and math.isfinite(plain):
        return plain
    raise _wrong(parameter, value)


def _may_be_null(parameter: Parameter) -> bool:
    return not parameter.required and parameter.default is None


def _is_list(value: object) -> TypeGuard[Iterable[object]]:
    """Tell whether it is a list, tuple or array, Series or Index of one dimension."""
    return (isinstance(value, Sequence) and not isinstance(value, (str, bytes))) or getattr(value, "ndim", 0) == 1


def _is_integer(value: object) -> TypeGuard[int]:
    """Tell whether the database can hold it as an integer; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER


def _wrong(parameter: Parameter, value: object) -> BadParameter:
    return BadParameter(
        f"Parameter {parameter.name!r} cannot be {shown(value)}: {parameter.meaning}. "
        f"Give a value of type {parameter.type}{', or null' if _may_be_null(parameter) else ''}."
    )
