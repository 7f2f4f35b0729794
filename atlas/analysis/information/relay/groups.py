"""The groups of trials whose counts make up what inputs tell about outputs within cells."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array

from atlas.analysis.information.relay.trials import Trials
from atlas.records import FloatArray, IntArray

LOOKED_UP_AT_ONCE = 2**17


class Pairs(NamedTuple):
    """Every input and output that meet in a cell, in the order of cell, input, output; arrays have shape (n_pairs,)."""

    cell: IntArray  # ascending, from 0 without gaps
    shown: IntArray
    answered: IntArray
    n_rows: IntArray  # rows of trials with it: they lie one after the other


class Groups:
    """Trials of a cell that share input and output, or input, or output, or nothing else; and the sign of each count.

    An input that meets one output only drops out, for f(n_xz) = f(n_x), and likewise an output. A group of a single row
    is in one state of every neuron, so it adds the same whatever neuron splits it: `constant`.
    """

    def __init__(self, trials: Trials, rows: IntArray, pairs: Pairs, search: IntArray, n_searches: int) -> None:
        """Take the signs of I(X;Z|cell), of each search, given that of each cell.

        Of no search, take the signs of I(X;Z|cell), H(X|cell) and H(Z|cell) of all cells.
        """
        self._trials = trials
        members, ends, signs = _groups(pairs, entropies=n_searches == 0)
        starts, weight, row_ends = ends[:-1], trials.counted[rows], _ends(pairs.n_rows)
        n_rows = np.add.reduceat(pairs.n_rows[members], starts)
        of_pairs = np.add.reduceat(weight, row_ends[:-1], dtype=weight.dtype)
        totals = np.add.reduceat(of_pairs[members], starts, dtype=weight.dtype)
        single, more = n_rows == 1, (n_rows > 1) & signs.any(axis=0)
        by_search: FloatArray | csc_array = signs
        if n_searches > 1:
            by_search = _by_search(signs[0], search[pairs.cell[members[starts]]], n_searches)
        self.constant = by_search[:, single] @ trials.n_log_n(totals[single])
        self.signs, self.totals = by_search[:, more], totals[more]
        self._of_pairs = _summing(weight, trials.pattern[rows], row_ends, len(trials.states))
        n_members = lengths(ends)
        kept = members[np.repeat(more, n_members)]
        ones: IntArray | FloatArray = np.ones(len(kept)).astype(trials.counter)
        self._of_groups = _summing(ones, kept, _ends(n_members[more]), len(pairs.cell))

    def count(self, indicator: FloatArray) -> FloatArray:
        """Count the trials of every group in which each neuron is in a state: shape (n_groups, n_neurons)."""
        return np.asarray(self._of_groups @ (self._of_pairs @ indicator))

    def sum(self, counts: FloatArray) -> FloatArray:
        """Sum n log2 n with the groups' signs, shape (n_searches or 3, n_neurons)."""
        size = max(1, LOOKED_UP_AT_ONCE // max(1, counts.shape[1]))
        sums = np.zeros((self.signs.shape[0], counts.shape[1]))
        for first in range(0, len(counts), size):
            part = slice(first, first + size)
            sums += self.signs[:, part] @ self._trials.n_log_n(counts[part])
        return sums


def ends_of_runs(key: IntArray) -> IntArray:
    """Give where each run of equal keys begins, and where the last ends: shape (n_runs + 1,)."""
    changes = np.ones(len(key) + 1, dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=changes[1:-1])
    return np.flatnonzero(changes)


def lengths(ends: IntArray) -> IntArray:
    """Give the lengths of runs, shape (n_runs,)."""
    return np.asarray(ends[1:] - ends[:-1])


def _ends(sizes: IntArray) -> IntArray:
    """Give the ends of runs of some lengths."""
    ends = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=ends[1:])
    return ends


def _groups(pairs: Pairs, *, entropies: bool) -> tuple[IntArray, IntArray, FloatArray]:
    """Group pairs in all four ways: the pairs group by group, the ends of the groups, and their signs."""
    n_pairs = len(pairs.cell)
    by_output = pairs.cell * (pairs.answered.max() + 1) + pairs.answered
    order, every = np.argsort(by_output, kind="stable"), np.arange(n_pairs)
    inputs = ends_of_runs(pairs.cell * (pairs.shown.max() + 1) + pairs.shown)
    outputs, cells = ends_of_runs(by_output[order]), ends_of_runs(pairs.cell)
    members = np.concatenate([every, every, order, every])
    ends = np.concatenate([every, n_pairs + inputs[:-1], 2 * n_pairs + outputs[:-1], 3 * n_pairs + cells])
    signs = _signs_of_information(order, lengths(inputs), lengths(outputs), len(cells) - 1)[None]
    if entropies:
        signs = np.concatenate([signs, _signs_of_entropies(n_pairs, len(inputs) - 1, len(outputs) - 1, len(cells) - 1)])
    return members, ends, signs


def _signs_of_information(order: IntArray, n_outputs: IntArray, n_inputs: IntArray, n_cells: int) -> FloatArray:
    """Give the signs of I(X;Z|cell), from how many outputs each input meets in a cell, and the other way round."""
    of_pairs = 1.0 - np.repeat(n_outputs == 1, n_outputs)
    of_pairs[order] -= np.repeat(n_inputs == 1, n_inputs)
    return np.concatenate([of_pairs, -1.0 * (n_outputs > 1), -1.0 * (n_inputs > 1), np.ones(n_cells)])


def _signs_of_entropies(n_pairs: int, n_inputs: int, n_outputs: int, n_cells: int) -> FloatArray:
    """Give the signs of H(X|cell) and of H(Z|cell)."""
    sizes = [n_pairs, n_inputs, n_outputs, n_cells]
    return np.stack([np.repeat([0.0, -1.0, 0.0, 1.0], sizes), np.repeat([0.0, 0.0, -1.0, 1.0], sizes)])


def _by_search(sign: FloatArray, search: IntArray, n_searches: int) -> csc_array:
    """Put the sign of each group in the row of its search."""
    return csc_array((sign, search, np.arange(len(sign) + 1)), shape=(n_searches, len(sign)))


def _summing(weights: IntArray | FloatArray, members: IntArray, ends: IntArray, n_members: int) -> csr_array:
    """Make the matrix that sums weighted members run by run."""
    return csr_array((weights, members, ends), shape=(len(ends) - 1, n_members))
