"""Which sets of neurons are tested: every cluster whole, and its part in every layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.ablation.checks import check_members
from atlas.analysis.ablation.matched_sets import MatchedSets
from atlas.errors import BadParameter, ShapeError, UnknownName
from atlas.records import FloatArray, IntArray, MaskedForward

MATCHED_ON = ("size", "out_strength", "mean_activation")  # what the atlas knows the values of

LEAST_NEURONS = 2
LARGEST_SHARE = 0.99  # of the neurons random sets are drawn from; both as in Hod et al. (2021)

Pool = Mapping[str, IntArray]


class LesionSet(NamedTuple):
    """A cluster, or its part in a layer."""

    cluster: str
    layer: str | None  # None: the whole cluster
    members: Members

    @property
    def n_neurons(self) -> int:
        """Count its neurons."""
        return sum(map(len, self.members.values()))


def tested_sets(network: MaskedForward, clusters: Mapping[str, Members]) -> tuple[LesionSet, ...]:
    """List every cluster whole, then its part in each hidden layer where it has neurons."""
    sets = list[LesionSet]()
    for cluster, members in clusters.items():
        parts = {layer: members[layer] for layer in network.hidden if layer in members and len(members[layer]) > 0}
        sets.append(LesionSet(cluster, None, parts))
        sets += [LesionSet(cluster, layer, {layer: numbers}) for layer, numbers in parts.items()]
    return tuple(sets)


def full_pool(network: MaskedForward, pool: Pool | None) -> Pool:
    """Give the neurons random sets are drawn from in every hidden layer: all, where the pool does not name it.

    Raises
    ------
    UnknownName, BadParameter
        The pool names layers or neurons that do not exist or cannot be ablated, or one twice.
    """
    check_members(network, "pool", pool or {})
    every = {layer: np.arange(network.activations(layer).shape[1]) for layer in network.hidden}
    return {**every, **(pool or {})}


def check_clusters(network: MaskedForward, clusters: Mapping[str, Members], pool: Pool) -> None:
    """Raise for neurons that do not exist, are named twice, or that no random set could have."""
    for cluster, members in clusters.items():
        check_members(network, cluster, members)
        for layer, numbers in members.items():
            outside = np.setdiff1d(numbers, pool[layer])
            if len(outside):
                raise BadParameter(
                    f"Cluster {cluster!r} has neuron {outside[0]} of layer {layer!r}, which is not in the pool that "
                    "random sets are drawn from. A cluster is compared with sets it could be one of. "
                    "Leave the cluster out, or put all its neurons into the pool."
                )


def check_values(network: MaskedForward, matched_on: str, values: Mapping[str, FloatArray] | None) -> None:
    """Raise unless there is a number for every neuron where random sets share more than their size."""
    if (values is None) != (matched_on == "size"):
        raise BadParameter(
            f"Random sets are to be matched on {matched_on!r}, {'without' if values is None else 'with'} values. "
            "They share the size alone, or the strata of a value. Give `values` with a name of their own, or neither."
        )
    if values is None:
        return
    for layer in network.hidden:
        if layer not in values:
            raise UnknownName("layer among the values", layer, values)
        n_neurons = network.activations(layer).shape[1]
        if values[layer].shape != (n_neurons,) or not np.isfinite(values[layer]).all():
            raise ShapeError(
                f"The values of layer {layer!r} have shape {values[layer].shape}, or NaN or infinity among them. "
                f"Each of its {n_neurons} neurons needs one number to be ranked by. Give one each."
            )


def why_untested(one: LesionSet, pool: Pool, matched: MatchedSets) -> str | None:
    """Say why a set cannot be told from random ones; None: it can."""
    if one.n_neurons < LEAST_NEURONS:
        return "too_small"
    if all(len(numbers) > LARGEST_SHARE * len(pool[layer]) for layer, numbers in one.members.items()):
        return "too_large"
    return "no_choice" if matched.n_possible(one.members) == 1 else None
