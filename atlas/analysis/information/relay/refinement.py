"""What inputs tell about outputs within the joint states of more and more neurons: partition refinement."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_array

from atlas.analysis.information.relay.trials import Trials
from atlas.records import BoolArray, FloatArray, IntArray

LOOKED_UP_AT_ONCE = 2**17


class Cells:
    """Trials that share the joint state of some neurons lie in one cell; cells without anything to tell are left out.

    N I(X;Z|cell) sums, over cells, f(n_xz) - f(n_x) - f(n_z) + f(n) with f(n) = n log2 n. Where input or output do not
    vary within a cell it is 0, and stays 0 however finely the cell is split: such cells are dropped.
    """

    def __init__(self, trials: Trials, rows: IntArray, cell: IntArray) -> None:
        """Keep the mixed cells of these rows, which are in the order of cell, input, output."""
        self.trials = trials
        mixed = _mixed(trials, rows, cell)
        self.rows, self.cell = rows[mixed], _renumbered(cell[mixed])

    @classmethod
    def whole(cls, trials: Trials) -> Cells:
        """Put all trials in one cell."""
        return cls(trials, np.arange(len(trials.pattern)), np.zeros(len(trials.pattern), dtype=np.int64))

    def split(self, neurons: Iterable[int]) -> Cells:
        """Split every cell by the states of neurons."""
        cells = self
        for neuron in neurons:
            if len(cells.rows) == 0:
                break
            cells = cells._split(neuron)
        return cells

    @property
    def bits(self) -> float:
        """Give I(X;Z|cell) in bits."""
        if len(self.rows) == 0:
            return 0.0
        groups = _Groups(self)
        return float((groups.signs @ self.trials.n_log_n(groups.totals) + groups.constant)[0]) / self.trials.total

    def bits_of_splits(self) -> FloatArray:
        """Give I(X;Z|cell, state of a neuron) in bits for every neuron, shape (n_neurons,)."""
        return np.asarray(self._of_splits(entropies=False)[0])

    def bits_and_ceilings_of_splits(self) -> tuple[FloatArray, FloatArray]:
        """Give these, and what they cannot exceed however the cells are split further: min of H(X|...) and H(Z|...)."""
        bits, input_bits, output_bits = self._of_splits(entropies=True)
        return bits, np.minimum(input_bits, output_bits)

    def _of_splits(self, *, entropies: bool) -> FloatArray:
        trials = self.trials
        sums = np.zeros((3 if entropies else 1, trials.n_neurons))
        if len(self.rows) == 0:
            return sums
        groups = _Groups(self, entropies=entropies)
        in_first = np.repeat(groups.totals[:, None], trials.n_neurons, axis=1)
        for indicator in trials.indicators:
            in_state = groups.count(indicator)
            in_first -= in_state
            sums += groups.sum(in_state)
        return np.asarray((sums + groups.sum(in_first) + groups.constant[:, None]) / trials.total)

    def _split(self, neuron: int) -> Cells:
        state = self.trials.states[self.trials.pattern[self.rows], neuron]
        key = self.cell * (int(state.max()) + 1) + state
        order = np.argsort(key, kind="stable")
        return Cells(self.trials, self.rows[order], _renumbered(key[order]))


class _Groups:
    """The groups of trials in cells whose counts enter the information, with the sign each has.

    Groups share the cell and input and output, or input, or output, or nothing else. An input that meets one output
    only drops out, for f(n_xz) = f(n_x), and likewise an output. A group of a single row is in one state of every
    neuron, so it adds the same whatever neuron splits it: `constant`.
    """

    def __init__(self, cells: Cells, *, entropies: bool = False) -> None:
        self._trials = trials = cells.trials
        pair_of_row, pair = _pairs(cells)
        starts = _starts(pair_of_row)
        weight = trials.weight[cells.rows].astype(trials.counter)
        self._rows = _summing(starts, trials.pattern[cells.rows], weight, len(trials.states))
        member, group, signs = _groups(*pair[:, starts], entropies=entropies)
        n_rows = np.add.reduceat(np.diff(starts, append=len(cells.rows))[member], _starts(group))
        total = np.add.reduceat(np.add.reduceat(trials.weight[cells.rows], starts)[member], _starts(group))
        counts = signs.any(axis=0) & (n_rows > 1)
        self.constant = signs[:, n_rows == 1] @ trials.n_log_n(total[n_rows == 1])
        self.signs, self.totals = signs[:, counts], total[counts].astype(trials.counter)
        kept = counts[group]
        self._pairs = _summing(
            _starts(group[kept]), member[kept], np.ones(int(kept.sum()), dtype=trials.counter), len(starts)
        )

    def count(self, indicator: FloatArray) -> FloatArray:
        """Count the trials of every group in which each neuron is in a state: shape (n_groups, n_neurons)."""
        return np.asarray(self._pairs @ (self._rows @ indicator))

    def sum(self, counts: FloatArray) -> FloatArray:
        """Sum n log2 n with the groups' signs, shape (1 or 3, n_neurons)."""
        size = max(1, LOOKED_UP_AT_ONCE // max(1, counts.shape[1]))
        sums = np.zeros((len(self.signs), counts.shape[1]))
        for first in range(0, len(counts), size):
            part = slice(first, first + size)
            sums += self.signs[:, part] @ self._trials.n_log_n(counts[part])
        return sums


def _pairs(cells: Cells) -> tuple[IntArray, IntArray]:
    """Number cell, input and output of each row through; give cell, cell and input, cell and output: (3, n_rows)."""
    trials, cell = cells.trials, cells.cell
    shown, answered = trials.inputs[cells.rows], trials.outputs[cells.rows]
    n_answered = int(trials.outputs.max()) + 1
    by_input = cell * (int(trials.inputs.max()) + 1) + shown
    return by_input * n_answered + answered, np.stack([cell, by_input, cell * n_answered + answered])


def _groups(
    cell: IntArray, by_input: IntArray, by_output: IntArray, *, entropies: bool
) -> tuple[IntArray, IntArray, FloatArray]:
    """Group pairs of input and output in all four ways: pair and group of each membership, and the groups' signs.

    Signs of I(X;Z|cell); and those of H(X|cell) and H(Z|cell), if asked for.
    """
    every, order = np.arange(len(cell)), np.argsort(by_output, kind="stable")
    firsts = [_first(key) for key in (every, by_input, by_output[order], cell)]
    of_input, of_output = np.cumsum(firsts[1]) - 1, np.cumsum(firsts[2]) - 1
    n_outputs, n_inputs = np.bincount(of_input), np.bincount(of_output)
    of_pairs = 1.0 - (n_outputs[of_input] == 1)
    of_pairs[order] -= n_inputs[of_output] == 1
    ones = np.ones(int(firsts[3].sum()))
    signs = [np.concatenate([of_pairs, -1.0 * (n_outputs > 1), -1.0 * (n_inputs > 1), ones])]
    if entropies:
        none, inputs, outputs = np.zeros(len(cell)), np.ones(len(n_outputs)), np.ones(len(n_inputs))
        signs.append(np.concatenate([none, -inputs, 0 * outputs, ones]))
        signs.append(np.concatenate([none, 0 * inputs, -outputs, ones]))
    return np.concatenate([every, every, order, every]), np.cumsum(np.concatenate(firsts)) - 1, np.stack(signs)


def _summing(starts: IntArray, members: IntArray, weights: FloatArray, n_members: int) -> csr_array:
    """Make the matrix that sums weighted members group by group; a group starts where the one before ends."""
    ends = np.append(starts, len(members)).astype(np.int32)
    return csr_array((weights, members.astype(np.int32), ends), shape=(len(starts), n_members))


def _mixed(trials: Trials, rows: IntArray, cell: IntArray) -> BoolArray:
    """Tell which rows lie in cells where both input and output vary, shape (n_rows,)."""
    if len(rows) == 0:
        return np.zeros(0, dtype=np.bool_)
    first = _first(cell)
    starts = np.flatnonzero(first)
    varied = np.ones(len(starts), dtype=np.bool_)
    for values in (trials.inputs[rows], trials.outputs[rows]):
        varied &= np.minimum.reduceat(values, starts) != np.maximum.reduceat(values, starts)
    return np.asarray(varied[np.cumsum(first) - 1])


def _first(key: IntArray) -> BoolArray:
    """Tell of ascending keys which differ from the one before."""
    return np.concatenate([[True], key[1:] != key[:-1]])


def _starts(key: IntArray) -> IntArray:
    return np.flatnonzero(_first(key))


def _renumbered(key: IntArray) -> IntArray:
    """Number ascending keys without gaps."""
    return np.cumsum(_first(key)) - 1 if len(key) > 0 else key
