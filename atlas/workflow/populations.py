"""Group the neurons of a network into populations, and write them as partitions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.populations import as_partition, populations_by_ablation, populations_by_activation
from atlas.errors import InputError, UnknownName
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, RunRecord
from atlas.results import AgreementResult, PartitionResult, PopulationResult
from atlas.store import Store, annotate_partition, neuron_effect_run, read_effects, read_network
from atlas.workflow.agree import AgreeParams, agree
from atlas.workflow.agree import plan as plan_agreement
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.population_params import PopulationParams
from atlas.workflow.provenance import run_record
from atlas.workflow.reading import check_forward, check_free, layer_sizes, partition_runs, subject


@dataclass(frozen=True, kw_only=True)
class _Grouping:
    """Populations of one kind, checked and described before anything is computed."""

    params: PopulationParams
    run: RunRecord
    name: str  # of the partition
    forward: MaskedForward | None

    @property
    def measures(self) -> str:
        return f"populations {self.name}"


def plan(
    store: Store, network: str, params: PopulationParams, *, forward: MaskedForward | None = None
) -> tuple[Plan, ...]:
    """Tell what `populations` would do; the agreement is told only where both partitions are there.

    The time is estimated from one grouping.
    """
    each = [_described(store, network, one, forward) for one in params.each]
    plans = [_planned(store, one) for one in each]
    if len(each) == 2 and {one.name for one in each} <= partition_runs(store, network).keys():
        plans.append(plan_agreement(store, network, _compared(each)))
    return tuple(plans)


def populations(
    store: Store,
    network: str,
    params: PopulationParams,
    *,
    forward: MaskedForward | None = None,
    progress: Progress = silent,
) -> tuple[Outcome[PartitionResult | AgreementResult], ...]:
    """Group neurons by what they do, write the populations as partitions and, where both are made, their agreement.

    Parameters
    ----------
    forward
        The network to run; not needed by ablation, which reads effects that are in the graph.

    Raises
    ------
    UnknownName
        There is no such network, layer, or run that ablated neurons.
    InputError
        The neurons have not been ablated, or the network to run is not the one in the graph.
    KeyTaken
        A partition of the name was made otherwise.
    """
    each = [_described(store, network, one, forward) for one in params.each]
    outcomes: list[Outcome[PartitionResult | AgreementResult]] = [_made(store, one, progress) for one in each]
    if len(each) == 2:
        outcomes.append(agree(store, network, _compared(each), progress=progress))
    return tuple(outcomes)


def _compared(each: list[_Grouping]) -> AgreeParams:
    first, second = each
    return AgreeParams(first=first.name, second=second.name, seed=first.params.grouping.seed)


def _described(store: Store, network: str, params: PopulationParams, forward: MaskedForward | None) -> _Grouping:
    known = layer_sizes(store, network)
    for layer in params.layers or ():
        if layer not in known:
            raise UnknownName("layer", layer, known)
    if params.by == "ablation":
        return _by_ablation(store, network, params)
    return _by_activation(store, network, params, forward)


def _by_activation(store: Store, network: str, params: PopulationParams, forward: MaskedForward | None) -> _Grouping:
    if forward is None:
        raise InputError(f"Populations by activation need {network!r} to run. Give `forward`, or group by ablation.")
    found = subject(store, network)
    check_forward(store, forward)
    name = params.partition_name(params.profile)
    run = run_record(
        found,
        kind="populations",
        method="activation",
        seed=params.grouping.seed,
        params={"profile": params.profile, **params.for_run},
        data=forward.data,
        name=name,
        method_option="by",
    )
    check_free(store, run, name)
    return _Grouping(params=params, run=run, name=name, forward=forward)


def _by_ablation(store: Store, network: str, params: PopulationParams) -> _Grouping:
    effects = neuron_effect_run(store, network, run=params.effect_run)
    name = params.partition_name(effects["method"])
    run = run_record(
        subject(store, network),
        kind="populations",
        method="ablation",
        seed=params.grouping.seed,
        params={"effect_run": effects["key"], **params.for_run},
        name=name,
        method_option="by",
    )
    check_free(store, run, name)
    trials = {field: effects[field] for field in ("data", "data_sha256", "n_trials")}  # those of the effects
    return _Grouping(params=params, run=replace(run, **trials), name=name, forward=None)


def _planned(store: Store, one: _Grouping) -> Plan:
    bare = replace(one, params=replace(one.params, grouping=replace(one.params.grouping, n_null=0)))
    found: list[PopulationResult] = []
    once = seconds_of(lambda: found.append(_computed(store, bare)))
    n_neurons = len(found[0].labels)
    return Plan(
        run=one.run.key,
        measures=one.measures,
        already_there=is_finished(store, one.run),
        n_elements=n_neurons,
        n_forwards=0 if one.forward is None else 1,
        n_relationships=n_neurons,
        seconds=once * (1 + one.params.grouping.n_null) + n_neurons / VALUES_PER_SECOND,
    )


def _made(store: Store, one: _Grouping, progress: Progress) -> Outcome[PartitionResult]:
    def compute() -> PartitionResult:
        found = _computed(store, one, progress)
        return as_partition(found, NeuronGraph.from_record(read_network(store, one.run.network)))

    return execute(
        store,
        one.run,
        compute=compute,
        annotate=lambda result: annotate_partition(store, one.run, result, name=one.name, progress=progress),
        measures=one.measures,
    )


def _computed(store: Store, one: _Grouping, progress: Progress = silent) -> PopulationResult:
    layers, grouping = one.params.layers, vars(one.params.grouping)
    if one.forward is not None:
        return populations_by_activation(
            one.forward, layers=layers, profile=one.params.profile, **grouping, progress=progress
        )
    effects = read_effects(store, one.run.network, str(one.run.params["effect_run"]))
    for layer in layers or ():
        if layer not in effects:
            raise UnknownName("layer whose neurons were ablated", layer, effects)
    chosen = {layer: found for layer, found in effects.items() if layers is None or layer in layers}
    return populations_by_ablation(chosen, **grouping, progress=progress)
