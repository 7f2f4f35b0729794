"""Ablate the pairs of neurons, or of clusters, of a network, and write those that do most together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from atlas.analysis.ablation import count_pairs, effects_of_pairs
from atlas.analysis.ablation.pairing import pairs_of_layers
from atlas.analysis.ablation.selecting import keys_of
from atlas.analysis.lesion import double_lesions
from atlas.analysis.mapping import Mapper
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, RunRecord
from atlas.results import PairResult
from atlas.store import Store, annotate_pairs
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.pair_params import PairParams
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import Members, grouped_members, hidden_members, measuring_run, neurons_by_layer
from atlas.workflow.resuming import sweeping
from atlas.workflow.workers import Workers, mapper_of

TRIED = 16  # pairs of neurons whose time a plan is estimated from
TRIED_CLUSTERS = 6  # at most; all pairs of them

Clusters = Mapping[str, Members]


def plan(store: Store, forward: MaskedForward, params: PairParams) -> Plan:
    """Tell what `pairs` would do; the time is estimated from a few pairs spread over all."""
    clusters = _clusters(store, forward, params)
    run = _run(store, forward, params, clusters)
    if clusters is None:
        once = _seconds_of_neurons(forward, params)
        n_alone, n_each = len(pairs_of_layers(forward, params.layers)[0]), 1
    else:
        once = _seconds_of_clusters(forward, params, clusters)
        n_alone, n_each = len(clusters), 1 + 2 * params.n_null
    n_pairs = n_alone * (n_alone - 1) // 2
    n_forwards, n_relationships = n_alone + n_each * n_pairs, min(params.top, n_pairs)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_pairs,
        n_forwards=n_forwards,
        n_relationships=n_relationships,
        seconds=once * n_forwards + n_relationships / VALUES_PER_SECOND,
    )


def pairs(
    store: Store,
    forward: MaskedForward,
    params: PairParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[PairResult]:
    """Measure what is lost without both of every pair, and write the pairs of largest interaction under a run.

    Clusters are ablated through their neurons of hidden layers. A note says how many are left out, because they have
    none or were set apart; no random set has a neuron of theirs.
    Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        There is no such network, layer, partition or method; a layer that cannot be ablated; no pair.
    InputError
        The network to run is not the one in the graph.
    """
    clusters = _clusters(store, forward, params)
    run = _run(store, forward, params, clusters)

    def compute() -> PairResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(forward, params, clusters, mapper=mapper, progress=progress)

    outcome = execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_pairs(store, run, result, top=params.top, progress=progress),
        measures=params.measures,
    )
    return outcome.noting(_left_out(store, forward, params, clusters))


def measure(
    store: Store,
    forward: MaskedForward,
    params: PairParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> PairResult:
    """Measure all pairs and write nothing: the graph has only the top ones of a finished run."""
    clusters = _clusters(store, forward, params)
    with mapper_of(workers or Workers()) as mapper:
        return _measured(forward, params, clusters, mapper=mapper, progress=progress)


def _clusters(store: Store, forward: MaskedForward, params: PairParams) -> Clusters | None:
    """Read the clusters that are paired; None where neurons are."""
    return None if params.partition is None else grouped_members(store, forward, params.partition)


def _left_out(store: Store, forward: MaskedForward, params: PairParams, clusters: Clusters | None) -> str | None:
    """Say how many clusters are not paired."""
    if params.partition is None or clusters is None:
        return None
    left = [cluster for cluster in hidden_members(store, forward, params.partition) if cluster not in clusters]
    if not left:
        return None
    return f"clusters left out, without hidden neurons or set apart: {len(left)}, the first is {left[0]}"


def _run(store: Store, forward: MaskedForward, params: PairParams, clusters: Clusters | None) -> RunRecord:
    n_clusters = len(clusters or ())
    n_pairs = count_pairs(forward, params.layers) if clusters is None else n_clusters * (n_clusters - 1) // 2
    return measuring_run(store, forward, params, kind="pairs", found={"n_pairs": n_pairs})


def _measured(
    forward: MaskedForward, params: PairParams, clusters: Clusters | None, *, mapper: Mapper, progress: Progress
) -> PairResult:
    sweep = (
        partial(effects_of_pairs, layers=params.layers)
        if clusters is None
        else partial(double_lesions, clusters=clusters, n_null=params.n_null, pool=neurons_by_layer(clusters))
    )
    return sweep(forward, method=params.method, seed=params.seed, mapper=mapper, progress=progress)


def _seconds_of_neurons(forward: MaskedForward, params: PairParams) -> float:
    """Measure how long one run takes, of some pairs of neurons."""
    neurons, places = pairs_of_layers(forward, params.layers)
    tried = places[np.unique(np.linspace(0, len(places) - 1, TRIED).astype(np.int64))]
    named = [keys_of(forward, [neurons[place] for place in pair]) for pair in tried]
    of_pairs = partial(effects_of_pairs, forward, method=params.method, seed=params.seed)
    return seconds_of(lambda: of_pairs(pairs=[(a, b) for a, b in named])) / (len(tried) + len(np.unique(tried)))


def _seconds_of_clusters(forward: MaskedForward, params: PairParams, clusters: Clusters) -> float:
    """Measure how long one run takes, of the pairs of some clusters."""
    tried = dict(list(clusters.items())[:: 1 + len(clusters) // TRIED_CLUSTERS])
    measured = partial(double_lesions, forward, tried, method=params.method, n_null=0, seed=params.seed)
    return seconds_of(measured) / (len(tried) * (len(tried) + 1) / 2)
