"""Measure what every two clusters of a partition tell together, and write it."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.information.checking import check_labels
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.synergy import synergy_of_pairs
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.errors import EmptySelection
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, Parameter, RunRecord
from atlas.results import SynergyResult
from atlas.store import Store, annotate_synergy
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, untold
from atlas.workflow.reading import Members, grouped_members, measuring_run
from atlas.workflow.resuming import sweeping
from atlas.workflow.states import MEDIAN, check_classes, check_numbers, hidden_layers, states_of
from atlas.workflow.timing import seconds_each
from atlas.workflow.workers import Workers

METHOD = "sx"  # the definition of redundancy that has the null


@dataclass(frozen=True, kw_only=True)
class SynergyParams:
    """How to measure synergy. The meaning of each stands at `atlas.analysis.information.synergy`."""

    partition: str
    discretisation: Discretisation = MEDIAN
    min_trials: float = 5.0
    n_null: int = 999
    seed: int = 0

    def __post_init__(self) -> None:
        check_numbers(min_trials=self.min_trials, seed=self.seed, n_null=self.n_null)

    @property
    def method(self) -> str:
        """Name the definition of redundancy."""
        return METHOD

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "partition": self.partition,
            **self.discretisation.for_run,
            "min_trials": float(self.min_trials),
            "n_null": self.n_null,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        return f"redundancy and synergy of pairs of clusters of {self.partition}"


def plan(store: Store, forward: MaskedForward, params: SynergyParams) -> Plan:
    """Tell what `synergy` would do; the time is estimated from a few shuffles of every pair."""
    run = _run(store, forward, params)
    n_clusters = len(_clusters(store, forward, params.partition))
    n_pairs = n_clusters * (n_clusters - 1) // 2
    n_relationships = n_pairs * (1 + forward.data.n_classes)
    first, of_shuffle = seconds_each(lambda n: _measured(store, forward, params, n_null=n))
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_pairs,
        n_forwards=1,
        n_relationships=n_relationships,
        seconds=first + of_shuffle * params.n_null + n_relationships / VALUES_PER_SECOND,
    )


def synergy(
    store: Store,
    forward: MaskedForward,
    params: SynergyParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[SynergyResult]:
    """Take apart what every two clusters tell about each target: by either, by one, by both only; write it.

    Clusters without hidden neurons, and those that were set apart, are left out. A note says how many pairs have too
    few trials. Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName, EmptySelection
        There is no such network or partition; fewer than two clusters.
    InputError
        The network to run is not the one in the graph.
    DataMismatch
        There are no classes.
    """
    run = _run(store, forward, params)

    def compute() -> SynergyResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(store, forward, params, n_null=params.n_null, mapper=mapper, progress=progress)

    outcome = execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_synergy(store, run, result, progress=progress),
        measures=params.measures,
    )
    what = "pairs with too few trials for their joint states:"
    return outcome.noting(untold(what, outcome.result, with_why=False))


def _run(store: Store, forward: MaskedForward, params: SynergyParams) -> RunRecord:
    check_classes(forward, "Synergy is of what clusters tell")
    hidden_layers(forward, None)
    run = measuring_run(store, forward, params, kind="synergy", method_option=None)
    _clusters(store, forward, params.partition)
    check_labels(forward.data.labels, forward.data.n_classes)
    return run


def _clusters(store: Store, forward: MaskedForward, partition: str) -> dict[str, Members]:
    """Read the clusters that are paired.

    Raises
    ------
    EmptySelection
        There are fewer than two.
    """
    clusters = grouped_members(store, forward, partition)
    if len(clusters) < 2:
        raise EmptySelection(
            f"The partition {partition!r} has {len(clusters)} cluster{'' if len(clusters) == 1 else 's'} of hidden "
            "neurons that were not set apart. Synergy is of pairs of clusters. Name another partition with "
            f"--partition, or make one of more clusters: `atlas partition {forward.network} --resolution 2`."
        )
    return clusters


def _measured(
    store: Store,
    forward: MaskedForward,
    params: SynergyParams,
    *,
    n_null: int,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> SynergyResult:
    return synergy_of_pairs(
        _clusters(store, forward, params.partition),
        states_of(forward, forward.hidden, params.discretisation),
        forward.data.labels,
        forward.data.n_classes,
        min_trials=params.min_trials,
        n_null=n_null,
        seed=params.seed,
        mapper=mapper,
        progress=progress,
    )
