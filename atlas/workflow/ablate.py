"""Ablate the neurons or the clusters of a network, and write what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from atlas.analysis.ablation import effects_of_clusters, effects_of_neurons
from atlas.analysis.ablation.answers import METHODS
from atlas.errors import BadParameter, UnknownName
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, Parameter, Replacement
from atlas.results import EffectResult
from atlas.store import Store, annotate_effects
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import hidden_members, measuring_run


@dataclass(frozen=True, kw_only=True)
class AblateParams:
    """How to ablate. The meaning of each stands at `atlas.analysis.ablation`."""

    method: str = "zero"
    partition: str | None = None  # its clusters are ablated; None: every hidden neuron
    seed: int = 0
    n_null: int = 999  # of clusters only

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownName("method of ablation", self.method, METHODS)
        if self.n_null < 0:
            raise BadParameter(f"n_null is {self.n_null}. It cannot be negative. Give 0 to go without random sets.")

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {"partition": self.partition, "n_null": None if self.partition is None else self.n_null}

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "hidden neurons" if self.partition is None else f"clusters of {self.partition}"
        return f"effects of {what} ({self.method})"


def plan(store: Store, forward: MaskedForward, params: AblateParams) -> Plan:
    """Tell what `ablate` would do; the time is estimated from one run of the network."""
    run = measuring_run(store, forward, params, kind="ablate")
    n_elements = _n_elements(store, forward, params)
    n_forwards = n_elements * (1 if params.partition is None else 1 + params.n_null)
    first = forward.hidden[0] if forward.hidden else forward.layers[0]
    silenced = {first: Replacement(numbers=np.array([0]), method="zero")}
    once = seconds_of(partial(forward.outputs, silenced))
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
    store: Store, forward: MaskedForward, params: AblateParams, *, progress: Progress = silent
) -> Outcome[EffectResult]:
    """Measure what is lost without every hidden neuron, or every cluster, and write it under a run.

    Clusters are ablated through their neurons of hidden layers; the effect of one without any is null.

    Raises
    ------
    UnknownName
        There is no such network, partition or method.
    InputError
        The network to run is not the one in the graph.
    """
    run = measuring_run(store, forward, params, kind="ablate")

    def compute() -> EffectResult:
        if params.partition is None:
            return effects_of_neurons(forward, method=params.method, seed=params.seed, progress=progress)
        return effects_of_clusters(
            forward,
            hidden_members(store, forward, params.partition),
            method=params.method,
            n_null=params.n_null,
            seed=params.seed,
            progress=progress,
        )

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_effects(store, run, result, progress=progress),
        measures=params.measures,
    )


def _n_elements(store: Store, forward: MaskedForward, params: AblateParams) -> int:
    if params.partition is not None:
        return len(hidden_members(store, forward, params.partition))
    return sum(forward.activations(layer).shape[1] for layer in forward.hidden)
