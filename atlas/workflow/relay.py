"""Measure which neurons and layers, or clusters, relay the class shown to the class answered, and write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from atlas.analysis.information.relay.knock_outs import knock_outs
from atlas.analysis.information.relay.measuring import relay_of_clusters, relay_of_neurons
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.progress import Progress, silent
from atlas.records import FloatArray, MaskedForward, RunRecord
from atlas.results import RelayResult
from atlas.store import Store, annotate_relay
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, untold
from atlas.workflow.reading import Members, hidden_members, measuring_run
from atlas.workflow.relay_params import RelayParams
from atlas.workflow.relay_regression import n_random_sets, regression_of_sets
from atlas.workflow.resuming import sweeping
from atlas.workflow.states import check_classes, hidden_layers, states_of
from atlas.workflow.timing import seconds_each
from atlas.workflow.workers import Workers

SETS_TRIED = 8  # beside one, to tell how long a knock-out takes


def plan(store: Store, forward: MaskedForward, params: RelayParams) -> Plan:
    """Tell what `relay` would do; the time is estimated from a few knock-outs, draws and searches."""
    run = _run(store, forward, params)
    sets = _sets(store, forward, params)
    n_forwards = len(sets) + n_random_sets(forward, params)
    n_relationships = len(sets) * (1 + forward.data.n_classes)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=len(sets),
        n_forwards=n_forwards,
        n_relationships=n_relationships,
        seconds=_seconds_of_counting(store, forward, params)
        + _seconds_of_knocking_out(forward, sets, n_forwards)
        + n_relationships / VALUES_PER_SECOND,
    )


def _seconds_of_counting(store: Store, forward: MaskedForward, params: RelayParams) -> float:
    """Estimate the time from no draws, a few shuffles and a few searches."""
    bare = replace(params, n_null=0, n_searches=0, n_subsamples=0)
    first, of_draw = seconds_each(lambda n: _counted(store, forward, replace(bare, n_null=n), None))
    seconds = first + of_draw * (params.n_null + params.n_subsamples)
    if params.partition is not None or params.n_searches == 0:
        return seconds
    _, of_search = seconds_each(lambda n: _counted(store, forward, replace(bare, n_searches=n), None))
    return seconds + of_search * params.n_searches


def _seconds_of_knocking_out(forward: MaskedForward, sets: Sequence[Members], n_forwards: int) -> float:
    """Estimate the time from one set and some from all over the network."""

    def knocked(n_more: int) -> FloatArray:
        places = np.linspace(0, len(sets) - 1, 1 + n_more).astype(int)
        return knock_outs(forward, [sets[place] for place in places], forward.data.n_classes)

    first, of_set = seconds_each(knocked, n_tried=SETS_TRIED)
    return first + of_set * (n_forwards - 1)


def relay(
    store: Store,
    forward: MaskedForward,
    params: RelayParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[RelayResult]:
    """Measure what hidden neurons and layers, or clusters, relay; knock each out beside it; write both under a run.

    Random sets of every layer are knocked out, too, where the data support its relay information: how far size and
    relay information of a set say what it costs stands at the layer. A note says what could not be told. Taken up
    where it was, if it was killed.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        There is no such network, layer, partition, direction or search; a number outside its range; no hidden layer.
    InputError
        The network to run is not the one in the graph.
    DataMismatch
        There are no classes.
    """
    run = _run(store, forward, params)

    def compute() -> RelayResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(store, forward, params, mapper=mapper, progress=progress)

    outcome = execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_relay(store, run, result, progress=progress),
        measures=params.measures,
    )
    return outcome.noting(untold("relay information given the rest is not told of", outcome.result))


def _run(store: Store, forward: MaskedForward, params: RelayParams) -> RunRecord:
    check_classes(forward, "Relay information is about the class shown and the class answered: it tells")
    layers = hidden_layers(forward, params.layers)
    if params.partition is None:
        params.searched.check({layer: forward.activations(layer).shape[1] for layer in layers})
    return measuring_run(store, forward, params, kind="relay", method_option=None)


def _sets(store: Store, forward: MaskedForward, params: RelayParams) -> list[Members]:
    """List the neurons of every element: of clusters; or each neuron alone, then all of each layer."""
    if params.partition is not None:
        return list(hidden_members(store, forward, params.partition).values())
    layers = hidden_layers(forward, params.layers)
    sizes = {layer: forward.activations(layer).shape[1] for layer in layers}
    alone = [{layer: np.array([number])} for layer, size in sizes.items() for number in range(size)]
    return [*alone, *({layer: np.arange(size)} for layer, size in sizes.items())]


def _measured(
    store: Store, forward: MaskedForward, params: RelayParams, *, mapper: Mapper, progress: Progress
) -> RelayResult:
    sets = _sets(store, forward, params)
    progress("knock out", 0, len(sets))
    lost = knock_outs(forward, sets, forward.data.n_classes, mapper=mapper)
    progress("knock out", len(sets), len(sets))
    result = _counted(store, forward, params, lost, mapper=mapper, progress=progress)
    if params.partition is not None or params.n_sets == 0:
        return result
    return replace(result, regression=regression_of_sets(forward, params, result, mapper=mapper))


def _counted(
    store: Store,
    forward: MaskedForward,
    params: RelayParams,
    lost: FloatArray | None,
    *,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> RelayResult:
    """Count what elements relay, with what each costs when it is knocked out beside it."""
    layers = hidden_layers(forward, params.layers)
    counted = partial(
        partial(relay_of_clusters, hidden_members(store, forward, params.partition))
        if params.partition is not None
        else partial(
            relay_of_neurons,
            network=forward.network,
            direction=params.direction,
            search=params.search,
            beam=params.beam,
            n_searches=params.n_searches,
        ),
        min_trials=params.min_trials,
        n_null=params.n_null,
        n_subsamples=params.n_subsamples,
        seed=params.seed,
        knock_outs=lost,
        mapper=mapper,
        progress=progress,
    )
    states = states_of(forward, layers, params.discretisation)
    return counted(states, forward.data.labels, forward.predict(), forward.data.n_classes)
