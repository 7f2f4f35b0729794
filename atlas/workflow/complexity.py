"""Measure the representational complexity of layers, or of clusters, and write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from atlas.analysis.information.complexity import ESTIMATORS, complexity_of_elements
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, UnknownName
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import IntArray, MaskedForward, Parameter, RunRecord
from atlas.results import ComplexityResult
from atlas.store import Store, annotate_complexity
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import Members, hidden_members, measuring_run
from atlas.workflow.resuming import sweeping
from atlas.workflow.states import check_classes, hidden_layers, states_of
from atlas.workflow.workers import Workers

METHOD = "sx"  # the definition of redundancy


@dataclass(frozen=True, kw_only=True)
class ComplexityParams:
    """How to measure complexity. The meaning of each stands at `atlas.analysis.information.complexity`."""

    partition: str | None = None  # its clusters are measured; None: hidden layers
    layers: tuple[str, ...] | None = None  # hidden layers; None: all of them
    discretisation: Discretisation = field(default_factory=lambda: Discretisation(method="median"))
    estimator: str = "auto"
    min_trials: float = 2.0
    n_null: int = 20
    n_subsamples: int = 100
    n_noise: int = 10
    subset_size: int = 5
    n_subsets: int = 26
    group_size: int = 2
    n_draws: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        if self.estimator not in ESTIMATORS:
            raise UnknownName("estimator of complexity", self.estimator, ESTIMATORS)
        check_draws(n_null=self.n_null, n_subsamples=self.n_subsamples, n_noise=self.n_noise)
        if self.layers is not None and self.partition is not None:
            raise BadParameter(
                f"Both layers and the partition {self.partition!r} are given. Complexity is of layers, or of clusters "
                "with all their hidden neurons. Give one of them."
            )

    @property
    def method(self) -> str:
        """Name the definition of redundancy."""
        return METHOD

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "partition": self.partition,
            "layers": None if self.layers is None else ",".join(self.layers),
            **self.discretisation.for_run,
            "estimator": self.estimator,
            "min_trials": float(self.min_trials),
            "n_null": self.n_null,
            "n_subsamples": self.n_subsamples,
            "n_noise": self.n_noise,
            "subset_size": self.subset_size,
            "n_subsets": self.n_subsets,
            "group_size": self.group_size,
            "n_draws": self.n_draws,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "hidden layers" if self.layers is None else ", ".join(self.layers)
        return f"representational complexity of {what if self.partition is None else f'clusters of {self.partition}'}"


def plan(store: Store, forward: MaskedForward, params: ComplexityParams) -> Plan:
    """Tell what `complexity` would do; the time is estimated from one element without its draws."""
    run = _run(store, forward, params)
    sources = _sources(store, forward, params)
    smallest = min(sources, key=lambda element: len(sources[element]))
    bare = partial(_measured, {smallest: sources[smallest]}, forward, params, drawing=False)
    n_draws = 1 + params.n_null + params.n_subsamples + params.n_noise
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=len(sources),
        n_forwards=1,
        n_relationships=len(sources),
        seconds=seconds_of(bare) * n_draws * len(sources) + len(sources) / VALUES_PER_SECOND,
    )


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
    return outcome.noting(*_notes(outcome.result))


def _run(store: Store, forward: MaskedForward, params: ComplexityParams) -> RunRecord:
    check_classes(forward, "Complexity is of what neurons tell")
    hidden_layers(forward, params.layers)
    return measuring_run(store, forward, params, kind="complexity", method_option=None)


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
    drawing: bool = True,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> ComplexityResult:
    """Measure elements; without `drawing`, no null, interval or control."""
    return complexity_of_elements(
        sources,
        forward.data.labels,
        forward.data.n_classes,
        estimator=params.estimator,
        min_trials=params.min_trials,
        n_null=params.n_null if drawing else 0,
        n_subsamples=params.n_subsamples if drawing else 0,
        n_noise=params.n_noise if drawing else 0,
        subset_size=params.subset_size,
        n_subsets=params.n_subsets,
        group_size=params.group_size,
        n_draws=params.n_draws,
        seed=params.seed,
        mapper=mapper,
        progress=progress,
    )


def _notes(result: ComplexityResult | None) -> tuple[str, ...]:
    """Say what a reader should know, each once, and how many elements could not be measured."""
    if result is None:
        return ()
    reasons = [reason for reason in result.reasons if reason is not None]
    unknown = f"not measured: {len(reasons)} of {len(result.reasons)} ({', '.join(sorted(set(reasons)))})"
    return (*dict.fromkeys(note for note in result.notes if note is not None), *([unknown] if reasons else []))
