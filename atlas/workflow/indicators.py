"""Describe the neurons of a network without ablating them, test what predicts their effects, and write both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from atlas.analysis.indicators import indicators_of_neurons, predictions
from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, UnknownName
from atlas.progress import Progress, silent
from atlas.records import FloatArray, MaskedForward, NetworkRecord, Parameter, RunRecord
from atlas.results import IndicatorResult, IndicatorStudy
from atlas.store import Store, annotate_indicators, neuron_effect_run, read_network, read_points
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import IN_MEMORY, run_record
from atlas.workflow.reading import check_forward, layer_sizes, subject

MEASURES = "indicators of neurons"


@dataclass(frozen=True, kw_only=True)
class IndicatorParams:
    """How to test indicators. The meaning of each stands at `atlas.analysis.indicators`."""

    initial: NetworkRecord | None = None  # the network before training
    effect_run: str | None = None  # whose effects; None: the newest of neurons
    layers: tuple[str, ...] | None = None  # None: the hidden ones
    seed: int = 0
    n_bootstrap: int = 1000
    n_null: int = 999

    def __post_init__(self) -> None:
        if not isinstance(self.initial, (NetworkRecord, type(None))):
            raise BadParameter(
                f"The initial network is given as {self.initial!r}. In Python it is a record: "
                "ingest.record(ingest.read_network(module), key='initial'), the module as before training."
            )
        check_draws(n_bootstrap=self.n_bootstrap, n_null=self.n_null)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside its seed and the run of the effects."""
        return {
            "initial": None if self.initial is None else self.initial.opened.get("file", IN_MEMORY),
            "layers": None if self.layers is None else ",".join(self.layers),
            "n_bootstrap": self.n_bootstrap,
            "n_null": self.n_null,
        }


def plan(store: Store, forward: MaskedForward, params: IndicatorParams) -> Plan:
    """Tell what `indicators` would do; the time is estimated from the tests without their draws."""
    run = _run(store, forward, params)
    weights = read_network(store, forward.network)
    neurons = _neurons(forward, weights, params)
    points = np.broadcast_to(np.arange(len(neurons.elements))[:, None], neurons.mean_activation.shape).astype(float)
    seconds = seconds_of(lambda: predictions(neurons, points, n_bootstrap=10, n_null=10, seed=params.seed))
    n_relationships = points.size + len(predictions(neurons, points, n_bootstrap=0, n_null=0).layers)
    return Plan(
        run=run.key,
        measures=MEASURES,
        already_there=is_finished(store, run),
        n_elements=len(neurons.elements),
        n_forwards=1,
        n_relationships=n_relationships,
        seconds=seconds * max(params.n_bootstrap, params.n_null) / 10 + n_relationships / VALUES_PER_SECOND,
    )


def indicators(
    store: Store, forward: MaskedForward, params: IndicatorParams, *, progress: Progress = silent
) -> Outcome[IndicatorStudy]:
    """Measure indicators of every neuron, test which predict its effect, and write both under a run.

    Raises
    ------
    UnknownName
        There is no such network, layer or run.
    InputError
        The neurons have not been ablated, or the network to run is not the one in the graph.
    ShapeError
        The initial network has other layers.
    DataMismatch, NonFiniteActivations
        Fewer than two classes have trials, or activations are NaN.
    """
    run = _run(store, forward, params)
    effect_run = str(run.params["effect_run"])
    note = _other_trials(store, forward, effect_run)

    def compute() -> IndicatorStudy:
        neurons = _neurons(forward, read_network(store, forward.network), params, progress=progress)
        points = _aligned(read_points(store, forward.network, effect_run), neurons)
        tested = predictions(
            neurons,
            points,
            n_bootstrap=params.n_bootstrap,
            n_null=params.n_null,
            seed=params.seed,
            progress=progress,
        )
        return IndicatorStudy(neurons=neurons, predictions=tested)

    outcome = execute(
        store,
        run,
        compute=compute,
        annotate=lambda study: annotate_indicators(store, run, study, effect_run=effect_run, progress=progress),
        measures=MEASURES,
    )
    return replace(outcome, note="; ".join(filter(None, (outcome.note, note))) or None)


def _run(store: Store, forward: MaskedForward, params: IndicatorParams) -> RunRecord:
    known = layer_sizes(store, forward.network)
    for layer in params.layers or ():
        if layer not in known:
            raise UnknownName("layer", layer, known)
    check_forward(store, forward)
    effect_run = neuron_effect_run(store, forward.network, run=params.effect_run)["key"]
    return run_record(
        subject(store, forward.network),
        kind="indicators",
        method="spearman",
        method_option=None,
        seed=params.seed,
        params={"effect_run": effect_run, **params.for_run},
        data=forward.data,
        found={} if params.initial is None else {"initial_sha256": params.initial.weights_sha256},
        in_python=params.for_run["initial"] == IN_MEMORY,
    )


def _other_trials(store: Store, forward: MaskedForward, effect_run: str) -> str | None:
    """Say if the effects are of other trials than the indicators."""
    effects = neuron_effect_run(store, forward.network, run=effect_run)
    if effects["data_sha256"] == forward.data.sha256:
        return None
    return f"the effects of {effect_run} are of other trials ({effects['data']}) than the indicators"


def _neurons(
    forward: MaskedForward, weights: NetworkRecord, params: IndicatorParams, *, progress: Progress = silent
) -> IndicatorResult:
    return indicators_of_neurons(
        forward, weights=weights, initial=params.initial, layers=params.layers, progress=progress
    )


def _aligned(points: Mapping[tuple[str, str], float], neurons: IndicatorResult) -> FloatArray:
    """Put effects in the order of the neurons and targets; NaN where not measured."""
    rows = [[points.get((element, target), np.nan) for target in neurons.targets] for element in neurons.elements]
    return np.array(rows, dtype=np.float64)
