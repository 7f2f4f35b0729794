"""Measure what neurons and layers, or clusters, tell about the class, and write it."""

from __future__ import annotations

from dataclasses import dataclass, field

from atlas.analysis.information import cluster_information, label_information, layer_information
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.entropies import ENTROPIES
from atlas.analysis.seeds import check_draws
from atlas.errors import UnknownName
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, Parameter, RunRecord
from atlas.results import InformationResult
from atlas.store import Store, annotate_information
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import Members, hidden_members, measuring_run
from atlas.workflow.states import check_classes, of_two_states

METHOD = "label"
TRIED = 100  # neurons of the last layer, or clusters, whose time a plan is estimated from


@dataclass(frozen=True, kw_only=True)
class InformParams:
    """How to measure label information. The meaning of each stands at `atlas.analysis.information`."""

    partition: str | None = None  # its clusters are measured; None: every neuron and layer
    discretisation: Discretisation = field(default_factory=Discretisation)  # a cluster's neurons have 2 states each
    estimator: str = "plug_in"
    min_trials: float = 5.0
    seed: int = 0
    n_null: int = 200
    n_subsamples: int = 200

    def __post_init__(self) -> None:
        if self.estimator not in ENTROPIES:
            raise UnknownName("estimator of entropies", self.estimator, ENTROPIES)
        check_draws(n_null=self.n_null, n_subsamples=self.n_subsamples)

    @property
    def method(self) -> str:
        """Name what is measured."""
        return METHOD

    @property
    def two_states(self) -> Discretisation:
        """Say how the neurons of a layer or cluster are put into states."""
        return of_two_states(self.discretisation)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        discretisation = self.discretisation if self.partition is None else self.two_states
        return {
            "partition": self.partition,
            **discretisation.for_run,
            "estimator": self.estimator,
            "min_trials": float(self.min_trials),
            "n_null": self.n_null,
            "n_subsamples": self.n_subsamples,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "neurons and layers" if self.partition is None else f"clusters of {self.partition}"
        return f"label information of {what}"


def plan(store: Store, forward: MaskedForward, params: InformParams) -> Plan:
    """Tell what `inform` would do; the time is estimated from a few neurons or clusters."""
    run = _run(store, forward, params)
    if params.partition is None:
        n_elements = len(forward.layers) + sum(forward.activations(layer).shape[1] for layer in forward.layers)
        n_tried = min(forward.activations(forward.layers[-1]).shape[1], TRIED)
        once = seconds_of(lambda: _of_neurons(forward, params, n_neurons=n_tried)) / n_tried
    else:
        clusters = hidden_members(store, forward, params.partition)
        n_elements = len(clusters)
        tried = dict(list(clusters.items())[-TRIED:])
        once = seconds_of(lambda: _of_clusters(forward, params, tried)) / len(tried)
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
    """Measure how many bits every neuron and layer, or every cluster, tells about the class; write them under a run.

    All layers are measured. Clusters are measured by their neurons of hidden layers, the same that are ablated; one
    without any, or with too few trials for its states, has null and the reason.

    Raises
    ------
    UnknownName
        There is no such network, partition, discretisation or estimator.
    InputError
        The network to run is not the one in the graph.
    DataMismatch
        There are no classes.
    """
    run = _run(store, forward, params)

    def compute() -> InformationResult:
        if params.partition is None:
            of_neurons = _of_neurons(forward, params, progress=progress)
            return of_neurons.followed_by(_of_layers(forward, params, progress=progress))
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
    check_classes(forward, "Label information tells")
    of_layers: dict[str, Parameter] = {
        "layer_discretisation": params.two_states.method,
        "layer_states": params.two_states.most_states,
    }
    found = of_layers if params.partition is None else {}
    return measuring_run(store, forward, params, kind="inform", method_option=None, found=found)


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
        discretisation=params.discretisation,
        progress=progress,
        estimator=params.estimator,
        min_trials=params.min_trials,
        n_null=params.n_null,
        n_subsamples=params.n_subsamples,
        seed=params.seed,
    )


def _of_layers(forward: MaskedForward, params: InformParams, *, progress: Progress = silent) -> InformationResult:
    return layer_information(
        {layer: forward.activations(layer) for layer in forward.layers},
        forward.data.labels,
        forward.data.n_classes,
        network=forward.network,
        two_states=params.two_states,
        progress=progress,
        estimator=params.estimator,
        min_trials=params.min_trials,
        n_null=params.n_null,
        n_subsamples=params.n_subsamples,
        seed=params.seed,
    )


def _of_clusters(
    forward: MaskedForward, params: InformParams, clusters: dict[str, Members], *, progress: Progress = silent
) -> InformationResult:
    return cluster_information(
        clusters,
        {layer: forward.activations(layer) for layer in forward.layers},
        forward.data.labels,
        forward.data.n_classes,
        two_states=params.two_states,
        progress=progress,
        estimator=params.estimator,
        min_trials=params.min_trials,
        n_null=params.n_null,
        n_subsamples=params.n_subsamples,
        seed=params.seed,
    )
