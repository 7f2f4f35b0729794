"""Choose neurons to condition on, one more at each step, from the best sets of the step before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from atlas.analysis.information.relay.refinement import Cells
from atlas.analysis.information.relay.trials import Trials
from atlas.records import BoolArray, FloatArray, IntArray

EQUAL_BITS = 1e-12  # sums in another order differ by less


class Found(NamedTuple):
    """The best sets to condition on, of 1 neuron, 2, ..., all."""

    sets: BoolArray  # shape (n_neurons, n_neurons): one row for each set
    bits: FloatArray  # I(X;Z|set), shape (n_neurons,)

    @property
    def order(self) -> IntArray | None:
        """Give the neuron each set has beyond the one before; None where sets are not nested."""
        added = self.sets & ~np.concatenate([np.zeros_like(self.sets[:1]), self.sets[:-1]])
        return added.argmax(axis=1) if (added.sum(axis=1) == 1).all() else None


class _Kept(NamedTuple):
    chosen: BoolArray  # shape (n_neurons,)
    cells: Cells


def search_greedily(trials: Sequence[Trials], *, largest: bool) -> list[Found]:
    """Add, step by step, the neuron with the largest, or the smallest, I(X;Z|set, neuron); of equals the first.

    Many searches among the same neurons go together: each step costs little more than that of one.
    """
    each, n_neurons = np.arange(len(trials)), trials[0].n_neurons
    chosen = np.zeros((len(trials), n_neurons), dtype=np.bool_)
    sets, bits = np.zeros((n_neurons, *chosen.shape), dtype=np.bool_), np.zeros((n_neurons, len(trials)))
    cells = Cells.of_each(trials)
    for step in range(n_neurons):
        values = cells.bits_of_splits()
        ranked = np.where(chosen, -np.inf, values if largest else -values)
        best = (ranked >= ranked.max(axis=1, keepdims=True) - EQUAL_BITS).argmax(axis=1)
        chosen[each, best] = True
        sets[step], bits[step] = chosen, values[each, best]
        cells = cells.split_each(best)
    return [Found(sets[:, one], bits[:, one]) for one in each]


def search_beam(trials: Trials, *, width: int, largest: bool) -> Found:
    """Keep the `width` sets of every size with the largest, or the smallest, I(X;Z|set).

    Of equal sets, that of the better set before is kept; of equal neurons, the first.
    """
    kept = [_Kept(np.zeros(trials.n_neurons, dtype=np.bool_), Cells.whole(trials))]
    sets, bits = [], []
    for _ in range(trials.n_neurons):
        values = np.concatenate([one.cells.bits_of_splits() for one in kept])
        grown = _best(kept, values, width, sign=1 if largest else -1)
        kept = [_grown(kept[row], neuron) for row, neuron in grown]
        sets.append(kept[0].chosen)
        bits.append(values[grown[0]])
    return Found(np.stack(sets), np.array(bits))


def _best(kept: list[_Kept], values: FloatArray, width: int, *, sign: int) -> list[tuple[int, int]]:
    """Give row and neuron of the best sets, each set once."""
    rows, neurons = np.nonzero(~np.stack([one.chosen for one in kept]))
    best: dict[bytes, tuple[int, int]] = {}
    for place in _descending(sign * values[rows, neurons]):
        row, neuron = int(rows[place]), int(neurons[place])
        best.setdefault(_with(kept[row].chosen, neuron).tobytes(), (row, neuron))
        if len(best) == width:
            break
    return list(best.values())


def _descending(values: FloatArray) -> IntArray:
    """Order values from the largest; values that are equal but for rounding stay as they are."""
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    group = np.zeros(len(order), dtype=np.int64)
    np.cumsum(ordered[1:] < ordered[:-1] - EQUAL_BITS, out=group[1:])
    return order[np.lexsort((order, group))]


def _grown(one: _Kept, neuron: int) -> _Kept:
    return _Kept(_with(one.chosen, neuron), one.cells.split([neuron]))


def _with(chosen: BoolArray, neuron: int) -> BoolArray:
    more = chosen.copy()
    more[neuron] = True
    return more
