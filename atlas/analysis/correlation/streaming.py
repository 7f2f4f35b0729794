"""Read the activations of many trials in blocks of double precision, each trial counted as often as it was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from atlas.errors import BadParameter, NonFiniteActivations, ShapeError
from atlas.records import BoolArray, FloatArray, IntArray

FEWEST_TRIALS = 2  # that vary
_ORDERS = {2: "Covariances", 3: "Third cumulants", 4: "Fourth cumulants"}
ELEMENTS_AT_ONCE = 1 << 21  # 16 MiB of double precision; the blocks depend on nothing else


@dataclass(frozen=True, kw_only=True)
class Trials:
    """Activations, shape (n_trials, n_elements), and how often each trial counts."""

    activations: FloatArray
    counts: FloatArray  # shape (n_trials,)
    n_counted: float

    def mean(self) -> FloatArray:
        """Average over trials; what is the same in all of them is given unchanged.

        Raises
        ------
        NonFiniteActivations
            An activation is NaN or infinite.
        """
        first = self.activations[np.flatnonzero(self.counts)[0]].astype(np.float64)
        total = np.zeros(len(first))
        for rows in self._rows():
            total += self.counts[rows] @ (self.activations[rows] - first)
        mean: FloatArray = first + total / self.n_counted
        if not np.isfinite(mean).all():
            raise NonFiniteActivations(
                f"The activations of element {int(np.argmin(np.isfinite(mean)))} are NaN or infinite in some trial. "
                "Moments are of finite numbers. Look at the inputs and weights."
            )
        return mean

    def deviations(self, mean: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Give blocks of deviations from the mean with the counts of their trials."""
        for rows in self._rows():
            yield self.activations[rows] - mean, self.counts[rows]

    def only(self, chosen: BoolArray) -> Trials:
        """Count the chosen trials alone, shape (n_trials,)."""
        counts = np.where(chosen, self.counts, 0.0)
        return Trials(activations=self.activations, counts=counts, n_counted=float(counts.sum()))

    def _rows(self) -> Iterator[IntArray]:
        drawn = np.flatnonzero(self.counts)
        at_once = max(1, ELEMENTS_AT_ONCE // max(1, self.activations.shape[1]))
        for first in range(0, len(drawn), at_once):
            yield drawn[first : first + at_once]


def trials_of(activations: FloatArray, trial_weights: FloatArray | IntArray | None, *, fewest: int) -> Trials:
    """Check activations and how often each trial counts; None: once.

    Raises
    ------
    ShapeError
        The activations are no table, or there is not one weight for each trial.
    BadParameter
        A weight is negative or not finite, or fewer than `fewest` trials are counted.
    """
    if activations.ndim != 2:
        raise ShapeError(
            f"The activations have shape {activations.shape}. Moments need one row for each trial and one column for "
            "each element. Reshape them to (n_trials, n_elements)."
        )
    n_trials = len(activations)
    counts = np.ones(n_trials) if trial_weights is None else np.asarray(trial_weights, dtype=np.float64)
    if counts.shape != (n_trials,):
        raise ShapeError(
            f"The weights of trials have shape {counts.shape}, there are {n_trials} trials. Give one for each trial."
        )
    if not (np.isfinite(counts) & (counts >= 0)).all():
        raise BadParameter(
            "A weight of a trial is negative or not finite. It tells how often the trial counts. Give 0 or more."
        )
    if counts.sum() < fewest:
        raise BadParameter(
            f"{_ORDERS[fewest]} need {fewest} trials or more, and are given {counts.sum():g}. Give more trials."
        )
    return Trials(activations=activations, counts=counts, n_counted=float(counts.sum()))
