"""What inputs tell about outputs within the joint states of more and more neurons: partition refinement."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from atlas.analysis.information.relay.groups import Groups, Pairs, ends_of_runs, lengths
from atlas.analysis.information.relay.trials import Trials
from atlas.records import BoolArray, FloatArray, IntArray


class Cells:
    """Trials that share the joint state of some neurons lie in one cell; cells without anything to tell are left out.

    N I(X;Z|cell) sums, over cells, f(n_xz) - f(n_x) - f(n_z) + f(n) with f(n) = n log2 n. Where input or output do not
    vary within a cell it is 0, and stays 0 however finely the cell is split: such cells are dropped.
    """

    def __init__(self, trials: Trials, rows: IntArray, cell: IntArray) -> None:
        """Keep the mixed cells of these rows, which are in the order of cell, input, output."""
        ends = ends_of_runs(cell * trials.n_pairs + trials.pair[rows])
        n_rows, first, of_pair = lengths(ends), rows[ends[:-1]], cell[ends[:-1]]
        shown, answered = trials.inputs[first], trials.outputs[first]
        cells = ends_of_runs(of_pair)
        mixed = _varies(shown, cells) & _varies(answered, cells)
        n_pairs = lengths(cells)
        kept = np.repeat(mixed, n_pairs)
        self._trials, self._rows = trials, rows[np.repeat(kept, n_rows)]
        numbers = np.repeat(np.arange(np.count_nonzero(mixed)), n_pairs[mixed])
        self._pairs = Pairs(numbers, shown[kept], answered[kept], n_rows[kept])

    @classmethod
    def whole(cls, trials: Trials) -> Cells:
        """Put all trials in one cell."""
        n_rows = len(trials.pattern)
        return cls(trials, np.arange(n_rows), np.zeros(n_rows, dtype=np.int64))

    def split(self, neurons: Iterable[int]) -> Cells:
        """Split every cell by the states of neurons."""
        cells = self
        for neuron in neurons:
            if len(cells._rows) == 0:
                break
            cells = cells._split(neuron)
        return cells

    @property
    def bits(self) -> float:
        """Give I(X;Z|cell) in bits."""
        if len(self._rows) == 0:
            return 0.0
        groups = Groups(self._trials, self._rows, self._pairs)
        sums = groups.signs @ self._trials.n_log_n(groups.totals) + groups.constant
        return float(sums[0]) / self._trials.total

    def bits_of_splits(self) -> FloatArray:
        """Give I(X;Z|cell, state of a neuron) in bits for every neuron, shape (n_neurons,)."""
        return np.asarray(self._of_splits(entropies=False)[0])

    def bits_and_ceilings_of_splits(self) -> tuple[FloatArray, FloatArray]:
        """Give these, and what they cannot exceed however the cells are split further: min of H(X|...) and H(Z|...)."""
        bits, input_bits, output_bits = self._of_splits(entropies=True)
        return bits, np.minimum(input_bits, output_bits)

    def _of_splits(self, *, entropies: bool) -> FloatArray:
        trials = self._trials
        sums = np.zeros((3 if entropies else 1, trials.n_neurons))
        if len(self._rows) == 0:
            return sums
        groups = Groups(trials, self._rows, self._pairs, entropies=entropies)
        in_first = np.repeat(groups.totals[:, None], trials.n_neurons, axis=1)
        for indicator in trials.indicators:
            in_state = groups.count(indicator)
            in_first -= in_state
            sums += groups.sum(in_state)
        return np.asarray((sums + groups.sum(in_first) + groups.constant[:, None]) / trials.total)

    def _split(self, neuron: int) -> Cells:
        """Put the parts in a first state before those in the next: so each stays in the order of cell, input, output."""
        state = self._trials.states[self._trials.pattern[self._rows], neuron]
        parts = [np.flatnonzero(state == one) for one in range(int(state.max()) + 1)]
        order = np.concatenate(parts)
        cell, n_cells = np.repeat(self._pairs.cell, self._pairs.n_rows), int(self._pairs.cell[-1]) + 1
        return Cells(self._trials, self._rows[order], cell[order] + n_cells * state[order].astype(np.int64))


def _varies(values: IntArray, ends: IntArray) -> BoolArray:
    """Tell in which runs values differ, shape (n_runs,)."""
    starts = ends[:-1]
    return np.asarray(np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts))
