"""What label information is worth: intervals, and what shuffled labels give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from atlas.analysis.information.checking import check_labels
from atlas.analysis.information.counting import contingency, count_terms, information_bits, running_counts
from atlas.analysis.information.coverage import Coverage, coverage_of
from atlas.analysis.information.entropies import entropy_bits
from atlas.analysis.information.halves import half_samples, interval_of_halves
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import against_null
from atlas.keys import ALL_TARGET
from atlas.records import FloatArray, IntArray, Parameter

SHUFFLES = 1  # stream of random numbers
MOST_COUNTED = 2**24  # running counts held at once, of 4 bytes
MOST_CELLS = 2**21  # cells of tables held at once
MOST_BIAS = 0.5  # of the entropy of the classes: with many classes few trials on a state are not enough
MEASURED = ("bits", "low_bits", "high_bits", "null_bits", "null_sd_bits", "z", "p")


@dataclass(frozen=True, kw_only=True)
class LabelScale:
    """Measure elements against the same labels, shuffles and halves of the trials.

    Nothing is counted anew for a shuffle or a half. Put the trials in order of an element's state: shuffled labels are
    then any shuffled labels, and a state is a stretch of them, so differences of running counts are its table. Put them
    in order of state and class: a half of the trials is any half, and a cell of the table is a stretch. Tables drawn
    this way are distributed exactly as those of shuffled labels and of halves.
    """

    labels: IntArray
    n_classes: int
    estimator: str
    min_trials: float  # fewer on an occupied state, and an element is not reliable
    n_null: int
    n_subsamples: int
    seed: int

    def __post_init__(self) -> None:
        check_labels(self.labels, self.n_classes)
        check_draws(n_null=self.n_null, n_subsamples=self.n_subsamples)
        coverage_of(1, self.n_trials, min_trials=self.min_trials)
        count_terms(self.n_trials, self.estimator)

    @property
    def n_trials(self) -> int:
        """Count the trials."""
        return len(self.labels)

    @property
    def targets(self) -> tuple[str, ...]:
        """Name what elements tell about: which class, then each class or not."""
        return (ALL_TARGET, *map(str, range(self.n_classes)))

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what a result records."""
        return {name: getattr(self, name) for name in ("estimator", "min_trials", "n_null", "n_subsamples", "seed")}

    def coverage(self, states: IntArray | None) -> Coverage:
        """Say how thinly the trials are spread over an element's states; None is an element without neurons.

        Reliable are trials enough on a state, and a bias of at most half of what there is to tell.
        """
        n_states = 0 if states is None else int(np.count_nonzero(np.bincount(states)))
        found = coverage_of(n_states, self.n_trials, min_trials=self.min_trials)
        return found._replace(reliable=found.reliable and self._bias_bits(n_states) <= MOST_BIAS * self._class_bits)

    @cached_property
    def _class_bits(self) -> float:
        """Measure the entropy of the classes."""
        return float(entropy_bits(np.bincount(self.labels, minlength=self.n_classes)))

    def _bias_bits(self, n_states: int) -> float:
        """Give the bits that states which tell nothing are counted to tell, in the mean and to first order."""
        n_shown = len(np.unique(self.labels))
        return (n_states - 1) * (n_shown - 1) / (2 * math.log(2) * self.n_trials)

    def measure(self, states: Sequence[IntArray]) -> dict[str, FloatArray]:
        """Measure elements, one at least, each by its state in every trial, numbered from 0.

        Returns
        -------
        dict of str and FloatArray
            What `MEASURED` names, each of shape (n_elements, 1 + n_classes); NaN for a class without trials.
        """
        tables, bits = self._counted(states)
        low, high = interval_of_halves(bits, self._in_halves(tables))
        if self.estimator == "plug_in":
            low, high = np.maximum(low, 0.0), np.maximum(high, 0.0)
        columns = (bits, low, high, *against_null(bits, self._by_chance(tables)))
        named = dict(zip(MEASURED, columns, strict=True))
        undefined = np.concatenate([[False], np.bincount(self.labels, minlength=self.n_classes) == 0])
        return {name: np.where(undefined, np.nan, values) for name, values in named.items()}

    def _counted(self, states: Sequence[IntArray]) -> tuple[list[IntArray], FloatArray]:
        """Count and measure elements, those of as many states together."""
        n_states = [int(element.max()) + 1 for element in states]
        tables: dict[int, IntArray] = {}
        bits = np.empty((len(states), len(self.targets)))
        for size in set(n_states):
            places = [place for place, found in enumerate(n_states) if found == size]
            alike = np.stack([states[place] for place in places])
            counts = contingency(alike, self.labels, n_states=size, n_other=self.n_classes)
            bits[places] = information_bits(counts, self.estimator)
            tables |= zip(places, counts, strict=True)
        return [tables[place] for place in range(len(states))], bits

    def _by_chance(self, tables: Sequence[IntArray]) -> FloatArray:
        """Measure under shuffled labels, shape (n_null, n_elements, 1 + n_classes)."""
        null = np.empty((self.n_null, len(tables), len(self.targets)))
        bounds = [_bounds(np.sort(table.sum(axis=0))) for table in tables]  # how states are numbered does not matter
        first = 0
        for running in self._shuffles():
            drawn = slice(first, first + running.shape[1])
            for place, ends in enumerate(bounds):
                counts = np.diff(running[ends], axis=0)  # of state, shuffle, class
                null[drawn, place] = information_bits(counts.transpose(1, 2, 0), self.estimator)
            first = drawn.stop
        return null

    def _shuffles(self) -> Iterator[IntArray]:
        """Count shuffled labels, some shuffles at a time, so that memory is bounded."""
        random = generator(self.seed, SHUFFLES)
        at_once = max(1, MOST_COUNTED // ((self.n_trials + 1) * self.n_classes))
        for first in range(0, self.n_null, at_once):
            copies = np.tile(self.labels.astype(np.int32), (min(at_once, self.n_null - first), 1))
            yield running_counts(random.permuted(copies, axis=1), self.n_classes)

    def _in_halves(self, tables: Sequence[IntArray]) -> FloatArray:
        """Measure in halves of the trials, shape (n_subsamples, n_elements, 1 + n_classes)."""
        values = np.empty((self.n_subsamples, len(tables), len(self.targets)))
        chosen = np.zeros((self.n_subsamples, self.n_trials), dtype=np.int8)
        np.put_along_axis(chosen, half_samples(self.n_trials, self.n_subsamples, self.seed), 1, axis=1)
        running = running_counts(chosen, 2)[:, :, 1]
        for place, table in enumerate(tables):
            ends, at_once = _bounds(table.ravel()), max(1, MOST_CELLS // table.size)
            for first in range(0, self.n_subsamples, at_once):
                drawn = slice(first, first + at_once)
                counts = np.diff(running[ends, drawn], axis=0).T.reshape(-1, *table.shape)
                values[drawn, place] = information_bits(counts, self.estimator)
        return values


def _bounds(sizes: IntArray) -> IntArray:
    """Give where stretches of these sizes begin, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes)])
