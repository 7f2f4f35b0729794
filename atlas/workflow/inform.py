"""Measure what neurons or clusters tell about the class, and write it."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.information import cluster_information, label_information
from atlas.errors import DataMismatch, UnknownName
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, Parameter, RunRecord
from atlas.results import InformationResult
from atlas.store import Store, annotate_information
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import Members, hidden_members, measuring_run

METHODS = ("label",)
CLUSTER_STATES = 2  # of each of its neurons


@dataclass(frozen=True, kw_only=True)
class InformParams:
    """How to measure information. The meaning of each stands at `atlas.analysis.information`."""

    method: str = "label"
    partition: str | None = None  # its clusters are measured; None: every neuron
    states: int = 8  # of a neuron; a cluster's neurons have 2 each
    seed: int = 0
    n_null: int = 200
    n_bootstrap: int = 200

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownName("kind of information", self.method, METHODS)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "partition": self.partition,
            "states": self.states if self.partition is None else CLUSTER_STATES,
            "n_null": self.n_null,
            "n_bootstrap": self.n_bootstrap,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "neurons" if self.partition is None else f"clusters of {self.partition}"
        return f"{self.method} information of {what}"


def plan(store: Store, forward: MaskedForward, params: InformParams) -> Plan:
    """Tell what `inform` would do; the time is estimated from one neuron or one cluster."""
    run = _run(store, forward, params)
    if params.partition is None:
        n_elements = sum(forward.activations(layer).shape[1] for layer in forward.layers)
        once = seconds_of(lambda: _of_neurons(forward, params, n_neurons=1))
    else:
        clusters = hidden_members(store, forward, params.partition)
        n_elements = len(clusters)
        once = seconds_of(lambda: _of_clusters(forward, params, dict(list(clusters.items())[-1:])))
    n_relationships = n_elements * (1 + forward.data.n_classes)
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_elements,
        n_forwards=1,
        n_relationships=n_relationships,
        seconds=once * n_elements + n_relationships / VALUES_PER_SECOND,
    )


def inform(
    store: Store, forward: MaskedForward, params: InformParams, *, progress: Progress = silent
) -> Outcome[InformationResult]:
    """Measure how many bits every neuron, or every cluster, tells about the class, and write them under a run.

    Neurons of all layers are measured. Clusters are measured by their neurons of hidden layers, the same that are
    ablated; one without any, or with too few trials for its states, has null.

    Raises
    ------
    UnknownName
        There is no such network, partition or kind of information.
    InputError
        The network to run is not the one in the graph.
    DataMismatch
        There are no classes.
    """
    run = _run(store, forward, params)

    def compute() -> InformationResult:
        if params.partition is None:
            return _of_neurons(forward, params, progress=progress)
        return _of_clusters(forward, params, hidden_members(store, forward, params.partition), progress=progress)

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_information(store, run, result, progress=progress),
        measures=params.measures,
    )


def _run(store: Store, forward: MaskedForward, params: InformParams) -> RunRecord:
    """Describe the run, after checking that there are classes to tell of."""
    if forward.data.values is not None:
        raise DataMismatch(
            f"The data {forward.data.text!r} have values, not classes. Label information tells of classes. "
            "Give trials of classes with --data, or measure what neurons do to the loss: `atlas ablate`."
        )
    return measuring_run(store, forward, params, kind="inform")


def _of_neurons(
    forward: MaskedForward, params: InformParams, *, n_neurons: int | None = None, progress: Progress = silent
) -> InformationResult:
    """Measure the neurons of all layers, or the first few of the last."""
    layers = forward.layers if n_neurons is None else forward.layers[-1:]
    return label_information(
        {layer: forward.activations(layer)[:, :n_neurons] for layer in layers},
        forward.data.labels,
        forward.data.n_classes,
        network=forward.network,
        states=params.states,
        n_null=params.n_null,
        n_bootstrap=params.n_bootstrap,
        seed=params.seed,
        progress=progress,
    )


def _of_clusters(
    forward: MaskedForward, params: InformParams, clusters: dict[str, Members], *, progress: Progress = silent
) -> InformationResult:
    return cluster_information(
        clusters,
        {layer: forward.activations(layer) for layer in forward.hidden},
        forward.data.labels,
        forward.data.n_classes,
        n_null=params.n_null,
        n_bootstrap=params.n_bootstrap,
        seed=params.seed,
        progress=progress,
    )
