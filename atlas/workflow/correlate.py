"""Measure a network as a map of correlation functions, and write it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.analysis.correlation.checking import check_trials
from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import FEWEST_TRIALS
from atlas.analysis.correlation.measuring import correlations
from atlas.analysis.correlation.propagating import is_quadratic
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.errors import InputError, UnknownName, UnsupportedLayer
from atlas.progress import Progress, silent
from atlas.records import FloatArray, MaskedForward, RunRecord, StagedForward, StagedLayer
from atlas.results import CorrelationResult
from atlas.store import Store, annotate_correlation
from atlas.workflow.correlate_params import CorrelateParams
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan
from atlas.workflow.reading import measuring_run
from atlas.workflow.resuming import sweeping
from atlas.workflow.states import check_classes
from atlas.workflow.timing import seconds_each
from atlas.workflow.workers import Workers


def plan(store: Store, forward: MaskedForward, params: CorrelateParams) -> Plan:
    """Tell what `correlate` would do; the time is estimated from a few draws of each kind."""
    run, staged = _run(store, forward, params)
    layers = staged.staged(params.start)
    n_elements = sum(forward.activations(layer.layer).shape[1] + 1 for layer in layers)
    n_targets = 1 + forward.data.n_classes
    n_closures = len(layers) * (len(layers) + 1) // 2 * len(params.closings)
    n_relationships = n_elements * (n_targets + 4) + n_targets * (n_closures + 4 * len(layers)) + 3 * len(layers)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_elements,
        n_forwards=len(layers) * (4 + params.n_surrogates),
        n_relationships=n_relationships,
        seconds=_seconds(staged, params) + n_relationships / VALUES_PER_SECOND,
    )


def _seconds(forward: StagedForward, params: CorrelateParams) -> float:
    """Estimate the time without draws, and of each kind of draw from a few."""
    bare = replace(params, n_null=0, n_bootstrap=0, n_surrogates=1)
    first, of_null = seconds_each(lambda n: _measured(forward, replace(bare, n_null=n)))
    _, of_resample = seconds_each(lambda n: _measured(forward, replace(bare, n_bootstrap=n)))
    _, of_surrogate = seconds_each(lambda n: _measured(forward, replace(bare, n_surrogates=1 + n)))
    return first + of_null * params.n_null + of_resample * params.n_bootstrap + of_surrogate * (params.n_surrogates - 1)


def correlate(
    store: Store,
    forward: MaskedForward,
    params: CorrelateParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[CorrelationResult]:
    """Measure which orders of statistics matter in each layer, and how far closures hold; write it under a run.

    Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName, BadParameter
        There is no such network, layer or closure; none comes after the layer to start from; a number outside its
        range; too few trials of a class.
    UnsupportedLayer
        Something after the start is no affine map and no nonlinearity that can be treated.
    InputError
        The network to run is not the one in the graph, or cannot be taken apart.
    DataMismatch
        There are no classes.
    """
    run, staged = _run(store, forward, params)

    def compute() -> CorrelationResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(staged, params, mapper=mapper, progress=progress)

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_correlation(store, run, result, progress=progress),
        measures=params.measures,
    )


def _run(store: Store, forward: MaskedForward, params: CorrelateParams) -> tuple[RunRecord, StagedForward]:
    check_classes(forward, "The correlation functions measured here are those")
    if not isinstance(forward, StagedForward):
        raise InputError(
            f"The network given to run as {forward.network!r} cannot be taken apart into affine maps and "
            "nonlinearities. Make it by ingest.forward(module, ...)."
        )
    if params.start not in forward.layers:
        raise UnknownName("layer to start from", params.start, forward.layers)
    _check(forward, params)
    return measuring_run(store, forward, params, kind="correlate", method_option=None), forward


def _check(forward: StagedForward, params: CorrelateParams) -> None:
    """Refuse what cannot be treated, and classes with too few trials, before anything is begun."""
    layers = forward.staged(params.start)
    _check_closures(layers)
    check_trials(forward.data.labels, fewest=FEWEST_TRIALS[False], what="Third cumulants")
    if "third" in params.closures and any(is_quadratic(stage) for layer in layers for stage in layer.stages):
        check_trials(forward.data.labels, fewest=FEWEST_TRIALS[True], what="Fourth cumulants")
    if "mixture" in params.closures:
        n_components = params.n_components
        check_trials(forward.data.labels, fewest=2 * n_components, what=f"Mixtures of {n_components} components")


def _check_closures(layers: tuple[StagedLayer, ...]) -> None:
    """Refuse nonlinearities without a closure, naming the last layer of one: all after it can be treated."""
    for layer in reversed(layers):
        try:
            for stage in layer.stages:
                closure_of(stage.activation)
        except UnsupportedLayer as error:
            last = layer is layers[-1]
            remedy = "No later layer can be started at." if last else f"Start later: start={layer.layer!r}."
            raise UnsupportedLayer(f"In layer {layer.layer!r}: {error} {remedy}") from error


def _measured(
    forward: StagedForward, params: CorrelateParams, *, mapper: Mapper = one_by_one, progress: Progress = silent
) -> CorrelationResult:
    layers = forward.staged(params.start)
    return correlations(
        layers,
        _activations(forward, params.start, layers),
        forward.data.labels,
        forward.data.n_classes,
        network=forward.network,
        start=params.start,
        closings=params.closings,
        n_null=params.n_null,
        n_bootstrap=params.n_bootstrap,
        n_surrogates=params.n_surrogates,
        seed=params.seed,
        mapper=mapper,
        progress=progress,
    )


def _activations(forward: StagedForward, start: str, layers: tuple[StagedLayer, ...]) -> dict[str, FloatArray]:
    """Give all elements of the layers, shape (n_trials, n_elements)."""
    n_trials = len(forward.data.labels)
    names = (start, *(layer.layer for layer in layers))
    return {name: np.reshape(forward.all_steps(name), (n_trials, -1)) for name in names}
