"""What computing only what changes needs of every layer, made when it is first asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from threading import RLock

import torch

from ingest.cores import one_core
from ingest.masked.answering import Answering
from ingest.masked.entry import Entry
from ingest.masked.following import Following, Path
from ingest.masked.intact import Intact
from ingest.masked.steps import AnyStep, Tensor
from ingest.masked.tail import Tail, Test
from ingest.program.operation import Array, Program

HELD_BYTES = 2 * 2**30  # of what heads take in and put out; beyond it, layers are run from their activations
_BLOCK_BYTES = 2**20  # of the largest value of a block of trials: it stays in cache
_BLOCK = (32, 8192)  # trials, at least and at most
_ON_DEVICE = 64  # times as many on a graphics card


class Parts:
    """Entries, tails and tests by layer; several threads may ask at once."""

    def __init__(self, program: Program, intact: Intact, answering: Answering, *, inputs: Array) -> None:
        self._program, self._intact, self._answering, self._inputs = program, intact, answering, inputs
        self._lock, self._held = RLock(), 0
        self._following: Following | None = None
        self._paths: dict[str, Path | None] = {}
        self._entries: dict[str, Entry | None] = {}
        self._tails: dict[str, Tail | None] = {}
        self._tests: dict[str, Test | None] = {}

    def entry(self, layer: str) -> Entry | None:
        """Give a layer and its head; None where there is no head, or no room."""
        if layer not in self._entries:
            with self._lock, torch.no_grad(), one_core():
                if layer not in self._entries:
                    self._entries[layer] = self._made(layer)
        return self._entries[layer]

    def _made(self, layer: str) -> Entry | None:
        path, n_trials = self._path(layer), len(self._answering.intact)
        if path is None:
            return None
        ends = (self._program.shapes.get(value, self._inputs.shape[1:]) for value in (path.taken_in, path.head.value))
        n_bytes = sum(map(math.prod, ends)) * n_trials * self._answering.like.element_size()
        if self._held + n_bytes > HELD_BYTES:
            return None
        self._held += n_bytes
        return Entry(self._intact, layer, path, n_trials=n_trials, like=self._answering.like)

    def _path(self, layer: str) -> Path | None:
        if layer not in self._paths:
            if self._following is None:
                self._following = Following(self._program, self._intact, self._inputs)
            self._paths[layer] = self._following.path(layer, self._answering.like)
        return self._paths[layer]

    def passed(self, layer: str) -> set[str]:
        """Name the values between a layer and its head."""
        path = self._paths[layer]
        return {step.value for step in path.steps} if path is not None else set()

    def tail(self, layer: str) -> Tail | None:
        """Give what follows the head of a layer; None where the program has to run it."""
        if layer not in self._tails:
            with self._lock, torch.no_grad(), one_core():
                self._tails[layer] = self._made_tail(layer)
        return self._tails[layer]

    def _made_tail(self, layer: str) -> Tail | None:
        entry = self.entry(layer)
        if entry is None or self._following is None:
            return None
        steps = self._following.onward(entry.head.value, self._answering.like)
        if steps is None:
            return None
        tail = Tail(entry.head, steps, block=self._block((entry.head, *steps)))
        ((_, found),) = tail.run([(torch.arange(1), entry.put_out[:1].clone())], test=None, puts={})
        return tail if self._answering.agrees(found) else None

    def _block(self, steps: Sequence[AnyStep]) -> int:
        """Choose how many trials are computed together."""
        like = self._answering.like
        widest = max(math.prod(self._program.shapes[step.value]) for step in steps) * like.element_size()
        least, most = _BLOCK
        return min(max(_BLOCK_BYTES // widest, least), most) * (_ON_DEVICE if like.is_cuda else 1)

    def test(self, layer: str) -> Test | None:
        """Make the test of a layer's sets; None where what the network puts out is no plain row of numbers."""
        if layer not in self._tests:
            with self._lock, torch.no_grad(), one_core():
                tail = self.tail(layer) if self._answering.plain else None
                self._tests[layer] = None if tail is None else self._answering.test(tail, self._heads(tail))
        return self._tests[layer]

    def _heads(self, tail: Tail) -> dict[str, Tensor]:
        """Give what the heads on a way put out in the intact network."""
        entries = [self.entry(layer) for layer in self._intact.sites]
        return {entry.head.value: entry.put_out for entry in entries if entry and entry.head.value in tail.values}
