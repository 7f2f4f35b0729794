"""What stands in the place of ablated activations, the same for every neuron and every set of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.analysis.seeds import generator
from atlas.errors import UnknownName
from atlas.records import METHODS_OF_ABLATION, IntArray, Replacement


@dataclass(frozen=True, kw_only=True)
class Operator:
    """How activations are replaced: by 0 (`zero`), by their mean over the trials (`mean`), by the mean of the classes'
    means (`balanced_mean`), or by those of another trial (`resample`)."""

    method: str
    donors: IntArray | None  # for `resample`: the other trial for each trial, shape (n_trials,)

    def of(self, members: Mapping[str, IntArray]) -> dict[str, Replacement]:
        """Replace the activations of neurons, given by layer and number."""
        return {
            layer: Replacement(numbers=numbers, method=self.method, donors=self.donors)
            for layer, numbers in members.items()
        }


def operator_of(method: str, *, seed: int, n_trials: int) -> Operator:
    """Choose how activations are replaced; `seed` draws the other trials `resample` takes.

    Raises
    ------
    UnknownName, BadParameter
        There is no such method; the seed is negative.
    """
    if method not in METHODS_OF_ABLATION:
        raise UnknownName("method of ablation", method, METHODS_OF_ABLATION)
    others = _other_trials(n_trials, seed)
    return Operator(method=method, donors=others if method == "resample" else None)


def _other_trials(n_trials: int, seed: int) -> IntArray:
    """Draw another trial for every trial: each is drawn once, none is its own (unless it is the only one)."""
    order = generator(seed).permutation(n_trials)
    donor = np.empty(n_trials, dtype=np.int64)
    donor[order] = np.roll(order, 1)
    return donor
