"""Test the clusters of a partition by lesions, and write which of them are modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.lesion import MATCHED_ON, lesion_tests, tested_sets
from atlas.analysis.lesion.testing import check_parameters
from atlas.errors import InputError, UnknownName
from atlas.progress import Progress, silent
from atlas.records import METHODS_OF_ABLATION, FloatArray, MaskedForward, Parameter, Replacement, RunRecord
from atlas.results import LesionResult
from atlas.store import Store, annotate_lesion, read_network
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of, untold
from atlas.workflow.reading import Members, grouped_members, measuring_run, neurons_by_layer
from atlas.workflow.resuming import sweeping
from atlas.workflow.workers import Workers


@dataclass(frozen=True, kw_only=True)
class LesionParams:
    """What to test, and how. The meaning of each stands at `atlas.analysis.lesion`."""

    partition: str
    method: str = "zero"
    matched_on: str = "size"
    n_null: int = 999
    rule: str = "corrected"
    level: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        for what, value, known in (
            ("method of ablation", self.method, METHODS_OF_ABLATION),
            ("choice of what random sets share", self.matched_on, MATCHED_ON),
        ):
            if value not in known:
                raise UnknownName(what, value, known)
        check_parameters(rule=self.rule, level=self.level, n_null=self.n_null)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "partition": self.partition,
            "matched_on": self.matched_on,
            "n_null": self.n_null,
            "rule": self.rule,
            "level": float(self.level),
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        how = [self.method, *([] if self.matched_on == "size" else [f"matched on {self.matched_on}"])]
        how += [] if self.rule == "corrected" else [f"{self.rule} rule"]
        return f"lesion tests of {self.partition} ({', '.join(how)})"


def plan(store: Store, forward: MaskedForward, params: LesionParams) -> Plan:
    """Tell what `lesion` would do; the time is estimated from one run of the network."""
    run = _run(store, forward, params)
    clusters = _clusters(store, forward, params)
    n_sets = len(tested_sets(forward, clusters))
    silenced = {forward.hidden[0]: Replacement(numbers=np.array([0]), method="zero")}
    n_forwards = n_sets * (1 + params.n_null)
    n_relationships = n_sets + 1 + len(forward.hidden)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_sets,
        n_forwards=n_forwards,
        n_relationships=n_relationships,
        seconds=seconds_of(lambda: forward.changed_answers(silenced)) * n_forwards
        + n_relationships / VALUES_PER_SECOND,
    )


def lesion(
    store: Store,
    forward: MaskedForward,
    params: LesionParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[LesionResult]:
    """Test every cluster, whole and in each layer, against matched random sets, and write it under a run.

    Clusters that were set apart are not tested, and no random set has a neuron of theirs. A note says how many
    clusters are modules, and how many sets of neurons could not be tested. Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName, InputError
        There is no such network or partition; no cluster has hidden neurons; the network to run is not the one in the
        graph.
    AtlasError
        What `lesion_tests` refuses.
    """
    run = _run(store, forward, params)
    clusters = _clusters(store, forward, params)

    def compute() -> LesionResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return lesion_tests(
                forward,
                clusters,
                method=params.method,
                n_null=params.n_null,
                matched_on=params.matched_on,
                values=_values(store, forward, params),
                pool=neurons_by_layer(clusters),
                rule=params.rule,
                level=params.level,
                seed=params.seed,
                mapper=mapper,
                progress=progress,
            )

    outcome = execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_lesion(store, run, result, partition=params.partition, progress=progress),
        measures=params.measures,
    )
    untested = untold("sets that could not be tested:", outcome.result)
    return outcome.noting(_n_modules(outcome.result, len(clusters)), untested)


def _n_modules(result: LesionResult | None, n_clusters: int) -> str | None:
    """Say how many clusters passed."""
    return None if result is None else f"modules: {len(result.modules)} of {n_clusters} clusters"


def _run(store: Store, forward: MaskedForward, params: LesionParams) -> RunRecord:
    return measuring_run(store, forward, params, kind="lesion")


def _clusters(store: Store, forward: MaskedForward, params: LesionParams) -> Mapping[str, Members]:
    """Read the clusters that can be tested."""
    clusters = grouped_members(store, forward, params.partition)
    if not clusters:
        raise InputError(
            f"No cluster of {params.partition!r} has neurons of hidden layers. Only those can be ablated. "
            "Test a partition that covers hidden layers."
        )
    return clusters


def _values(store: Store, forward: MaskedForward, params: LesionParams) -> dict[str, FloatArray] | None:
    """Give what random sets share with a cluster's neurons beside layer and number."""
    if params.matched_on == "mean_activation":
        return {layer: forward.activations(layer).mean(axis=0) for layer in forward.hidden}
    if params.matched_on == "out_strength":
        graph = NeuronGraph.from_record(read_network(store, forward.network))
        strengths = np.split(graph.out_strength, graph.offsets[1:-1])
        return dict(zip(graph.layers, strengths, strict=True))
    return None
