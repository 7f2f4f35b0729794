"""From what an operation with weights puts out to the answers, in blocks of trials that stay in cache."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from atlas.records import FloatArray
from ingest.masked.steps import AnyStep, Linear, Step, Tensor, Weighted

LEAST_PRUNED = 0.3  # a test that takes out a smaller share of the trials costs more than it saves
_TESTED_FIRST = 256  # trials, before that is judged

Put = Callable[[Tensor, Tensor], Tensor]  # from a value and its trials to what stands in its place
Block = tuple[Tensor, Tensor]  # trials, and a value in them that may be used up


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Steps without weights, and the operation with weights that ends them; None at the end of the network."""

    begin: str  # value that goes in
    steps: tuple[Step, ...]
    head: Weighted | None


class Tail:
    """All stretches to the output."""

    def __init__(self, head: Weighted, steps: Sequence[AnyStep], *, block: int) -> None:
        self.block = block  # trials that are computed together
        self.stretches = tuple(_stretches(head.value, steps))
        self.values = {head.value, *(step.value for step in steps)}
        last = [head, *steps][-1]
        self.last = last if isinstance(last, Linear) else None
        self.is_last = self.last is head  # nothing comes after the head
        self.bent_at = self._bent_at()

    def _bent_at(self) -> str | None:
        """Name the value that a ReLU makes the last features of, if nothing else does."""
        if self.last is None or self.is_last:
            return None
        before = self.stretches[-2]
        return before.begin if len(before.steps) == 1 and before.steps[0].is_relu else None

    def gain(self, number: int) -> float:
        """Bound what a change of what goes into stretch `number` is lengthened by up to the last features."""
        later = self.stretches[number:]
        gains = [stretch.head.gain for stretch in later if stretch.head is not None and stretch.head is not self.last]
        return math.prod(gains) * math.prod(step.gain for stretch in later for step in stretch.steps)

    def run(self, blocks: Iterable[Block], *, test: Test | None, puts: Mapping[str, Put]) -> Iterator[Block]:
        """Take trials to the output; those whose answer is certain to stay are left out on the way."""
        for number, stretch in enumerate(self.stretches):
            head = None if stretch.head is self.last else stretch.head
            gain = math.inf if test is None or head is None else self.gain(number + 1)
            passing = test if head is not None and math.isfinite(head.gain * gain) else None
            through = _through(stretch, blocks, test=passing, gain=gain, puts=puts)
            blocks = _grouped(through, stretch, size=self.block, puts=puts)
        yield from blocks


@dataclass(frozen=True, kw_only=True)
class Test:
    """What trials are tested with: how far they may move, and the intact values they are compared with."""

    slack: Tensor
    host: FloatArray  # the same
    gain: float  # of all that comes after the head, up to the last features
    through_head: bool  # a change of what the head puts out counts, otherwise of what it takes in: it is the last
    intact: Mapping[str, Tensor]  # by value that a head puts out


def _stretches(begin: str, steps: Sequence[AnyStep]) -> Iterator[Stretch]:
    waiting = list[Step]()
    for step in steps:
        if isinstance(step, Step):
            waiting.append(step)
        else:
            yield Stretch(begin=begin, steps=tuple(waiting), head=step)
            begin, waiting = step.value, []
    yield Stretch(begin=begin, steps=tuple(waiting), head=None)


def _through(
    stretch: Stretch, blocks: Iterable[Block], *, test: Test | None, gain: float, puts: Mapping[str, Put]
) -> Iterator[Block]:
    """Apply the steps of a stretch, and leave out the trials that its head does not move far enough.

    The test is given up within one run where it does not pay, never because of an earlier run.
    """
    n_tested = n_kept = 0
    for rows, value in blocks:
        x = _stepped(stretch, value, rows, puts)
        pays = n_tested < _TESTED_FIRST or n_kept < (1 - LEAST_PRUNED) * n_tested
        if test is not None and stretch.head is not None and pays and stretch.begin in test.intact:
            before = _stepped(stretch, test.intact[stretch.begin].index_select(0, rows), rows, {})
            far = stretch.head.reach(before.sub_(x))
            kept = (~(far * gain < test.slack[rows])).nonzero()[:, 0]
            n_tested, n_kept = n_tested + len(rows), n_kept + len(kept)
            if len(kept) < len(rows):
                rows, x = rows[kept], x.index_select(0, kept)
        if len(rows):
            yield rows, x


def _stepped(stretch: Stretch, x: Tensor, rows: Tensor, puts: Mapping[str, Put]) -> Tensor:
    for step in stretch.steps:
        x = step(x)
        if step.value in puts:
            x = puts[step.value](x, rows)
    return x


def _grouped(blocks: Iterable[Block], stretch: Stretch, *, size: int, puts: Mapping[str, Put]) -> Iterator[Block]:
    """Join blocks of which little is left, and apply the head."""
    waiting, n_waiting = list[Block](), 0
    for rows, x in blocks:
        waiting.append((rows, x))
        n_waiting += len(rows)
        if 2 * n_waiting > size:
            yield _headed(stretch, waiting, puts)
            waiting, n_waiting = [], 0
    if waiting:
        yield _headed(stretch, waiting, puts)


def _headed(stretch: Stretch, waiting: list[Block], puts: Mapping[str, Put]) -> Block:
    rows, x = waiting[0] if len(waiting) == 1 else (torch.cat(parts) for parts in zip(*waiting, strict=True))
    if stretch.head is None:
        return rows, x
    x = stretch.head(x)
    return rows, puts[stretch.head.value](x, rows) if stretch.head.value in puts else x
