"""Input, output and joint state of every trial, equal trials counted together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from atlas.analysis.information.relay.patterns import Patterns
from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import FloatArray, IntArray

SUM_OF_PROBABILITIES = 1e-9  # how far from 1 it may be
COUNTERS = (np.uint16, np.uint32, np.int64)
LARGEST_TABLE = 2**22  # 32 MiB
BINS_PER_TRIAL = 8  # where there would be more, sorting is faster than counting in bins


@dataclass(frozen=True, kw_only=True, eq=False)
class Trials:
    """What happens in the trials, each combination of input, output and joint state once, in that order.

    Arrays but `states` have shape (n_rows,).
    """

    states: IntArray  # of every neuron in every pattern, shape (n_patterns, n_neurons)
    pattern: IntArray
    inputs: IntArray  # numbered from 0
    outputs: IntArray  # numbered from 0
    weight: IntArray | FloatArray  # trials with it, or its probability
    total: float  # trials in all, or 1

    @classmethod
    def of(
        cls, inputs: IntArray, outputs: IntArray, hidden: Patterns, *, weights: IntArray | FloatArray | None = None
    ) -> Trials:
        """Count equal trials together.

        Parameters
        ----------
        inputs, outputs
            Class shown and class answered, or whether they are a certain class; any whole numbers: (n_trials,).
        hidden
            Joint states of the neurons in the trials.
        weights
            Whole numbers: how often each trial occurred. Others: its probability. None: once.

        Raises
        ------
        ShapeError, EmptySelection
            The numbers of trials differ; no trial has weight.
        BadParameter
            Inputs or outputs that are not whole numbers, negative weights, probabilities whose sum is not 1.
        """
        n_trials = len(hidden.of_trials)
        weight = np.ones(n_trials, dtype=np.int64) if weights is None else weights
        _check_lengths(n_trials, inputs=inputs, outputs=outputs, weights=weight)
        _check_classes(inputs=inputs, outputs=outputs)
        _check_weights(weight)
        shown, answered = _numbered(inputs), _numbered(outputs)
        n_answered, n_patterns = int(answered.max()) + 1, len(hidden.states)
        key, weight = _counted((shown * n_answered + answered) * n_patterns + hidden.of_trials, weight)
        pair = key // n_patterns
        return cls(
            states=hidden.states,
            pattern=(key % n_patterns).astype(np.int32),
            inputs=pair // n_answered,
            outputs=pair % n_answered,
            weight=weight,
            total=float(weight.sum()),
        )

    @classmethod
    def stacked(cls, trials: Sequence[Trials]) -> Trials:
        """Put the rows of trials with the same patterns one after the other."""
        pattern, inputs, outputs, weight = (
            np.concatenate([getattr(one, name) for one in trials])
            for name in ("pattern", "inputs", "outputs", "weight")
        )
        return cls(
            states=trials[0].states,
            pattern=pattern,
            inputs=inputs,
            outputs=outputs,
            weight=weight,
            total=max(one.total for one in trials),
        )

    @property
    def n_neurons(self) -> int:
        """Count the neurons."""
        return int(self.states.shape[1])

    @property
    def exact(self) -> bool:
        """Whether weights are probabilities, so that nothing is estimated."""
        return not np.issubdtype(self.weight.dtype, np.integer)

    @cached_property
    def pair(self) -> IntArray:
        """Number the pairs of input and output."""
        return np.asarray(self.inputs * (self.outputs.max() + 1) + self.outputs)

    @property
    def n_pairs(self) -> int:
        """Give a number above all of them."""
        return int(self.pair.max()) + 1

    @cached_property
    def counter(self) -> type[np.integer[Any]] | type[np.floating[Any]]:
        """Give the smallest type that can count all trials: sums over rows are most of the work."""
        if self.exact:
            return np.float64
        return next(one for one in COUNTERS if self.total <= np.iinfo(one).max)

    @cached_property
    def counted(self) -> IntArray | FloatArray:
        """Give the weights in this type."""
        return self.weight.astype(self.counter)

    @cached_property
    def indicators(self) -> list[FloatArray]:
        """Tell of every state but 0 which neurons are in it, each of shape (n_patterns, n_neurons)."""
        last = int(self.states.max(initial=0))
        return [(self.states == state).astype(self.counter) for state in range(1, last + 1)]

    def n_log_n(self, counts: IntArray | FloatArray) -> FloatArray:
        """Take n log2 n of numbers of trials, or p log2 p of probabilities."""
        if not self.exact and self.total <= LARGEST_TABLE:
            return _table(int(self.total)).take(counts.astype(np.intp))
        positive = np.maximum(counts, 0.0)  # a difference of sums can be rounded to below 0
        return np.asarray(positive * np.log2(positive, out=np.zeros(positive.shape), where=positive > 0))


@lru_cache(maxsize=4)
def _table(largest: int) -> FloatArray:
    """Tabulate n log2 n from 0 to `largest`."""
    n = np.arange(largest + 1, dtype=np.float64)
    return n * np.log2(np.maximum(n, 1.0))


def _numbered(values: IntArray) -> IntArray:
    """Number classes without gaps, but for "it or not"."""
    return values.astype(np.int64) if values.dtype == np.bool_ else np.asarray(pd.factorize(values)[0])


def _counted(key: IntArray, weight: IntArray | FloatArray) -> tuple[IntArray, IntArray | FloatArray]:
    """Give each key with weight once, ascending, with the sum of its weights."""
    found, place = np.arange(key.max() + 1), key
    if len(found) > BINS_PER_TRIAL * len(key):
        found, place = np.unique(key, return_inverse=True)
    sums = np.bincount(place) if (weight == 1).all() else np.bincount(place, weights=weight)
    occurred, counted = np.flatnonzero(sums), np.issubdtype(weight.dtype, np.integer)
    some = sums[occurred]
    return found[occurred], some.astype(np.int64) if counted else some.astype(np.float64)


def _check_lengths(n_trials: int, **given: IntArray | FloatArray) -> None:
    for name, values in given.items():
        if values.shape != (n_trials,):
            raise ShapeError(
                f"The {name} have shape {values.shape}, there are hidden states of {n_trials} trials. "
                "Give one number for each trial."
            )


def _check_classes(**given: IntArray) -> None:
    for name, values in given.items():
        if not (np.issubdtype(values.dtype, np.integer) or values.dtype == np.bool_):
            raise BadParameter(f"The {name} are of type {values.dtype}. Classes are whole numbers. Give their numbers.")


def _check_weights(weight: IntArray | FloatArray) -> None:
    if not (weight >= 0).all():
        raise BadParameter("A weight is negative or NaN. Weights are counts or probabilities. Give numbers from 0.")
    if not weight.any():
        raise EmptySelection("No trial has weight. Relay information is counted over trials. Give some that occurred.")
    if not np.issubdtype(weight.dtype, np.integer) and abs(weight.sum() - 1.0) > SUM_OF_PROBABILITIES:
        raise BadParameter(
            f"The probabilities sum to {weight.sum():.9g}. They must sum to 1. Divide by the sum, or give whole counts."
        )
