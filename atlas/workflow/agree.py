"""Compare two partitions of a network, and write how far they agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from atlas.analysis.partition.agreement import agreement
from atlas.analysis.seeds import check_draws
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.progress import Progress, silent
from atlas.records import IntArray, Parameter, RunRecord
from atlas.results import AgreementResult
from atlas.store import Store, annotate_agreement
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import Subject, run_record
from atlas.workflow.reading import NO_CLUSTER, grouped_numbers, layer_sizes, partition_runs, subject

METHOD = "label_shuffles"  # what the null is


@dataclass(frozen=True, kw_only=True)
class AgreeParams:
    """What to compare, and how. The meaning of each stands at `atlas.analysis.partition.agreement`."""

    first: str  # name of a partition
    second: str
    seed: int = 0
    n_null: int = 999
    n_bootstrap: int = 200

    def __post_init__(self) -> None:
        check_draws(n_null=self.n_null, n_bootstrap=self.n_bootstrap)
        if self.first == self.second:
            raise BadParameter(f"The partition {self.first!r} is named twice. It agrees with itself. Name two.")

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside the seed."""
        return {"first": self.first, "second": self.second, "n_null": self.n_null, "n_bootstrap": self.n_bootstrap}

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        return f"agreement of {self.first} and {self.second}"


@dataclass(frozen=True, kw_only=True)
class _Labels:
    """Two partitions of the neurons that both cover, each of shape (n_neurons,)."""

    first: IntArray
    second: IntArray
    layer_of: NDArray[np.str_]


def plan(store: Store, network: str, params: AgreeParams) -> Plan:
    """Tell what `agree` would do; the time is estimated from one shuffle and one resample."""
    run = _run(store, network, params)
    labels = _labels(store, network, params)
    once = seconds_of(lambda: _agreement(labels, params, n_null=1, n_bootstrap=1)) / 2
    n_relationships = 1 + len(np.unique(labels.layer_of))
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=len(labels.first),
        n_forwards=0,
        n_relationships=n_relationships,
        seconds=once * (params.n_null + params.n_bootstrap) + n_relationships / VALUES_PER_SECOND,
    )


def agree(store: Store, network: str, params: AgreeParams, *, progress: Progress = silent) -> Outcome[AgreementResult]:
    """Compare two partitions on the neurons that both cover, over all and in each layer, and write it under a run.

    Neurons that either set apart because nothing joins them or nothing varies are left out: that both put those
    together is no agreement.

    Raises
    ------
    UnknownName
        There is no such network or partition.
    EmptySelection
        They share no neuron.
    """
    run = _run(store, network, params)
    labels = _labels(store, network, params)
    return execute(
        store,
        run,
        compute=lambda: _agreement(
            labels, params, n_null=params.n_null, n_bootstrap=params.n_bootstrap, progress=progress
        ),
        annotate=lambda result: annotate_agreement(store, run, result, first=params.first, second=params.second),
        measures=params.measures,
    )


def _run(store: Store, network: str, params: AgreeParams) -> RunRecord:
    """Describe the run; its key hangs on the runs that made the partitions."""
    found, makers = subject(store, network), partition_runs(store, network)
    for name in (params.first, params.second):
        if name not in makers:
            remedy = f"`atlas partition {network}` and `atlas populations {network}` make some."
            raise UnknownName("partition", name, makers, remedy=remedy)
    made = Subject(
        network=network,
        content_sha256=found.content_sha256,
        partition_run=f"{makers[params.first]} {makers[params.second]}",
    )
    return run_record(made, kind="agree", method=METHOD, seed=params.seed, params=params.for_run, method_option=None)


def _agreement(
    labels: _Labels, params: AgreeParams, *, n_null: int, n_bootstrap: int, progress: Progress = silent
) -> AgreementResult:
    return agreement(
        labels.first,
        labels.second,
        labels.layer_of,
        n_null=n_null,
        n_bootstrap=n_bootstrap,
        seed=params.seed,
        progress=progress,
    )


def _labels(store: Store, network: str, params: AgreeParams) -> _Labels:
    sizes = layer_sizes(store, network)
    first, second = (grouped_numbers(store, network, name, sizes) for name in (params.first, params.second))
    both = (first != NO_CLUSTER) & (second != NO_CLUSTER)
    if not both.any():
        raise EmptySelection(
            f"The partitions {params.first!r} and {params.second!r} have no neuron in common. They are compared on the "
            "neurons that both cover, but for isolated and constant ones. Compare partitions that share layers."
        )
    layer_of = np.repeat(list(sizes), list(sizes.values()))
    return _Labels(first=first[both], second=second[both], layer_of=layer_of[both])
