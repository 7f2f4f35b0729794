"""Double lesions: what two clusters cost together, and what one costs when the other is lost already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.ablation.checks import check_members
from atlas.analysis.ablation.joint import joint_effects
from atlas.analysis.ablation.selecting import Neuron
from atlas.analysis.ablation.sweep import Sweep, check_answers
from atlas.analysis.lesion.conditional import RandomSets, conditional_effects
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, EmptySelection
from atlas.progress import Progress, silent
from atlas.records import IntArray, MaskedForward, Parameter
from atlas.results import PairResult


def double_lesions(
    network: MaskedForward,
    clusters: Mapping[str, Members],
    *,
    method: str = "zero",
    n_null: int = 199,
    pool: Mapping[str, IntArray] | None = None,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> PairResult:
    """Measure the accuracy lost without both clusters of each pair, beyond the sum of both and beyond that of either.

    Costs one run of the network for each cluster and, at most, `1 + 2 * n_null` for each pair of them.

    Parameters
    ----------
    clusters
        Key of each cluster, with the numbers of the hidden neurons to ablate in every layer. No two share a neuron.
    method
        As in `effects_of_pairs`.
    n_null
        How many random sets stand in the place of one cluster while the other is ablated. They have as many neurons of
        each layer as the one, drawn from those of `pool` that are not the other's; clusters with the same numbers share
        them. Without any, and where nothing but the cluster itself is left to draw, their mean and what follows are
        NaN.
    pool
        Neurons of every layer random sets are drawn from, those of all clusters among them; None: all of hidden layers.
    seed
        Of the random sets, and of the other trials `resample` takes.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    PairResult
        The interaction, its interval and its p are those of `effects_of_pairs`. `conditional` has what is lost without
        both less what is lost without the other; its p is the share of sets, the cluster among them, that cost as much
        or more.

    Raises
    ------
    EmptySelection
        There are fewer than two clusters, or one has no hidden neurons.
    UnknownName, BadParameter
        No such method, layer or neuron; a layer that is not hidden; a neuron of two clusters.
    DataMismatch, NonFiniteActivations
        Trials that `effects_of_neurons` refuses.

    References
    ----------
    Hod et al. (2021), arXiv 2110.08058, and their code: s_{i|j} = diff_{ij} - diff_j, where the null shuffles only i.
    Random sets keep clear of j here, so that as many neurons are ablated as of i and j.
    """
    check_answers(network)
    check_draws(n_null=n_null)
    for key, members in clusters.items():
        _check_cluster(network, key, members)
    _check_apart(clusters)
    sweep = Sweep.of(network, clusters, method=method, seed=seed)
    places = np.column_stack(np.triu_indices(len(clusters), k=1))
    params: dict[str, Parameter] = {"method": method, "n_null": n_null, "seed": seed}
    joint = joint_effects(sweep, places, params=params, mapper=mapper, progress=progress)
    sets = RandomSets(sweep=sweep, n_null=n_null, seed=seed, pool=pool)
    tell = partial(progress, f"ablate random sets in their place ({method})")
    return replace(joint, conditional=conditional_effects(joint, sets, mapper=mapper, progress=tell))


def _check_cluster(network: MaskedForward, key: str, members: Members) -> None:
    check_members(network, key, members)
    if not any(map(len, members.values())):
        raise EmptySelection(f"Cluster {key!r} has no hidden neurons, so it cannot be ablated. Leave it out.")


def _check_apart(clusters: Mapping[str, Members]) -> None:
    if len(clusters) < 2:
        raise EmptySelection(
            f"Clusters with hidden neurons: {len(clusters)}. A double lesion needs two. "
            "Choose a partition with more clusters among the hidden layers."
        )
    owners: dict[Neuron, str] = {}
    for key, members in clusters.items():
        for layer, number in ((layer, number) for layer, numbers in members.items() for number in numbers.tolist()):
            other = owners.setdefault((layer, number), key)
            if other != key:
                raise BadParameter(
                    f"Clusters {other!r} and {key!r} share neuron {number} of layer {layer!r}. What one costs when the "
                    "other is lost is asked of clusters apart. Give those of one partition."
                )
