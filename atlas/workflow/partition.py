"""Partition a network of the graph, and write the clusters."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.graph import WeightGraph
from atlas.analysis.partition.leiden import check_parameters, leiden
from atlas.errors import UnknownName
from atlas.keys import check_segment
from atlas.progress import Progress, silent
from atlas.records import Parameter, RunRecord
from atlas.results import PartitionResult
from atlas.store import Store, annotate_partition, read_network
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import run_record
from atlas.workflow.reading import check_free, layer_sizes, subject

METHODS = ("leiden",)


@dataclass(frozen=True, kw_only=True)
class PartitionParams:
    """How to partition. The meaning of each stands at `atlas.analysis.partition.leiden`."""

    method: str = "leiden"
    resolution: float = 1.0
    seed: int = 0
    n_null: int = 20
    n_seeds: int = 10
    layers: tuple[str, ...] | None = None
    name: str | None = None  # None: after method, resolution and seed

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UnknownName("method of partition", self.method, METHODS)
        check_parameters(resolution=self.resolution, n_null=self.n_null, n_seeds=self.n_seeds)
        check_segment(self.partition_name, what="partition name")

    @property
    def partition_name(self) -> str:
        """Name the partition: as asked, else `leiden-1.0-seed0`."""
        return self.name or f"{self.method}-{float(self.resolution)}-seed{self.seed}"

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {
            "resolution": float(self.resolution),
            "n_null": self.n_null,
            "n_seeds": self.n_seeds,
            "layers": None if self.layers is None else ",".join(self.layers),
        }


def plan(store: Store, network: str, params: PartitionParams) -> Plan:
    """Tell what `partition` would do; the time is estimated from one pass of the method."""
    run = _run(store, network, params)
    graph = WeightGraph.from_record(read_network(store, network))
    chosen = graph if params.layers is None else graph.select(params.layers)
    once = seconds_of(lambda: leiden(chosen, resolution=params.resolution, seed=params.seed, n_null=0, n_seeds=0))
    return Plan(
        run=run.key,
        measures=f"partition {params.partition_name}",
        already_there=is_finished(store, run),
        n_elements=chosen.n_neurons,
        n_forwards=0,
        n_relationships=chosen.n_neurons,
        seconds=once * (1 + params.n_null + params.n_seeds) + chosen.n_neurons / VALUES_PER_SECOND,
    )


def partition(
    store: Store, network: str, params: PartitionParams, *, progress: Progress = silent
) -> Outcome[PartitionResult]:
    """Put every neuron in a cluster and write the clusters under a run.

    Raises
    ------
    UnknownName
        There is no such network or layer.
    KeyTaken
        A partition of this name was made with other parameters.
    """
    run = _run(store, network, params)

    def compute() -> PartitionResult:
        return leiden(
            WeightGraph.from_record(read_network(store, network)),
            resolution=params.resolution,
            seed=params.seed,
            n_null=params.n_null,
            n_seeds=params.n_seeds,
            layers=params.layers,
            progress=progress,
        )

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_partition(store, run, result, name=params.partition_name, progress=progress),
        measures=f"partition {params.partition_name}",
    )


def _run(store: Store, network: str, params: PartitionParams) -> RunRecord:
    found, name, known = subject(store, network), params.partition_name, layer_sizes(store, network)
    for layer in params.layers or ():
        if layer not in known:
            raise UnknownName("layer", layer, known)
    run = run_record(found, kind="partition", method=params.method, seed=params.seed, params=params.for_run, name=name)
    check_free(store, run, name)
    return run
