"""Ablate sets of the same neurons or clusters, and see whose answers flip between right and wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.ablation.checks import check_sweep
from atlas.analysis.ablation.replacing import Operator, operator_of
from atlas.errors import BadParameter
from atlas.records import BoolArray, IntArray, MaskedForward


class Flips(NamedTuple):
    """The trials whose answer was right and is wrong, or the other way round."""

    trials: IntArray
    n_near_ties: int


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A network, the elements of it that are ablated in many sets, and how. It can be sent to other processes."""

    network: MaskedForward
    elements: tuple[str, ...]  # keys of neurons, or of clusters
    members: tuple[Members, ...]  # numbers of the neurons of each, by layer
    operator: Operator
    right: BoolArray  # answers of the intact network, shape (n_trials,)

    @classmethod
    def of(cls, network: MaskedForward, elements: Mapping[str, Members], *, method: str, seed: int) -> Sweep:
        """Prepare a sweep."""
        return cls(
            network=network,
            elements=tuple(elements),
            members=tuple(elements.values()),
            operator=operator_of(method, seed=seed, n_trials=len(network.data.labels)),
            right=network.predict() == network.data.labels,
        )

    def flips(self, places: Sequence[int]) -> Flips:
        """Ablate together the elements at some places."""
        return self.flips_without(*(self.members[place] for place in places))

    def flips_without(self, *sets: Members) -> Flips:
        """Ablate together the neurons of some sets."""
        changes = self.network.changed_answers(self.operator.of(_union(self.network.hidden, sets)))
        right = changes.answers == self.network.data.labels[changes.trials]
        return Flips(changes.trials[right != self.right[changes.trials]], changes.n_near_ties)

    def n_lost(self, flips: Flips) -> int:
        """Count the right answers lost: those broken less those repaired."""
        return int(np.where(self.right[flips.trials], 1, -1).sum())


def check_answers(network: MaskedForward) -> None:
    """Raise unless the trials have answers that an ablation can break.

    Raises
    ------
    DataMismatch, NonFiniteActivations
        As `check_sweep`.
    BadParameter
        The trials have values instead of classes.
    """
    check_sweep(network)
    if network.data.values is not None:
        raise BadParameter(
            f"The data {network.data.text!r} have values, not classes. Pairs, curves and lesions count right answers. "
            "Give trials of classes, or ablate neurons one by one: `atlas ablate` measures the loss."
        )


def _union(layers: Sequence[str], sets: Sequence[Members]) -> Members:
    """Put sets together: layer after layer, the numbers of each in order."""
    parts = {layer: [members[layer] for members in sets if layer in members] for layer in layers}
    return {layer: np.unique(np.concatenate(numbers)) for layer, numbers in parts.items() if numbers}
