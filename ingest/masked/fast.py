"""Run a network with activations replaced by computing what changes, where that is exact.

The next operation with weights after a layer is linear: what it puts out is the intact value, plus what the change of
the replaced neurons adds. Only trials in which something changes are run, and, where answers are asked for, only those
that a bound on the change does not already prove to be answered as before. What is left out follows from the set alone:
a result never depends on what was run before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from atlas.analysis.answers import answers_of, n_near_ties
from atlas.records import AnswerChanges, BoolArray, FloatArray, IntArray, Replacement
from ingest.cores import one_core
from ingest.masked.answering import Answering
from ingest.masked.entry import Change, Entry
from ingest.masked.intact import Intact
from ingest.masked.parts import Parts
from ingest.masked.replacing import differing, hook, put
from ingest.masked.tail import Block, Tail, Test
from ingest.program.operation import Array, Program


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a set is run: its first layer by what changes, the later ones replaced on the way."""

    layer: str
    entry: Entry
    tail: Tail | None  # None: the program runs the rest
    first: Replacement
    later: Mapping[str, Replacement]


class FastForward:
    """Runs what can be planned; several threads may use it at once."""

    def __init__(self, program: Program, intact: Intact, answering: Answering, *, inputs: Array) -> None:
        self._program, self._intact, self._answering = program, intact, answering
        self._parts = Parts(program, intact, answering, inputs=inputs)

    def plan(self, replace: Mapping[str, Replacement]) -> Plan | None:
        """Plan a set, layers in order; None where it has to be run from its first layer's activations."""
        layer, *others = replace
        entry = self._parts.entry(layer)
        if entry is None:
            return None
        later = {other: replace[other] for other in others}
        values = {self._intact.sites[other].value for other in later}
        tail = self._parts.tail(layer)
        if values & self._parts.passed(layer) or (tail is not None and not values <= tail.values):
            return None
        return Plan(layer=layer, entry=entry, tail=tail, first=replace[layer], later=later)

    def outputs(self, plan: Plan, trials: IntArray) -> tuple[IntArray, FloatArray]:
        """Run the trials, ascending, that change: which they are, and what the network puts out in them."""
        with torch.no_grad(), one_core():
            found = list(self._run(plan, trials, None))
        rows = [rows.cpu().numpy() for rows, _ in found]
        outputs = [self._answering.outputs(put_out) for _, put_out in found]
        nothing = self._answering.intact[:0]
        return np.concatenate([trials[:0], *rows]), np.concatenate([nothing, *outputs])

    def changed_answers(self, plan: Plan) -> AnswerChanges:
        """Find the trials answered otherwise."""
        with torch.no_grad(), one_core():
            test = None if plan.later else self._parts.test(plan.layer)
            found = list(self._answering.unclear(self._run(plan, None, test)))
        rows, outputs = (np.concatenate(parts) for parts in zip(self._answering.nothing, *found, strict=True))
        order = np.argsort(rows)
        rows, outputs = rows[order], outputs[order]
        answers = answers_of(outputs)
        changed = answers != self._answering.answers[rows]
        return AnswerChanges(trials=rows[changed], answers=answers[changed], n_near_ties=n_near_ties(outputs))

    def _run(self, plan: Plan, trials: IntArray | None, test: Test | None) -> Iterator[Block]:
        if plan.tail is None:
            yield from self._by_program(plan, trials)
            return
        puts = {self._intact.sites[layer].value: put(self._intact, layer, own) for layer, own in plan.later.items()}
        size = plan.tail.block
        blocks = self._blocks(plan, trials, test, size)
        begin = plan.entry.head.value
        if begin in puts:
            blocks = ((rows, puts[begin](value, rows)) for rows, value in blocks)
        yield from plan.tail.run(blocks, test=test, puts=puts)

    def _blocks(self, plan: Plan, trials: IntArray | None, test: Test | None, size: int) -> Iterator[Block]:
        """Give what the head puts out in the trials that have to be run."""
        for found in plan.entry.changes(plan.first, trials):
            chosen = np.flatnonzero(self._kept(plan, found, test))
            if not len(chosen):
                continue
            dominated = plan.entry.dominated(found, chosen)
            for part, computed in ((chosen[~dominated], plan.entry.moved), (chosen[dominated], plan.entry.anew)):
                for first in range(0, len(part), size):
                    piece = part[first : first + size]
                    yield torch.from_numpy(found.trials[piece]).to(self._answering.like.device), computed(found, piece)

    def _kept(self, plan: Plan, found: Change, test: Test | None) -> BoolArray:
        kept = plan.entry.differing(found)
        for layer, own in plan.later.items():
            kept = kept | differing(self._intact, layer, own, found.trials)
        if test is None or not math.isfinite(test.gain):
            return kept
        reach = plan.entry.reach(found, through_head=test.through_head)
        return kept & ~(reach * test.gain < test.host[found.trials])

    def _by_program(self, plan: Plan, trials: IntArray | None) -> Iterator[Block]:
        program, intact = self._program, self._intact
        for rows, value in self._blocks(plan, trials, None, intact.block):
            chosen = rows.cpu().numpy()
            given = {**intact.given(plan.layer, chosen), plan.entry.head.value: value.cpu().numpy()}
            hooks = {intact.sites[layer].value: hook(intact, layer, own, chosen) for layer, own in plan.later.items()}
            put_out = program.run(given, [program.output], hooks=hooks)[program.output]
            yield rows, torch.from_numpy(np.ascontiguousarray(intact.output_layout.apart(put_out)))
