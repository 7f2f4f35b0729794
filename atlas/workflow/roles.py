"""Judge the roles of the neurons of a network by what finished runs measured, and write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlas.analysis.roles import roles_of_neurons
from atlas.errors import MissingAnalysis, UnknownName
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import RoleEvidence, RoleResult
from atlas.store import Store, annotate_roles, neuron_runs, read_activity, read_harm, read_places, read_relays
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan
from atlas.workflow.provenance import run_record
from atlas.workflow.reading import subject
from atlas.workflow.role_params import SOURCES, RoleParams, Source

METHOD = "thresholds"


@dataclass(frozen=True, kw_only=True)
class _Judging:
    """What is judged by which runs, found before anything is computed."""

    run: RunRecord
    runs: Mapping[str, str]  # by the parameter that names it: key of the run
    roles: tuple[str, ...]
    note: str | None  # which roles are left out

    @property
    def measures(self) -> str:
        return f"roles of neurons ({', '.join(self.roles)})"


def plan(store: Store, network: str, params: RoleParams) -> Plan:
    """Tell what `roles` would do: they are judged, which takes no time, and not written."""
    judging = _found(store, network, params)
    result = _judged(store, judging, params)
    return Plan(
        run=judging.run.key,
        measures=judging.measures,
        already_there=is_finished(store, judging.run),
        n_elements=max(result.n_judged.values(), default=0),
        n_forwards=0,
        n_relationships=len(result.elements),
        seconds=len(result.elements) / VALUES_PER_SECOND,
    )


def roles(store: Store, network: str, params: RoleParams, *, progress: Progress = silent) -> Outcome[RoleResult]:
    """Judge which roles neurons have by finished runs, the newest if none is named, and write them under a run.

    A note says how many neurons have each role, and which roles are left out because no run tells.

    Raises
    ------
    UnknownName
        There is no such network, or no such finished run of it.
    MissingAnalysis
        An analysis that a role asked for needs has not run; if no role is asked for: none has.
    """
    judging = _found(store, network, params)
    outcome = execute(
        store,
        judging.run,
        compute=lambda: _judged(store, judging, params),
        annotate=lambda result: annotate_roles(store, judging.run, result, progress=progress),
        measures=judging.measures,
    )
    if outcome.result is None:
        return outcome.noting(judging.note)
    return outcome.noting(_counted(outcome.result), *outcome.result.notes, judging.note)


def _found(store: Store, network: str, params: RoleParams) -> _Judging:
    about = subject(store, network)
    asked = [source for source in SOURCES if set(source.roles) & set(params.asked)]
    chosen = {source: run for source in asked if (run := _run_of(store, network, source, params)) is not None}
    missing = [source for source in asked if source not in chosen]
    if missing and (params.roles is not None or not chosen):
        raise MissingAnalysis(_lacking(network, missing))
    runs = {source.run: run for source, run in chosen.items()}
    judged = tuple(role for role in params.asked if any(role in source.roles for source in chosen))
    record = run_record(
        about,
        kind="roles",
        method=METHOD,
        method_option=None,
        seed=None,
        params=params.for_run(judged, runs),
    )
    note = "; ".join(f"{_spelled(source)} left out: run `atlas {source.kind} {network}`" for source in missing)
    return _Judging(run=record, runs=runs, roles=judged, note=note or None)


def _run_of(store: Store, network: str, source: Source, params: RoleParams) -> str | None:
    """Find the run to judge by: the one named, else the newest; None where there is none."""
    known, named = neuron_runs(store, network, source.kind), params.named(source)
    if named is not None and named not in known:
        raise UnknownName(f"run of `atlas {source.kind}` about neurons", named, known)
    return named or next(iter(known), None)


def _lacking(network: str, missing: list[Source]) -> str:
    told = "; ".join(f"{_spelled(source)}: `atlas {source.kind} {network}`" for source in missing)
    return f"Roles are judged by finished runs, and {network!r} lacks those that tell them. Run what tells {told}."


def _judged(store: Store, judging: _Judging, params: RoleParams) -> RoleResult:
    network, runs = judging.run.network, judging.runs
    evidence = RoleEvidence(
        relays=read_relays(store, network, runs["relay_run"]) if "relay_run" in runs else None,
        activity=read_activity(store, network, runs["activation_run"]) if "activation_run" in runs else None,
        harm=read_harm(store, network, runs["effect_run"]) if "effect_run" in runs else None,
        places=read_places(store, network, runs["partition_run"]) if "partition_run" in runs else None,
    )
    return roles_of_neurons(evidence, roles=judging.roles, rules=params.rules)


def _counted(result: RoleResult) -> str:
    """Say how many neurons have each role."""
    counts = [f"{role} {result.roles.count(role)} of {n_judged}" for role, n_judged in result.n_judged.items()]
    return ", ".join(counts)


def _spelled(source: Source) -> str:
    return ", ".join(source.roles)
