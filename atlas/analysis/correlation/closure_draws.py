"""Errors of closures in all classes, in draws that can be taken one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.class_errors import ClassTrials, class_trials
from atlas.analysis.correlation.entries import Entry
from atlas.analysis.mapping import Arrays
from atlas.analysis.seeds import generator
from atlas.analysis.threads import one_thread
from atlas.errors import BadParameter
from atlas.records import FloatArray, IntArray

RESAMPLED, DRAWN = 41, 42  # kinds of draws, and streams of random numbers


@dataclass(frozen=True)
class ClosureDraws:
    """The errors as measured, and all that drawing needs."""

    classes: tuple[ClassTrials | None, ...]  # None: without trials
    measured: FloatArray  # shape (n_classes, n_rows, n_errors); NaN without trials
    seed: int

    def block(self, block: tuple[int, Sequence[int]]) -> Arrays:
        """Take draws of one kind, by number; errors of shape (n_draws, n_classes, n_rows, n_errors)."""
        kind, numbers = block
        errors = ClassTrials.resampled if kind == RESAMPLED else ClassTrials.drawn
        with one_thread():
            return {"errors": np.array([self._draw(kind, number, errors) for number in numbers])}

    def _draw(
        self, kind: int, number: int, errors: Callable[[ClassTrials, np.random.Generator], FloatArray]
    ) -> FloatArray:
        return _stacked(
            [
                None if trials is None else errors(trials, generator(self.seed, kind, number, label))
                for label, trials in enumerate(self.classes)
            ]
        )


def closure_draws(
    entries: Sequence[Entry], activations: Mapping[str, FloatArray], labels: IntArray, n_classes: int, *, seed: int
) -> ClosureDraws:
    """Prepare the trials of each class, and measure the errors of closures.

    Raises
    ------
    BadParameter
        A class has too few trials for a closing.
    """
    targets = np.eye(n_classes, activations[entries[0].layers[-1].layer].shape[1])
    classes: list[ClassTrials | None] = []
    tables: list[FloatArray | None] = []
    with one_thread():
        for label in range(n_classes):
            own = np.flatnonzero(labels == label)
            try:
                trials = class_trials(entries, activations, targets[label], own=own) if len(own) > 0 else None
                tables.append(None if trials is None else trials.measured())
            except BadParameter as error:
                raise BadParameter(f"Class {label}: {error}") from error
            classes.append(trials)
    return ClosureDraws(tuple(classes), _stacked(tables), seed)


def _stacked(tables: Sequence[FloatArray | None]) -> FloatArray:
    """Stack the tables of classes; NaN for those without trials."""
    shape = next(table.shape for table in tables if table is not None)
    return np.array([np.full(shape, np.nan) if table is None else table for table in tables])
