"""Ablate the neurons or the clusters of a network, and write what is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from atlas.analysis.ablation import effects_of_clusters, effects_of_neurons
from atlas.analysis.ablation.checks import check_sweep
from atlas.analysis.ablation.losses import Score, TrialMeasures, score_name
from atlas.analysis.ablation.selecting import hidden_neurons
from atlas.analysis.mapping import Mapper
from atlas.analysis.seeds import check_draws
from atlas.errors import UnknownName
from atlas.progress import Progress, silent
from atlas.records import METHODS_OF_ABLATION, DataRecord, MaskedForward, Parameter, Replacement, RunRecord
from atlas.results import EffectResult
from atlas.store import Store, annotate_effects
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import Members, hidden_members, measuring_run
from atlas.workflow.resuming import sweeping
from atlas.workflow.scoring import score_of
from atlas.workflow.workers import Workers


@dataclass(frozen=True, kw_only=True)
class AblateParams:
    """How to ablate. The meaning of each stands at `atlas.analysis.ablation`."""

    method: str = "zero"
    partition: str | None = None  # its clusters are ablated; None: every hidden neuron
    outputs: bool | None = None  # None: of neurons; of clusters only where a score or values ask for them
    score: str | Score | None = None  # `package.module:function`, or the function; a run knows it by its name
    seed: int = 0
    n_null: int = 999  # of clusters only

    def __post_init__(self) -> None:
        if self.method not in METHODS_OF_ABLATION:
            raise UnknownName("method of ablation", self.method, METHODS_OF_ABLATION)
        check_draws(n_null=self.n_null)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "partition": self.partition,
            "outputs": self.outputs,
            "score": self.score if self.score is None or isinstance(self.score, str) else score_name(self.score),
            "n_null": None if self.partition is None else self.n_null,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "hidden neurons" if self.partition is None else f"clusters of {self.partition}"
        return f"effects of {what} ({self.method})"

    def settled(self, data: DataRecord) -> AblateParams:
        """Decide whether outputs are measured."""
        if self.outputs is not None:
            return self
        return replace(self, outputs=self.partition is None or self.score is not None or data.values is not None)


def plan(store: Store, forward: MaskedForward, params: AblateParams) -> Plan:
    """Tell what `ablate` would do; the time is estimated from one run of the network."""
    params = params.settled(forward.data)
    run = _run(store, forward, params)
    n_elements = _n_elements(store, forward, params)
    n_forwards = n_elements * (1 if params.partition is None else 1 + params.n_null)
    silenced = {forward.hidden[0]: Replacement(numbers=np.array([0]), method="zero")}
    once = seconds_of(partial(forward.outputs if params.outputs else forward.changed_answers, silenced))
    n_relationships = n_elements * (1 + forward.data.n_classes)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_elements,
        n_forwards=n_forwards,
        n_relationships=n_relationships,
        seconds=once * n_forwards + n_relationships / VALUES_PER_SECOND,
    )


def ablate(
    store: Store,
    forward: MaskedForward,
    params: AblateParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[EffectResult]:
    """Measure what is lost without every hidden neuron, or every cluster, and write it under a run.

    Clusters are ablated through their neurons of hidden layers; the effect of one without any is null.
    Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName
        There is no such network, partition or method.
    InputError
        The network to run is not the one in the graph; the score is not found, or no score.
    AtlasError
        What `effects_of_neurons` and `effects_of_clusters` refuse.
    """
    params = params.settled(forward.data)
    run = _run(store, forward, params)
    clusters = None if params.partition is None else hidden_members(store, forward, params.partition)

    def compute() -> EffectResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(forward, params, clusters, mapper=mapper, progress=progress)

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_effects(store, run, result, progress=progress),
        measures=params.measures,
    )


def _run(store: Store, forward: MaskedForward, params: AblateParams) -> RunRecord:
    """Describe the run, after checking that something can be measured."""
    check_sweep(forward)
    score = score_of(params.score)
    found = {} if score is None else {"score_sha256": TrialMeasures(forward, score=score).intact_sha256()}
    return measuring_run(store, forward, params, kind="ablate", found=found, in_python=callable(params.score))


def _measured(
    forward: MaskedForward,
    params: AblateParams,
    clusters: Mapping[str, Members] | None,
    *,
    mapper: Mapper,
    progress: Progress,
) -> EffectResult:
    sweep = (
        effects_of_neurons
        if clusters is None
        else partial(effects_of_clusters, clusters=clusters, n_null=params.n_null)
    )
    return sweep(
        forward,
        method=params.method,
        outputs=bool(params.outputs),
        score=score_of(params.score),
        seed=params.seed,
        mapper=mapper,
        progress=progress,
    )


def _n_elements(store: Store, forward: MaskedForward, params: AblateParams) -> int:
    if params.partition is not None:
        return len(hidden_members(store, forward, params.partition))
    return len(hidden_neurons(forward))
