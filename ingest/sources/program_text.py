"""The text of an exported program: names, operations and expressions that torch would make Python of."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from atlas.errors import UnsafeFile
from ingest.sources.regular import shown

_WORD = re.compile(r"[\w.@+-]*")
_QUOTED = {"as_string", "as_strings"}  # torch writes them into source as literals
_RANGES = "range_constraints"  # its names are sizes such as 4*s95, looked up and never evaluated
_ASIDE = "metadata"  # where an operation came from: kept, never run
_OPERATION = re.compile(
    r"torch\.ops\.(?:aten|prims)\.(?!from_file\b|save\b)\w+(?:\.\w+)?"
    r"|torch\.ops\.higher_order\.(?:cond|while_loop|scan|map_impl|associative_scan|wrap_with_set_grad_enabled|wrap_with_autocast)"
    r"|torch\.(?:sym_\w+|_sym_\w+)"
    r"|_operator\.(?:getitem|add|sub|mul|floordiv|truediv|mod|pow|neg|eq|ne|lt|le|gt|ge|and_|or_|not_|lshift|rshift)"
    r"|math\.(?:ceil|floor|trunc|sqrt)"
)
_TREES = {None, "builtins.tuple", "builtins.list", "builtins.dict", "collections.OrderedDict"}
_FUNCTIONS: Final = {
    *("Symbol", "Integer", "Float", "Rational", "Add", "Mul", "Pow", "Max", "Min", "Abs", "ceiling", "floor"),
    *("Mod", "PythonMod", "FloorDiv", "CleanDiv", "CeilDiv", "ModularIndexing", "IntTrueDiv", "FloatTrueDiv"),
    *("CeilToInt", "FloorToInt", "TruncToInt", "RoundToInt", "ToFloat", "Identity", "Where", "And", "Or", "Not"),
    *("Equality", "Unequality", "StrictLessThan", "StrictGreaterThan", "LessThan", "GreaterThan"),
    *("Eq", "Ne", "Lt", "Gt", "Le", "Ge"),
}
_SYMBOL = re.compile(r"[a-z]+\d+")
_CONSTANTS: Final = {"true", "false", "oo", "int_oo"}
_LONGEST: Final = 4_000  # characters of an expression
_MAX_NUMBER: Final = 1 << 63
_MAX_POWER: Final = 16
_SYNTAX = (
    ast.Expression, ast.Call, ast.Name, ast.Load, ast.Constant, ast.keyword, ast.UnaryOp, ast.USub, ast.UAdd,
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Compare,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip
_SYNTAX_OF_GUARDS = (ast.Attribute, ast.Subscript, ast.BoolOp, ast.And, ast.Or, ast.Not)


def check_program(text: Any, *, source: str) -> None:
    """Check that nothing in a program's JSON is more than names, numbers, sizes and known operations.

    Raises
    ------
    UnsafeFile
        Something would be run as Python, or names an operation outside torch's own.
    """
    waiting: list[tuple[str, Any]] = [("", text)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                (_check_size if key == _RANGES else _check_word)(name, source)
                if name != _ASIDE or not _is_aside(inner):
                    waiting.append((name, inner))
        elif isinstance(value, list):
            waiting.extend((key, inner) for inner in value)
        elif isinstance(value, str) and key not in _QUOTED:
            _CHECKS.get(key, _check_word)(value, source)


def _is_aside(value: Any) -> bool:
    """Tell notes on an operation from something that only bears their name."""
    return (
        isinstance(value, dict)
        and not value.keys() & _CHECKS.keys()
        and all(isinstance(v, str) for v in value.values())
    )


def _check_word(text: str, source: str) -> None:
    if _WORD.fullmatch(text) is None:
        raise _unsafe(source, "the name", text)


def _check_size(text: str, source: str) -> None:
    if re.fullmatch(r"[\w *+/%(),-]*", text) is None:
        raise _unsafe(source, "the size", text)


def _check_operation(text: str, source: str) -> None:
    if _OPERATION.fullmatch(text) is None:
        raise UnsafeFile(
            f"{source} asks for the operation {shown(text)}, which is none of torch's own. "
            "Only these are opened. Export the network without it."
        )


def _check_tree(text: str, source: str) -> None:
    """Check the description of what goes in or comes out: tuples, lists and dicts only."""
    try:
        _, tree = json.loads(text)
        waiting = [tree]
        while waiting:
            part = waiting.pop()
            if part["type"] not in _TREES:
                raise _unsafe(source, "the type", str(part["type"]))
            _check_names(json.loads(part["context"]) if part["context"] else None, source)
            waiting.extend(part["children_spec"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unsafe(source, "the description of inputs", text) from error


def _check_names(context: Any, source: str) -> None:
    names = [] if context is None else context
    if not isinstance(names, list) or not all(isinstance(name, (str, int)) for name in names):
        raise _unsafe(source, "the names of inputs", str(context))
    for name in names:
        _check_word(str(name), source)


def _check_expression(text: str, source: str) -> None:
    """Check the expression of a size: torch evaluates it as Python."""
    tree = _parsed(text, source, what="the expression")
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    if not all(_is_harmless(part, is_called=id(part) in called) for part in ast.walk(tree)):
        raise _unsafe(source, "the expression", text)


def _check_guard(text: str, source: str) -> None:
    """Check a condition on sizes, `L['x'].size()[0] % 4 == 0`: torch makes a function of it."""
    if not all(_is_harmless_guard(part) for part in ast.walk(_parsed(text, source, what="the condition"))):
        raise _unsafe(source, "the condition", text)


def _parsed(text: str, source: str, *, what: str) -> ast.Expression:
    try:
        if len(text) > _LONGEST:
            raise ValueError
        return ast.parse(text, mode="eval")
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise _unsafe(source, what, text) from error


def _is_harmless(part: ast.AST, *, is_called: bool) -> bool:
    if isinstance(part, ast.Name):
        return part.id in _FUNCTIONS if is_called else part.id in _CONSTANTS or _SYMBOL.fullmatch(part.id) is not None
    if isinstance(part, ast.Call):
        return isinstance(part.func, ast.Name) and (part.func.id != "Pow" or _is_small_power(part))
    return _is_small_constant(part) if isinstance(part, ast.Constant) else isinstance(part, _SYNTAX)


def _is_harmless_guard(part: ast.AST) -> bool:
    if isinstance(part, ast.Name):
        return part.id in ("L", "max", "min")
    if isinstance(part, ast.Attribute):
        return part.attr == "size"
    if isinstance(part, ast.Call):
        return isinstance(part.func, ast.Attribute) or (isinstance(part.func, ast.Name) and part.func.id != "L")
    return (
        _is_small_constant(part) if isinstance(part, ast.Constant) else isinstance(part, (*_SYNTAX, *_SYNTAX_OF_GUARDS))
    )


def _is_small_constant(part: ast.Constant) -> bool:
    if isinstance(part.value, str):
        return re.fullmatch(r"\w+", part.value) is not None
    return isinstance(part.value, (int, float)) and abs(part.value) < _MAX_NUMBER


def _is_small_power(call: ast.Call) -> bool:
    """Tell whether a power is of something that is no power itself, to a small whole number."""
    if len(call.args) != 2 or any(isinstance(part, ast.Name) and part.id == "Pow" for part in ast.walk(call.args[0])):
        return False
    exponent = call.args[1]
    if isinstance(exponent, ast.Call) and len(exponent.args) == 1:
        exponent = exponent.args[0]
    if isinstance(exponent, ast.UnaryOp):
        exponent = exponent.operand
    return isinstance(exponent, ast.Constant) and isinstance(exponent.value, int) and exponent.value <= _MAX_POWER


def _unsafe(source: str, what: str, text: str) -> UnsafeFile:
    return UnsafeFile(
        f"{source} could run code when opened: {what} {shown(text)} is more than a plain program holds. "
        "Export the network again: torch.export.save(torch.export.export(network, (x,)), FILE)."
    )


_CHECKS: Mapping[str, Callable[[str, str], None]] = {
    "target": _check_operation,
    "as_operator": _check_operation,
    "expr_str": _check_expression,
    "guards_code": _check_guard,
    "in_spec": _check_tree,
    "out_spec": _check_tree,
}
