"""Ablate sets of the same neurons, and see whose answers flip between right and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from atlas.analysis.ablation.checks import check_sweep
from atlas.analysis.ablation.replacing import Operator, operator_of
from atlas.analysis.ablation.selecting import Neuron, members_of
from atlas.errors import BadParameter
from atlas.records import BoolArray, IntArray, MaskedForward


class Flips(NamedTuple):
    """The trials whose answer was right and is wrong, or the other way round."""

    trials: IntArray
    n_near_ties: int


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A network, the neurons of it that are ablated in many sets, and how. It can be sent to other processes."""

    network: MaskedForward
    neurons: tuple[Neuron, ...]
    operator: Operator
    right: BoolArray  # answers of the intact network, shape (n_trials,)

    @classmethod
    def of(cls, network: MaskedForward, neurons: tuple[Neuron, ...], *, method: str, seed: int) -> Sweep:
        """Prepare a sweep."""
        operator = operator_of(method, seed=seed, n_trials=len(network.data.labels))
        return cls(network=network, neurons=neurons, operator=operator, right=network.predict() == network.data.labels)

    def flips(self, places: Sequence[int]) -> Flips:
        """Ablate together the neurons at some places among `neurons`."""
        members = members_of([self.neurons[place] for place in places])
        changes = self.network.changed_answers(self.operator.of(members))
        right = changes.answers == self.network.data.labels[changes.trials]
        return Flips(changes.trials[right != self.right[changes.trials]], changes.n_near_ties)


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
            f"The data {network.data.text!r} have values, not classes. Pairs and curves count right answers. "
            "Give trials of classes, or ablate neurons one by one: `atlas ablate` measures the loss."
        )
