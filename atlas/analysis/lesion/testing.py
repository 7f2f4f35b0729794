"""Ablate every cluster and its part in every layer, and tell whether random sets do as much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from atlas.analysis.ablation.answers import AnswerCounter, Members
from atlas.analysis.ablation.matched_sets import MatchedSets
from atlas.analysis.ablation.sweep import check_answers
from atlas.analysis.lesion.combining import combined
from atlas.analysis.lesion.comparing import Compared, compared, compared_as_published
from atlas.analysis.lesion.sets import (
    check_clusters,
    check_values,
    full_pool,
    tested_sets,
    why_untested,
)
from atlas.analysis.lesion.statistics import coherence, importance, published_coherence
from atlas.analysis.lesion.sweep import ClassLosses, class_losses
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.analysis.seeds import check_whole
from atlas.analysis.statistics import benjamini_hochberg
from atlas.errors import BadParameter, UnknownName, shown
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, MaskedForward
from atlas.results import LesionResult, LesionStatistic

RULES = ("corrected", "published")

_UNTESTED = Compared(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0)


class _Places(NamedTuple):
    """Where a set and its random sets stand among all sets that are run."""

    own: int
    null: IntArray
    are_all: bool

    @classmethod
    def of(cls, members: Members, matched: MatchedSets) -> _Places:
        return cls(matched.place(members), matched.places(members), matched.are_all(members))

    def compare(self, numbers: FloatArray, rule: str) -> Compared:
        """Place the number of the set among those of its random sets."""
        value, null = float(numbers[self.own]), numbers[self.null]
        if rule == "published":
            return compared_as_published(value, null)
        return compared(value, null, are_all=self.are_all)


def lesion_tests(
    network: MaskedForward,
    clusters: Mapping[str, Members],
    *,
    method: str = "zero",
    n_null: int = 999,
    matched_on: str = "size",
    values: Mapping[str, FloatArray] | None = None,
    pool: Mapping[str, IntArray] | None = None,
    rule: str = "corrected",
    level: float = 0.05,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> LesionResult:
    """Test whether clusters, whole and layer by layer, matter more than random sets, and matter more unevenly.

    Importance and coherence are those of `atlas.analysis.lesion.statistics`. Coherence is undefined where the mean
    change over classes is below its standard error, sqrt(sum of a_c (1 - a_c) / n_c) / C for the intact network's
    accuracies a_c over n_c trials of C classes, or is 0; such random sets are left out of its null. Costs at most
    `1 + n_null` runs of the network for each set, from the first layer touched; no set is run twice.

    Parameters
    ----------
    clusters
        Key of each cluster, with the numbers of its hidden neurons in every layer.
    method
        As in `effects_of_clusters`.
    n_null
        How many random sets stand against a set, 1 or more. Where no more are possible, all of them are run, and p is
        exact. They have as many neurons of each layer as the set; sets with the same numbers share them, so their p
        values are not independent.
    matched_on, values
        What random sets share beside that. With any name but `size`, `values` has a number for every neuron, by
        hidden layer, each of shape (n_neurons,): the pool of a layer is cut into 5 strata by its rank, and random sets
        have as many neurons of each.
    pool
        Neurons that random sets are made of, by layer; all of a layer that is not named. It has those of all clusters.
    rule
        `corrected`, or `published`: what the authors' code does, only for comparison. Ties count for the set and
        undefined coherence is significant there, so that ablations that do nothing pass: its p and q are no error
        rates, and no cluster is a module by them.
    level
        Largest q of a module, between 0 and 1.
    seed
        Of the random sets, and of the other trials `resample` takes.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    LesionResult
        One row for every cluster whole, then its part in each layer. NaN with a reason for sets of fewer than 2 neurons
        (`too_small`), of more than 99 % of the pool in every layer they touch (`too_large`), or that are the only one
        possible (`no_choice`). Whole clusters are one family of false discoveries, their parts another, each of both
        statistics. All parts are combined by Fisher's method.

    Raises
    ------
    DataMismatch, NonFiniteActivations
        As `effects_of_clusters`.
    UnknownName, BadParameter, ShapeError
        No such method, rule, layer or neuron; data without classes; values missing, or NaN; neurons outside the pool.

    References
    ----------
    Hod et al. (2021), Quantifying Local Specialization in Deep Neural Networks, arXiv 2110.08058.
    """
    check_parameters(rule=rule, level=level, n_null=n_null)
    check_answers(network)
    pool = full_pool(network, pool)
    check_clusters(network, clusters, pool)
    check_values(network, matched_on, values)
    matched = MatchedSets(network, n_null=n_null, seed=seed, pool=pool, values=values, all_if_few=rule == "corrected")
    counter = AnswerCounter(network, method=method, seed=seed)
    sets = tested_sets(network, clusters)
    reasons = tuple(why_untested(one, pool, matched) for one in sets)
    places = [
        None
        if reason
        else _Places(matched.place(one.members), matched.places(one.members), matched.are_all(one.members))
        for one, reason in zip(sets, reasons, strict=True)
    ]
    losses = class_losses(counter, matched.sets, mapper, partial(progress, f"lesion tests ({method})"))
    numbers = {"importance": importance(losses.shares), "coherence": _coherence(losses, rule)}
    found = {name: _beside_null(of_sets, places, rule) for name, of_sets in numbers.items()}
    layers = tuple(one.layer for one in sets)
    q = _q(found, layers)
    statistics = {name: LesionStatistic(**numbers, q=q[name]) for name, numbers in found.items()}
    return LesionResult(
        method=method,
        matched_on=matched_on,
        rule=rule,
        elements=tuple(one.cluster for one in sets),
        layers=layers,
        n_neurons=np.array([one.n_neurons for one in sets], dtype=np.int64),
        reasons=reasons,
        **statistics,
        combined=combined(layers, network.hidden, **statistics),
        level=level,
        params={
            "method": method,
            "n_null": n_null,
            "matched_on": matched_on,
            "rule": rule,
            "level": level,
            "seed": seed,
        },
    )


def check_parameters(*, rule: str, level: float, n_null: int) -> None:
    """Refuse what no network can be tested with.

    Raises
    ------
    UnknownName, BadParameter
        There is no such rule; the level is not between 0 and 1; there is no random set.
    """
    if rule not in RULES:
        raise UnknownName("rule of lesion tests", rule, RULES)
    if not isinstance(level, (int, float, np.floating)) or not 0 < level < 1:
        raise BadParameter(f"The level is {shown(level)}. It is a false discovery rate. Give one between 0 and 1.")
    check_whole(least=1, n_null=n_null)


def _coherence(losses: ClassLosses, rule: str) -> FloatArray:
    return published_coherence(losses.shares) if rule == "published" else coherence(losses.shares, least=losses.error)


def _beside_null(numbers: FloatArray, places: Sequence[_Places | None], rule: str) -> dict[str, NDArray[Any]]:
    """Compare a statistic of every tested set with that of its random sets; arrays of shape (n_tested,)."""
    rows = [_UNTESTED if one is None else one.compare(numbers, rule) for one in places]
    value = np.array([np.nan if one is None else numbers[one.own] for one in places])
    return {"value": value, **{name: np.array([getattr(row, name) for row in rows]) for name in Compared._fields}}


def _q(found: Mapping[str, Mapping[str, NDArray[Any]]], layers: Sequence[str | None]) -> dict[str, FloatArray]:
    """Turn p into q: whole clusters are one family, parts another, each of both statistics."""
    p = np.stack([numbers["p"] for numbers in found.values()])
    is_whole = np.array([layer is None for layer in layers], dtype=np.bool_)
    q = np.empty_like(p)
    for family in (is_whole, ~is_whole):
        q[:, family] = benjamini_hochberg(p[:, family])
    return dict(zip(found, q, strict=True))
