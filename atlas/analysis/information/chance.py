"""What label information is worth: intervals, and what shuffled labels give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.counting import contingency, information_bits
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import permutation_p
from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import FloatArray, IntArray

TRIALS_PER_STATE = 5  # fewer, and most of what is counted is bias
SHUFFLES, BOOTSTRAP = 1, 2  # streams of random numbers


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Label information of one element; arrays have shape (1 + n_classes,)."""

    bits: FloatArray
    low_bits: FloatArray
    high_bits: FloatArray
    null_bits: FloatArray
    p: FloatArray
    n_states: int
    reliable: bool


class LabelScale:
    """Measure elements against the same labels, the same shuffles of them, and the same seed."""

    def __init__(self, labels: IntArray, n_classes: int, *, n_null: int, n_bootstrap: int, seed: int) -> None:
        _check_labels(labels, n_classes)
        check_draws(n_null=n_null, n_bootstrap=n_bootstrap)
        self._labels, self._n_classes, self._n_bootstrap, self._seed = labels, n_classes, n_bootstrap, seed
        self._shuffles = generator(seed, SHUFFLES).permuted(np.tile(labels, (n_null, 1)), axis=1)
        without_trials = np.bincount(labels, minlength=n_classes) == 0
        self._undefined = np.concatenate([[False], without_trials])

    def measure(self, states: IntArray | None) -> Measured:
        """Measure one element from its state in every trial, numbered from 0; None for an element without neurons."""
        n_states = 0 if states is None else int(states.max()) + 1
        if states is None or len(states) < TRIALS_PER_STATE * n_states:
            nothing = np.full(1 + self._n_classes, np.nan)
            return Measured(
                bits=nothing,
                low_bits=nothing,
                high_bits=nothing,
                null_bits=nothing,
                p=nothing,
                n_states=n_states,
                reliable=False,
            )
        counts = contingency(states[None, :], self._labels, n_states=n_states, n_other=self._n_classes)[0]
        bits = information_bits(counts)
        low, high = self._interval(counts, bits)
        null = self._null(states, n_states)
        null_bits = null.mean(axis=0) if len(null) > 0 else np.full(bits.shape, np.nan)
        return Measured(
            bits=self._defined(bits),
            low_bits=self._defined(low),
            high_bits=self._defined(high),
            null_bits=self._defined(null_bits),
            p=self._defined(permutation_p(bits, null)),
            n_states=n_states,
            reliable=True,
        )

    def _null(self, states: IntArray, n_states: int) -> FloatArray:
        counts = contingency(self._shuffles, states, n_states=self._n_classes, n_other=n_states)
        return information_bits(counts.swapaxes(1, 2))

    def _interval(self, counts: IntArray, bits: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Resample the trials; resampling adds bias of its own, so the percentiles are moved back by what it added."""
        if self._n_bootstrap == 0:
            return np.full(bits.shape, np.nan), np.full(bits.shape, np.nan)
        n_trials = int(counts.sum())
        random = generator(self._seed, BOOTSTRAP)
        draws = random.multinomial(n_trials, counts.ravel() / n_trials, size=self._n_bootstrap)
        resampled = information_bits(draws.reshape(-1, *counts.shape))
        low, high = np.percentile(resampled, [2.5, 97.5], axis=0) - (resampled.mean(axis=0) - bits)
        return np.maximum(low, 0.0), np.maximum(high, 0.0)

    def _defined(self, values: FloatArray) -> FloatArray:
        return np.where(self._undefined, np.nan, values)


def _check_labels(labels: IntArray, n_classes: int) -> None:
    if labels.ndim != 1:
        raise ShapeError(f"The labels have shape {labels.shape}. They must be one class for each trial.")
    if len(labels) == 0:
        raise EmptySelection("There are no trials. Label information is counted over trials. Give data with trials.")
    if labels.min() < 0 or labels.max() >= n_classes:
        wrong = int(labels.min() if labels.min() < 0 else labels.max())
        raise BadParameter(
            f"A label is {wrong}, the classes are 0 to {n_classes - 1}. Give labels below the number of classes."
        )
