"""One neuron more, or one less, again and again: the searches for informative sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.counting import count_terms
from atlas.analysis.information.coverage import coverage_of
from atlas.analysis.information.states import joint_states
from atlas.analysis.statistics import ROUNDING
from atlas.records import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a search starts from; the meaning of each stands at `informative_sets.grow`."""

    states: IntArray
    start: tuple[int, ...]  # ascending
    n_steps: int
    estimator: str
    min_trials: float

    @property
    def n_trials(self) -> int:
        """Count the trials."""
        return int(self.states.shape[1])

    def covers(self, n_states: int) -> bool:
        """Say whether there are trials enough for so many joint states."""
        return coverage_of(n_states, self.n_trials, min_trials=self.min_trials).reliable


@dataclass(frozen=True, kw_only=True)
class Path:
    """Sets a search went through, the start first; it has one neuron fewer than sets."""

    neurons: tuple[int, ...]  # added or dropped
    bits: FloatArray  # NaN for a start with too few trials
    n_states: IntArray  # occupied joint states


class _Bits:
    """Information of tables of the same trials about the same classes."""

    def __init__(self, search: Search, target: IntArray) -> None:
        self._terms, whole = count_terms(search.n_trials, search.estimator)
        self._n_trials, self._is_plug_in = search.n_trials, search.estimator == "plug_in"
        self._of_target = whole - self._terms[np.bincount(target)].sum()

    def __call__(self, counts: IntArray, of_cells: IntArray) -> float:
        """Measure joint counts of cell and class, given those of cells."""
        bits = float(self._of_target + self._terms[counts].sum() - self._terms[of_cells].sum()) / self._n_trials
        return max(bits, 0.0) if self._is_plug_in else bits


def grown(search: Search, target: IntArray) -> Path:
    """Add neurons. The cells of a set are those of the last one, split by the states of the neuron added."""
    measure = _Bits(search, target)
    cells = joint_states(search.states[list(search.start)])
    counts = _by_class(cells, target)
    bits, n_states, added = [measure(counts, counts.sum(axis=1))], [len(counts)], list[int]()
    if not search.covers(len(counts)):
        return Path(neurons=(), bits=np.array([np.nan]), n_states=np.array(n_states))
    while len(added) < search.n_steps:
        scores = np.full(len(search.states), np.nan)
        occupied = np.zeros(len(search.states), dtype=np.int64)
        taken = {*search.start, *added}
        for neuron, split in _splits(search.states, cells, target, taken):
            of_cells = split.sum(axis=1)
            occupied[neuron] = np.count_nonzero(of_cells)
            if search.covers(occupied[neuron]):
                scores[neuron] = measure(split, of_cells)
        if np.isnan(scores).all():
            break
        best = _first_best(scores)
        added.append(best)
        bits.append(scores[best])
        n_states.append(int(occupied[best]))
        cells = joint_states(np.stack([cells, search.states[best]]))
    return Path(neurons=tuple(added), bits=np.array(bits), n_states=np.array(n_states))


def shrunk(search: Search, target: IntArray) -> Path:
    """Drop neurons. Only distinct patterns are kept, with how many trials of each class have them; they merge."""
    measure = _Bits(search, target)
    left = np.array(search.start)
    cells = joint_states(search.states[left])
    counts, patterns = _by_class(cells, target), search.states[left][:, _firsts(cells)]
    bits, n_states, dropped = [measure(counts, counts.sum(axis=1))], [len(counts)], list[int]()
    if not search.covers(len(counts)):
        return Path(neurons=(), bits=np.array([np.nan]), n_states=np.array(n_states))
    while len(dropped) < search.n_steps:
        without = [_merged(joint_states(np.delete(patterns, place, axis=0)), counts) for place in range(len(left))]
        scores = np.array([measure(table, table.sum(axis=1)) for table in without])
        best = _first_best(scores)
        dropped.append(int(left[best]))
        bits.append(scores[best])
        left, patterns, counts = np.delete(left, best), np.delete(patterns, best, axis=0), without[best]
        patterns = patterns[:, _firsts(joint_states(patterns))]
        n_states.append(len(counts))
    return Path(neurons=tuple(dropped), bits=np.array(bits), n_states=np.array(n_states))


def _by_class(cells: IntArray, target: IntArray) -> IntArray:
    """Count the trials of each class in each cell, shape (n_cells, n_classes)."""
    n_cells, n_classes = int(cells.max()) + 1, int(target.max()) + 1
    return np.bincount(cells * n_classes + target, minlength=n_cells * n_classes).reshape(n_cells, n_classes)


def _splits(states: IntArray, cells: IntArray, target: IntArray, taken: set[int]) -> Iterator[tuple[int, IntArray]]:
    """Split the cells by each neuron not taken: counts of shape (n_cells, n_classes, n_states)."""
    shape = (int(cells.max()) + 1, int(target.max()) + 1, int(states.max()) + 1)
    place = (cells * shape[1] + target) * shape[2]
    for neuron, of_neuron in enumerate(states):
        if neuron not in taken:
            yield neuron, np.bincount(place + of_neuron, minlength=int(np.prod(shape))).reshape(shape)


def _merged(cells: IntArray, counts: IntArray) -> IntArray:
    """Add up the rows of each cell; every number of a cell occurs."""
    first = np.cumsum(np.bincount(cells)) - np.bincount(cells)
    return np.add.reduceat(counts[np.argsort(cells, kind="stable")], first, axis=0)


def _firsts(cells: IntArray) -> IntArray:
    """Give the first place of each cell, in order of the cells."""
    return np.unique(cells, return_index=True)[1]


def _first_best(scores: FloatArray) -> int:
    best = float(np.nanmax(scores))
    return int(np.argmax(scores >= best - ROUNDING * max(1.0, abs(best))))
