"""Measure which neurons and layers, or clusters, relay the class shown to the class answered, and write it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.relay.knock_outs import knock_outs
from atlas.analysis.information.relay.measuring import relay_of_clusters, relay_of_neurons
from atlas.analysis.information.relay.regression import knock_out_regression, random_sets
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, UnknownName
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, MaskedForward, Parameter, RunRecord
from atlas.results import KnockOutRegression, RelayResult
from atlas.store import Store, annotate_relay
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.reading import Members, hidden_members, measuring_run
from atlas.workflow.resuming import sweeping
from atlas.workflow.states import check_classes, hidden_layers, states_of
from atlas.workflow.workers import Workers

DIRECTIONS = ("shrink", "grow")
SEARCHES = ("greedy", "beam", "exact")
METHOD = "co_information"  # conditional, of input, output and hidden states: eq. 3 of Hintze and Adami (2023)


@dataclass(frozen=True, kw_only=True)
class RelayParams:
    """How to measure relay information. The meaning of each stands at `atlas.analysis.information.relay`."""

    partition: str | None = None  # its clusters are measured; None: hidden neurons and layers
    layers: tuple[str, ...] | None = None  # hidden layers; None: all of them
    discretisation: Discretisation = field(default_factory=lambda: Discretisation(method="two_means"))
    direction: str | None = None
    search: str = "greedy"
    beam: int = 64
    min_trials: float = 5.0
    n_null: int = 200
    n_searches: int = 20
    n_subsamples: int = 200
    n_sets: int = 200  # random sets of a layer that are knocked out
    seed: int = 0

    def __post_init__(self) -> None:
        if self.direction is not None and self.direction not in DIRECTIONS:
            raise UnknownName("direction", self.direction, DIRECTIONS)
        if self.search not in SEARCHES:
            raise UnknownName("search", self.search, SEARCHES)
        check_draws(n_null=self.n_null, n_searches=self.n_searches, n_subsamples=self.n_subsamples, n_sets=self.n_sets)
        if self.layers is not None and self.partition is not None:
            raise BadParameter(
                f"Both layers and the partition {self.partition!r} are given. Relays are neurons of layers, or "
                "clusters with all their hidden neurons. Give one of them."
            )

    @property
    def method(self) -> str:
        """Name what relay information is."""
        return METHOD

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed; clusters are not searched, nor their sets regressed."""
        of_neurons: dict[str, Parameter] = {
            "direction": self.direction,
            "search": self.search,
            "beam": self.beam if self.search == "beam" else None,
            "n_searches": self.n_searches,
            "n_sets": self.n_sets,
        }
        return {
            "partition": self.partition,
            "layers": None if self.layers is None else ",".join(self.layers),
            **self.discretisation.for_run,
            **(of_neurons if self.partition is None else dict.fromkeys(of_neurons)),
            "min_trials": float(self.min_trials),
            "n_null": self.n_null,
            "n_subsamples": self.n_subsamples,
        }

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        if self.partition is not None:
            return f"relay information of clusters of {self.partition}"
        return f"relay information of {'hidden neurons' if self.layers is None else ', '.join(self.layers)}"


def plan(store: Store, forward: MaskedForward, params: RelayParams) -> Plan:
    """Tell what `relay` would do; the time is estimated from one run of the network and from counting without draws."""
    run = _run(store, forward, params)
    sets = _sets(store, forward, params)
    n_random = 0 if params.partition is not None else params.n_sets * len(hidden_layers(forward, params.layers))
    n_relationships = len(sets) * (1 + forward.data.n_classes)
    once = seconds_of(lambda: knock_outs(forward, sets[:1], forward.data.n_classes))
    bare = replace(params, n_null=0, n_searches=0, n_subsamples=0, n_sets=0)
    counting = seconds_of(partial(_counted, store, forward, bare, None))
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=len(sets),
        n_forwards=len(sets) + n_random,
        n_relationships=n_relationships,
        seconds=once * (len(sets) + n_random)
        + counting * (1 + params.n_null + params.n_subsamples)
        + n_relationships / VALUES_PER_SECOND,
    )


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
    return outcome.noting(_unknown(outcome.result))


def _run(store: Store, forward: MaskedForward, params: RelayParams) -> RunRecord:
    check_classes(forward, "Relay information is about the class shown and the class answered: it tells")
    hidden_layers(forward, params.layers)
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
    return replace(result, regression=_regression(forward, params, result, mapper=mapper))


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


def _unknown(result: RelayResult | None) -> str | None:
    """Say of how many elements the data do not tell what they relay beside the rest."""
    reasons = [] if result is None else [reason for reason in result.reasons if reason is not None]
    if result is None or not reasons:
        return None
    return (
        f"relay information given the rest is not told of {len(reasons)} of {len(result.reasons)} "
        f"({', '.join(sorted(set(reasons)))})"
    )


def _regression(
    forward: MaskedForward, params: RelayParams, result: RelayResult, *, mapper: Mapper
) -> KnockOutRegression:
    """Knock random sets out of every layer whose relay information the data support, and say what explains it."""
    layers = hidden_layers(forward, params.layers)
    states = states_of(forward, layers, params.discretisation)
    known = dict(zip(result.elements, result.reliable.tolist(), strict=True))
    sets = {layer: random_sets(len(states[layer]), params.n_sets, params.seed) for layer in layers}
    lost = {}
    for layer in layers:
        lost[layer] = np.full((params.n_sets, 1 + forward.data.n_classes), np.nan)
        if known[layer_key(forward.network, layer)]:
            chosen = [{layer: np.flatnonzero(one)} for one in sets[layer]]
            lost[layer] = knock_outs(forward, chosen, forward.data.n_classes, mapper=mapper)
    return knock_out_regression(
        states,
        forward.data.labels,
        forward.predict(),
        forward.data.n_classes,
        network=forward.network,
        sets=sets,
        knock_outs=lost,
        min_trials=params.min_trials,
        seed=params.seed,
        mapper=mapper,
    )
