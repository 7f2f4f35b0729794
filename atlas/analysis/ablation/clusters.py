"""Ablate every cluster, and random sets with as many neurons of each layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice

import numpy as np

from atlas.analysis.ablation.answers import AnswerCounter, Members
from atlas.analysis.ablation.checks import check_members, check_sweep
from atlas.analysis.ablation.effects import effect_result, lost_points, spread
from atlas.analysis.ablation.losses import Score, TrialMeasures, score_name, trial_measures
from atlas.analysis.ablation.matched_sets import MatchedSets
from atlas.analysis.ablation.measuring import joined, measured, nothing_measured, told
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.statistics import NullSummary, against_null
from atlas.progress import Progress, silent
from atlas.records import MaskedForward
from atlas.results import EffectResult


def effects_of_clusters(
    network: MaskedForward,
    clusters: Mapping[str, Members],
    *,
    method: str = "zero",
    outputs: bool = False,
    score: Score | None = None,
    n_null: int = 999,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> EffectResult:
    """Measure what is lost when each cluster is ablated, and how far it exceeds what random sets lose.

    Costs at most `1 + n_null` runs of the network for each cluster, from the first layer touched.

    Parameters
    ----------
    clusters
        Key of each cluster, with the numbers of the hidden neurons to ablate in every layer; none at all gives NaN.
    method
        As in `effects_of_neurons`; `resample` takes the activations in another trial, one for the whole set.
    outputs, score
        As in `effects_of_neurons`; of random sets outputs are measured only where there are no classes.
    n_null
        How many random sets stand against a cluster. They have as many neurons of each layer as it has, drawn from
        all neurons of these layers; clusters with the same numbers share them.
    seed
        Of the random sets, and of the other trials `resample` takes.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    EffectResult
        p is the share of sets, the cluster among them, that do as much harm or more: 1 where the cluster is all of its
        layers. Harm is points lost; where there are no classes, the change of the score, or else of the loss.
        Intervals of points are Newcombe's for paired trials. NaN for classes without trials.

    Raises
    ------
    DataMismatch, EmptySelection, NonFiniteActivations
        There are no trials, of one class only, or NaN among the activations; there is no hidden layer.
    UnknownName, BadParameter
        No such method, layer or neuron; a layer that is not hidden; a score that is no score; no outputs without
        classes.
    """
    check_sweep(network)
    for key, members in clusters.items():
        check_members(network, key, members)
    counter, matched = AnswerCounter(network, method=method, seed=seed), MatchedSets(network, n_null=n_null, seed=seed)
    measures = trial_measures(network, outputs=outputs, score=score)
    n_ablated = np.array([sum(map(len, members.values())) for members in clusters.values()], dtype=np.int64)
    own = [members for members, n in zip(clusters.values(), n_ablated, strict=True) if n > 0]
    places = np.reshape([matched.places(members) for members in own], (len(own), n_null)).astype(np.int64)
    tell = partial(progress, f"ablate clusters ({method})")
    found, null = _measured_all(counter, measures, own, matched.sets, mapper=mapper, tell=tell)
    beside = _against_null(counter, measures, found, {name: values[places.T] for name, values in null.items()})
    return effect_result(
        counter,
        measures,
        spread(found, n_ablated > 0),
        elements=list(clusters),
        n_ablated=n_ablated,
        beside=NullSummary(**spread(beside._asdict(), n_ablated > 0)),
        params={
            "method": method,
            "outputs": outputs,
            "score": None if score is None else score_name(score),
            "n_null": n_null,
            "seed": seed,
        },
    )


def _measured_all(
    counter: AnswerCounter,
    measures: TrialMeasures | None,
    own: Sequence[Members],
    null: Sequence[Members],
    *,
    mapper: Mapper,
    tell: Callable[[int, int], None],
) -> tuple[Arrays, Arrays]:
    """Measure clusters, and random sets, all in one sweep."""
    null_measures = None if counter.network.data.values is None else measures
    in_full = [(False, block) for block in in_blocks(own)]
    blocks = [*in_full, *((True, block) for block in in_blocks(null))]
    task = partial(_measured_block, counter, measures, null_measures)
    done = told(mapper(task, blocks), [len(sets) for _, sets in blocks], tell)
    found = joined(nothing_measured(counter, measures), islice(done, len(in_full)))
    return found, joined(nothing_measured(counter, null_measures), done)


def _measured_block(
    counter: AnswerCounter,
    measures: TrialMeasures | None,
    null_measures: TrialMeasures | None,
    block: tuple[bool, Sequence[Members]],
) -> Arrays:
    is_null, sets = block
    return measured(counter, null_measures if is_null else measures, sets)


def _against_null(counter: AnswerCounter, measures: TrialMeasures | None, found: Arrays, null: Arrays) -> NullSummary:
    """Place the harm of clusters among that of random sets, arrays of which have shape (n_null, n_clusters, ...)."""
    if measures is None or counter.network.data.values is None:
        return against_null(*(lost_points(one["changed"], counter.n_trials) for one in (found, null)))
    harm, chance = (one["mean"][..., measures.asked, :] * measures.harm_sign for one in (found, null))
    summary = against_null(harm, chance)
    return summary._replace(mean=summary.mean * measures.harm_sign)
