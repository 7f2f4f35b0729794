"""Count small wiring patterns of a network of the graph, and write how often they occur."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from atlas.analysis.motifs import motifs as count_motifs
from atlas.analysis.motifs.wiring import check_n_strongest
from atlas.analysis.seeds import check_draws
from atlas.progress import Progress, silent
from atlas.records import Parameter, RunRecord
from atlas.results import MotifResult
from atlas.store import Store, annotate_motifs, read_network
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import run_record
from atlas.workflow.reading import subject
from atlas.workflow.workers import Workers, mapper_of

METHOD = "degree_preserving"  # what the null is
TRIED = 2  # wirings by chance whose time a plan is estimated from


@dataclass(frozen=True, kw_only=True)
class MotifParams:
    """How to count motifs. The meaning of each stands at `atlas.analysis.motifs.motifs`."""

    n_strongest: int = 10
    n_null: int = 99
    seed: int = 0

    def __post_init__(self) -> None:
        check_draws(n_null=self.n_null)
        check_n_strongest(self.n_strongest)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside the seed."""
        return {"n_strongest": self.n_strongest, "n_null": self.n_null}

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        return f"motifs among the {self.n_strongest} strongest weights into each neuron"


def plan(store: Store, network: str, params: MotifParams) -> Plan:
    """Tell what `motifs` would do; the time is estimated from few wirings by chance."""
    run = _run(store, network, params)
    record = read_network(store, network)
    count = partial(count_motifs, record, n_strongest=params.n_strongest)
    n_rows = len(count(n_null=0).motifs)
    without, tried = (seconds_of(partial(count, n_null=n_null)) for n_null in (0, TRIED))
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=n_rows,
        n_forwards=0,
        n_relationships=n_rows,
        seconds=without + max(tried - without, 0) * params.n_null / TRIED + n_rows / VALUES_PER_SECOND,
    )


def motifs(
    store: Store,
    network: str,
    params: MotifParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[MotifResult]:
    """Count motifs among the strongest weights, beside wirings by chance, and write them under a run.

    Raises
    ------
    UnknownName
        There is no such network.
    EmptySelection
        No weight of it leads from one layer to a later one.
    """
    run = _run(store, network, params)

    def compute() -> MotifResult:
        with mapper_of(workers or Workers()) as mapper:
            return count_motifs(
                read_network(store, network),
                n_strongest=params.n_strongest,
                n_null=params.n_null,
                seed=params.seed,
                mapper=mapper,
                progress=progress,
            )

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_motifs(store, run, result, progress=progress),
        measures=params.measures,
    )


def _run(store: Store, network: str, params: MotifParams) -> RunRecord:
    return run_record(
        subject(store, network),
        kind="motifs",
        method=METHOD,
        method_option=None,
        seed=params.seed,
        params=params.for_run,
    )
