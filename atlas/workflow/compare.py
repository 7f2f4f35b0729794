"""Match the clusters of two networks, or of two checkpoints, and write which is which."""

from __future__ import annotations

from dataclasses import dataclass, replace

from atlas.analysis.matching import Side, matching
from atlas.analysis.statistics import too_few_draws
from atlas.errors import BadParameter
from atlas.progress import Progress, silent
from atlas.records import Parameter, RunRecord
from atlas.results import MatchResult
from atlas.store import Store, annotate_matches, training_run
from atlas.workflow.compare_params import RUN_KINDS, CompareParams, run_option
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import Subject, run_record
from atlas.workflow.sides import Compared, compared, sides, unlike

METHOD = "one_to_one"
_LEVEL = 0.05  # of q, where matches beyond chance are counted


@dataclass(frozen=True, kw_only=True)
class _Comparison:
    """What is compared, found before anything is computed."""

    run: RunRecord
    first: Compared
    second: Compared
    same_neurons: bool
    by: str

    @property
    def measures(self) -> str:
        return f"matches of {self.first.partition} with {self.second.partition} of {self.second.network}"


def plan(store: Store, network: str, other: str, params: CompareParams) -> Plan:
    """Tell what `compare` would do; the time is estimated from one shuffle and one resample."""
    found = _found(store, network, other, params)
    first, second = sides(store, found.first, found.second)
    once = seconds_of(lambda: _matched(first, second, found, replace(params, n_null=1, n_bootstrap=1))) / 2
    n_clusters = [len(set(side.cluster_of[side.cluster_of >= 0].tolist())) for side in (first, second)]
    n_relationships = n_clusters[0] * n_clusters[1] if found.same_neurons else min(n_clusters)
    return Plan(
        run=found.run.key,
        measures=found.measures,
        already_there=is_finished(store, found.run),
        n_elements=sum(n_clusters),
        n_forwards=0,
        n_relationships=n_relationships,
        seconds=once * (params.n_null + params.n_bootstrap) + n_relationships / VALUES_PER_SECOND,
    )


def compare(
    store: Store, network: str, other: str, params: CompareParams, *, progress: Progress = silent
) -> Outcome[MatchResult]:
    """Match the clusters of two networks one to one, and write the matches under a run of the first.

    Checkpoints of one training run are matched by the neurons they share, other networks by connectivity, effects and
    information, as far as both have them.

    Raises
    ------
    UnknownName
        There is no such network, partition or run.
    BadParameter
        A network is compared with itself, or by its neurons with a network that has others.
    AnalysisError
        Nothing is known by which to match.
    """
    found = _found(store, network, other, params)

    def compute() -> MatchResult:
        return _matched(*sides(store, found.first, found.second), found, params, progress=progress)

    outcome = execute(
        store,
        found.run,
        compute=compute,
        annotate=lambda result: annotate_matches(
            store, found.run, result, first=found.first.partition, other=other, second=found.second.partition
        ),
        measures=found.measures,
    )
    if outcome.result is None:
        return outcome
    return outcome.noting(
        _counted(outcome.result, params.n_null),
        too_few_draws(outcome.run, params.n_null, level=_LEVEL),
        *_left_out(outcome.result),
        *unlike(store, found.first, found.second),
    )


def _found(store: Store, network: str, other: str, params: CompareParams) -> _Comparison:
    if network == other:
        raise BadParameter(
            f"The network {network!r} is compared with itself. Name another one, or compare two of its partitions: "
            f"`atlas agree {network}`."
        )
    first = compared(store, network, params.first, side="first", params=params)
    second = compared(store, other, params.second or first.partition, side="second", params=params)
    same = other in training_run(store, network)
    by = params.by or ("neurons" if same else "all")
    if by == "neurons" and not same:
        raise BadParameter(
            f"{network!r} and {other!r} are no checkpoints of one training run, so no neuron is the same in both. "
            "Match by connectivity, effect, information or all."
        )
    run = _run(first, second, replace(params, by=by), same_neurons=same)
    return _Comparison(run=run, first=first, second=second, same_neurons=same, by=by)


def _run(first: Compared, second: Compared, params: CompareParams, *, same_neurons: bool) -> RunRecord:
    """Describe the run.

    Its key hangs on both networks and whether they are joined, on the runs that made the partitions, and on the values.
    """
    runs: dict[str, Parameter] = {
        run_option(side, of): one.runs[of]
        for side, one in (("first", first), ("second", second))
        for of in RUN_KINDS
        if of in one.runs
    }
    about = Subject(
        network=first.network, content_sha256=first.content_sha256, partition_run=f"{first.made_by} {second.made_by}"
    )
    named: dict[str, Parameter] = {"other": second.network, "first": first.partition, "second": second.partition}
    return run_record(
        about,
        kind="compare",
        method=METHOD,
        method_option=None,
        seed=params.seed,
        params={**named, "by": params.by, **runs, **params.for_run},
        found={"other_sha256": second.content_sha256, "same_neurons": same_neurons},
    )


def _matched(
    first: Side, second: Side, found: _Comparison, params: CompareParams, *, progress: Progress = silent
) -> MatchResult:
    return matching(
        first,
        second,
        same_neurons=found.same_neurons,
        by=found.by,
        n_null=params.n_null,
        n_bootstrap=params.n_bootstrap,
        seed=params.seed,
        progress=progress,
    )


def _counted(result: MatchResult, n_null: int) -> str:
    """Say how many clusters match, and how many more than chance would."""
    n_matched, n_beyond = int((result.partner >= 0).sum()), int((result.q <= _LEVEL).sum())
    beyond = f"{n_beyond} beyond chance (q <= {_LEVEL:g})" if n_null else "none tested against chance"
    return (
        f"{n_matched} of {len(result.first)} clusters matched, {beyond}, "
        f"{len(result.unmatched)} of the other's {len(result.second)} unmatched"
    )


def _left_out(result: MatchResult) -> list[str]:
    return [f"{name} not known: {why}" for name, why in sorted(result.reasons.items())]
