"""Sweeps as independent tasks: a function applied to blocks, one by one or by many workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from numpy.typing import NDArray

Block = TypeVar("Block")
Arrays = Mapping[str, NDArray[Any]]

ELEMENTS_AT_ONCE = 32  # never depends on the number of workers, so that results do not


class Mapper(Protocol):
    """Apply a function to blocks and give what it returns, in the order of the blocks.

    The function and the blocks can be pickled, what it returns is arrays; `atlas.workflow.mapping` has mappers for
    threads, for machines, and for sweeps that are taken up again.
    """

    def __call__(self, function: Callable[[Block], Arrays], blocks: Sequence[Block]) -> Iterator[Arrays]: ...


def one_by_one(function: Callable[[Block], Arrays], blocks: Sequence[Block]) -> Iterator[Arrays]:
    """Apply a function to one block after the other."""
    return map(function, blocks)


def in_blocks(elements: Sequence[Block], size: int = ELEMENTS_AT_ONCE) -> list[Sequence[Block]]:
    """Cut elements into blocks."""
    return [elements[first : first + size] for first in range(0, len(elements), size)]
