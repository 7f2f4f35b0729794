"""What inputs tell about outputs within the joint states of more and more neurons: partition refinement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from atlas.analysis.information.relay.groups import Groups, Pairs, ends_of_runs, lengths
from atlas.analysis.information.relay.trials import Trials
from atlas.records import BoolArray, FloatArray, IntArray


class Cells:
    """Trials that share the joint state of some neurons lie in one cell; cells without anything to tell are left out.

    N I(X;Z|cell) sums, over cells, f(n_xz) - f(n_x) - f(n_z) + f(n) with f(n) = n log2 n. Where input or output do not
    vary within a cell it is 0, and stays 0 however finely the cell is split: such cells are dropped.
    """

    def __init__(self, trials: Trials, rows: IntArray, cell: IntArray, search: IntArray, totals: FloatArray) -> None:
        """Keep the mixed cells of these rows, which are in the order of cell, input, output.

        `search` tells of each cell whose it is, `totals` of each search the sum of its weights.
        """
        ends = ends_of_runs(cell * trials.n_pairs + trials.pair[rows])
        n_rows, first, of_pair = lengths(ends), rows[ends[:-1]], cell[ends[:-1]]
        shown, answered = trials.inputs[first], trials.outputs[first]
        cells = ends_of_runs(of_pair)
        mixed = _varies(shown, cells) & _varies(answered, cells)
        n_pairs = lengths(cells)
        kept = np.repeat(mixed, n_pairs)
        numbers = np.repeat(np.arange(np.count_nonzero(mixed)), n_pairs[mixed])
        self._trials, self._rows, self._totals = trials, rows if kept.all() else rows[np.repeat(kept, n_rows)], totals
        self._pairs = Pairs(numbers, shown[kept], answered[kept], n_rows[kept])
        self._search = search[of_pair[cells[:-1]][mixed]]

    @classmethod
    def whole(cls, trials: Trials) -> Cells:
        """Put all trials in one cell."""
        return cls.of_each([trials])

    @classmethod
    def of_each(cls, trials: Sequence[Trials]) -> Cells:
        """Put the trials of each search in one cell: many are split together faster than one after the other."""
        each = np.arange(len(trials))
        stacked = trials[0] if len(trials) == 1 else Trials.stacked(trials)
        cell = np.repeat(each, [len(one.pattern) for one in trials])
        return cls(stacked, np.arange(len(cell)), cell, each, np.array([one.total for one in trials]))

    def split(self, neurons: Iterable[int]) -> Cells:
        """Split every cell by the states of neurons, one after the other."""
        cells = self
        for neuron in neurons:
            if len(cells._rows) == 0:
                break
            cells = cells.split_each(np.array([neuron]))
        return cells

    def split_each(self, neurons: IntArray) -> Cells:
        """Split the cells of every search by the states of a neuron of its own, shape (n_searches,)."""
        if len(self._rows) == 0:
            return self
        cell, _, _, n_rows = self._pairs
        neuron = neurons[0] if len(neurons) == 1 else np.repeat(neurons[self._search[cell]], n_rows)
        state = self._trials.states[self._trials.pattern[self._rows], neuron]
        # parts in the first state come before those in the next: so each stays in the order of cell, input, output
        parts = [np.flatnonzero(state == one) for one in range(int(state.max()) + 1)]
        order, first = np.concatenate(parts), np.arange(len(parts)) * len(self._search)
        cells = np.repeat(cell, n_rows)[order] + np.repeat(first, [len(part) for part in parts])
        return Cells(self._trials, self._rows[order], cells, np.tile(self._search, len(parts)), self._totals)

    @property
    def bits(self) -> float:
        """Give I(X;Z|cell) in bits, of the only search."""
        if len(self._rows) == 0:
            return 0.0
        groups = Groups(self._trials, self._rows, self._pairs, self._search, 1)
        sums = groups.signs @ self._trials.n_log_n(groups.totals) + groups.constant
        return float(sums[0] / self._totals[0])

    def bits_of_splits(self) -> FloatArray:
        """Give I(X;Z|cell, state of a neuron) in bits for every neuron, shape (n_searches, n_neurons)."""
        return self._of_splits(n_searches=len(self._totals))

    def bits_and_ceilings_of_splits(self) -> tuple[FloatArray, FloatArray]:
        """Give these of the only search, and what they cannot exceed however the cells are split further.

        That is the smaller of H(X|...) and H(Z|...).
        """
        bits, input_bits, output_bits = self._of_splits(n_searches=0)
        return bits, np.minimum(input_bits, output_bits)

    def _of_splits(self, *, n_searches: int) -> FloatArray:
        trials = self._trials
        sums = np.zeros((n_searches or 3, trials.n_neurons))
        if len(self._rows) == 0:
            return sums
        groups = Groups(trials, self._rows, self._pairs, self._search, n_searches)
        in_first = np.repeat(groups.totals[:, None], trials.n_neurons, axis=1)
        for indicator in trials.indicators:
            in_state = groups.count(indicator)
            in_first -= in_state
            sums += groups.sum(in_state)
        return np.asarray((sums + groups.sum(in_first) + groups.constant[:, None]) / self._totals[:, None])


def _varies(values: IntArray, ends: IntArray) -> BoolArray:
    """Tell in which runs values differ, shape (n_runs,)."""
    starts = ends[:-1]
    return np.asarray(np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts))
