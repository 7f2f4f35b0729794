"""What a pickle asks for, read off its opcodes: nothing in it is run, and nothing large is made."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

MAX_OPCODES = 3_000_000  # of about 100,000 tensors
_MAX_SIZE = 1_000_000  # of one tuple, written out; nesting makes small pickles with tuples that take for ever to hash

_ITEM_BYTES: Mapping[str, int] = {
    **dict.fromkeys(("Double", "Long", "ComplexFloat"), 8),
    **dict.fromkeys(("Float", "Int", "QInt32"), 4),
    **dict.fromkeys(("Half", "BFloat16", "Short"), 2),
    **dict.fromkeys(("Char", "Byte", "Bool", "QUInt8", "QInt8", "QUInt4x2", "QUInt2x4", "Untyped"), 1),
    "ComplexDouble": 16,
}
_CONSTANTS = {"BINUNICODE", "SHORT_BINSTRING", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"}
_EMPTY = {"NONE", "NEWTRUE", "NEWFALSE", "EMPTY_LIST", "EMPTY_DICT", "EMPTY_SET"}
_POPPED = {"APPEND": 1, "SETITEM": 2, "BUILD": 1}  # what lies below stays
_CALLS = {"REDUCE", "NEWOBJ"}  # of a function and its arguments, to one result
_TUPLES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_HARMLESS = ("torch.", "collections.", "_codecs.", "__builtin__.", "builtins.")


class _Damaged(Exception):
    """The bytes are no pickle, or not a whole one."""


class _Global(str):
    """The name of something to import."""

    __slots__ = ()


@dataclass(frozen=True)
class _Tuple:
    """A tuple, and how many values it holds when written out."""

    items: tuple[Any, ...]
    size: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a pickle asks for."""

    is_whole: bool
    is_too_large: bool = False
    is_general: bool = False  # with opcodes that files of tensors do not have
    code: str | None = None  # the first thing it would import
    storages: Mapping[str, int] | None = None  # bytes declared, by key; None when they cannot be told


def read_pickle(stream: BinaryIO) -> Asked:
    """Read what a pickle asks for; the stream then stands behind it."""
    start = stream.tell()
    try:
        names, opcodes = _imports(stream)
    except _TooLarge:
        return Asked(is_whole=True, is_too_large=True)
    except Exception:  # pickletools raises nearly anything on bytes that are no pickle
        return Asked(is_whole=False)
    foreign = [name for name in names if not name.startswith(_HARMLESS)]
    code = next(iter([*foreign, *names]), None)
    if opcodes - _UNDERSTOOD:
        return Asked(is_whole=True, is_general=True, code=code)
    stream.seek(start)
    try:
        return Asked(is_whole=True, code=foreign[0] if foreign else None, storages=_Reader().read(stream))
    except _TooLarge:
        return Asked(is_whole=True, is_too_large=True)
    except (_Damaged, IndexError, KeyError, TypeError, ValueError):
        return Asked(is_whole=False, code=foreign[0] if foreign else None)


class _TooLarge(Exception):
    """More than any file of tensors needs."""


def _opcodes(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    for number, (opcode, argument, _) in enumerate(pickletools.genops(stream)):
        if number > MAX_OPCODES:
            raise _TooLarge
        yield opcode.name, argument


def _imports(stream: BinaryIO) -> tuple[list[str], set[str]]:
    """Name everything a pickle of any protocol would import, and the opcodes it is made of."""
    names: list[str] = []
    seen: set[str] = set()
    texts = ["", ""]
    for opcode, argument in _opcodes(stream):
        seen.add(opcode)
        if opcode in ("GLOBAL", "INST"):
            names.append(str(argument).replace(" ", "."))
        elif opcode == "STACK_GLOBAL":
            names.append(".".join(texts))
        elif opcode.startswith("EXT"):
            names.append(f"extension {argument}")
        elif isinstance(argument, str):
            texts = [texts[1], argument]
    return names, seen


class _Reader:
    """Follows a pickle on a stack of its own, to find the storages it declares."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memory: dict[int, Any] = {}
        self.storages: dict[str, int] = {}

    def read(self, stream: BinaryIO) -> Mapping[str, int]:
        for opcode, argument in _opcodes(stream):
            self._follow(opcode, argument)
        return self.storages

    def _follow(self, opcode: str, argument: Any) -> None:
        if opcode in _CONSTANTS or opcode in _EMPTY:
            self.stack.append(argument if opcode in _CONSTANTS else None)
        elif opcode == "GLOBAL":
            self.stack.append(_Global(argument.replace(" ", ".")))
        elif opcode in _TUPLES or opcode == "TUPLE":
            made = self._tuple(self._taken(opcode))  # this may change which list the stack is
            self.stack.append(made)
        elif opcode in ("APPENDS", "SETITEMS"):
            self._to_mark()
        elif opcode in _POPPED:
            self._top(_POPPED[opcode])
        elif opcode in _CALLS:
            self._top(2)
            self.stack.append(None)
        elif opcode == "BINPERSID":
            self._storage(self.stack.pop())
            self.stack.append(None)
        else:
            self._remember(opcode, argument)

    def _remember(self, opcode: str, argument: Any) -> None:
        if opcode == "MARK":
            self.below.append(self.stack)
            self.stack = []
        elif opcode in ("BINPUT", "LONG_BINPUT"):
            self.memory[argument] = self.stack[-1]
        elif opcode in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memory[argument])

    def _taken(self, opcode: str) -> list[Any]:
        return self._to_mark() if opcode == "TUPLE" else self._top(_TUPLES[opcode])

    def _to_mark(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def _top(self, n: int) -> list[Any]:
        if n > len(self.stack):
            raise _Damaged
        items = self.stack[len(self.stack) - n :]
        del self.stack[len(self.stack) - n :]
        return items

    def _tuple(self, items: list[Any]) -> _Tuple:
        size = 1 + sum(item.size if isinstance(item, _Tuple) else 1 for item in items)
        if size > _MAX_SIZE:
            raise _TooLarge
        return _Tuple(tuple(items), size)

    def _storage(self, identity: Any) -> None:
        """Note a storage: ('storage', its class, key, device, number of values, ...)."""
        if not isinstance(identity, _Tuple) or len(identity.items) < 5 or not isinstance(identity.items[1], _Global):
            raise _Damaged
        class_name, key, n_values = identity.items[1], identity.items[2], identity.items[4]
        item_bytes = _ITEM_BYTES[class_name.rpartition(".")[2].removesuffix("Storage")]
        if not isinstance(n_values, int) or n_values < 0:
            raise _Damaged
        self.storages[str(key)] = max(self.storages.get(str(key), 0), n_values * item_bytes)


_UNDERSTOOD = (
    {"PROTO", "STOP", "MARK", "GLOBAL", "TUPLE", "APPENDS", "SETITEMS", "BINPERSID"}
    | {"BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET"}
    | {*_CONSTANTS, *_EMPTY, *_POPPED, *_CALLS, *_TUPLES}
)
