"""Measure the representational complexity of layers, or of clusters, and write it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from atlas.analysis.information.checking import check_labels
from atlas.analysis.information.complexity import complexity_of_elements
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import IntArray, MaskedForward, RunRecord
from atlas.results import ComplexityResult
from atlas.store import Store, annotate_complexity
from atlas.workflow.complexity_params import ComplexityParams
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, untold
from atlas.workflow.reading import Members, hidden_members, measuring_run
from atlas.workflow.resuming import sweeping
from atlas.workflow.states import check_classes, hidden_layers, states_of
from atlas.workflow.timing import seconds_each
from atlas.workflow.workers import Workers


def plan(store: Store, forward: MaskedForward, params: ComplexityParams) -> Plan:
    """Tell what `complexity` would do; the time is estimated from one element of each size."""
    run = _run(store, forward, params)
    sources = _sources(store, forward, params)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=len(sources),
        n_forwards=1,
        n_relationships=len(sources),
        seconds=_seconds(sources, forward, params) + len(sources) / VALUES_PER_SECOND,
    )


def _seconds(sources: Mapping[str, IntArray], forward: MaskedForward, params: ComplexityParams) -> float:
    """Estimate the time from one element of each number of neurons, without draws and with a few."""
    bare = replace(params, n_null=0, n_subsamples=0, n_noise=0)
    n_of_size = Counter(len(states) for states in sources.values())
    one_of_size = {len(states): {element: states} for element, states in sources.items()}
    seconds = 0.0
    for size, n_elements in n_of_size.items():
        one = one_of_size[size]
        first, of_draw = seconds_each(partial(_shuffled, one, forward, bare))
        seconds += n_elements * (first + of_draw * params.n_draws_beside)
    return seconds


def _shuffled(
    sources: Mapping[str, IntArray], forward: MaskedForward, params: ComplexityParams, n_null: int
) -> ComplexityResult:
    return _measured(sources, forward, replace(params, n_null=n_null))


def complexity(
    store: Store,
    forward: MaskedForward,
    params: ComplexityParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[ComplexityResult]:
    """Measure how many neurons must be seen together for what layers, or clusters, tell about the class; write it.

    A note says what a reader should know of the numbers. Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        There is no such network, layer, partition or estimator; a number outside its range; no hidden layer.
    InputError
        The network to run is not the one in the graph.
    DataMismatch
        There are no classes.
    """
    run = _run(store, forward, params)

    def compute() -> ComplexityResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(_sources(store, forward, params), forward, params, mapper=mapper, progress=progress)

    outcome = execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_complexity(store, run, result, progress=progress),
        measures=params.measures,
    )
    return outcome.noting(untold("not measured:", outcome.result), _noted(outcome.result))


def _run(store: Store, forward: MaskedForward, params: ComplexityParams) -> RunRecord:
    check_classes(forward, "Complexity is of what neurons tell")
    check_labels(forward.data.labels, forward.data.n_classes)
    layers = hidden_layers(forward, params.layers)
    run = measuring_run(store, forward, params, kind="complexity", method_option=None)
    if params.partition is None:
        sizes = [forward.activations(layer).shape[1] for layer in layers]
    else:
        clusters = hidden_members(store, forward, params.partition).values()
        sizes = [sum(map(len, members.values())) for members in clusters]
    params.check([size for size in sizes if size > 0])
    return run


def _sources(store: Store, forward: MaskedForward, params: ComplexityParams) -> dict[str, IntArray]:
    """Give the states of the neurons of every layer or cluster, by its key."""
    states = states_of(forward, hidden_layers(forward, params.layers), params.discretisation)
    if params.partition is None:
        return {layer_key(forward.network, layer): found for layer, found in states.items()}
    clusters = hidden_members(store, forward, params.partition)
    return {cluster: _together(found, states, len(forward.data.labels)) for cluster, found in clusters.items()}


def _together(members: Members, states: Mapping[str, IntArray], n_trials: int) -> IntArray:
    """Put the states of a cluster's neurons below one another."""
    found = [states[layer][numbers] for layer, numbers in members.items()]
    return np.concatenate(found) if found else np.empty((0, n_trials), dtype=np.uint8)


def _measured(
    sources: Mapping[str, IntArray],
    forward: MaskedForward,
    params: ComplexityParams,
    *,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> ComplexityResult:
    return complexity_of_elements(
        sources,
        forward.data.labels,
        forward.data.n_classes,
        estimator=params.estimator,
        min_trials=params.min_trials,
        n_null=params.n_null,
        n_subsamples=params.n_subsamples,
        n_noise=params.n_noise,
        subset_size=params.subset_size,
        n_subsets=params.n_subsets,
        group_size=params.group_size,
        n_draws=params.n_draws,
        seed=params.seed,
        mapper=mapper,
        progress=progress,
    )


def _noted(result: ComplexityResult | None) -> str | None:
    """Say of how many elements a reader should know something."""
    n_noted = 0 if result is None else sum(note is not None for note in result.notes)
    return f"with a note on how to read them: {n_noted}, see the question complexity_by_degree" if n_noted else None
