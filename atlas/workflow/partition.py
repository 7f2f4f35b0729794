"""Partition a network of the graph, and write the clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from atlas.analysis.partition import partition as partitioned
from atlas.errors import BadParameter, UnknownName
from atlas.progress import Progress, silent
from atlas.records import IntArray, MaskedForward, RunRecord
from atlas.results import PartitionResult
from atlas.store import Store, annotate_partition
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.imported_labels import labels_for, labels_sha256, read_labels
from atlas.workflow.partition_graph import graph_of
from atlas.workflow.partition_method import method_of
from atlas.workflow.partition_params import PartitionParams
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import IN_MEMORY, run_record
from atlas.workflow.reading import NO_CLUSTER, check_forward, check_free, cluster_numbers, layer_sizes, subject
from atlas.workflow.workers import Workers, mapper_of


@dataclass(frozen=True, kw_only=True)
class _Task:
    """A partition that was checked and described, before anything is computed."""

    params: PartitionParams
    run: RunRecord
    labels: IntArray | None  # clusters that were imported
    parents: IntArray | None  # clusters of the coarser partition
    forward: MaskedForward | None

    @property
    def measures(self) -> str:
        return f"partition {self.params.partition_name}"


def plan(store: Store, network: str, params: PartitionParams, *, forward: MaskedForward | None = None) -> Plan:
    """Tell what `partition` would do; the time is estimated from one pass of the method."""
    task = _task(store, network, params, forward)
    bare = replace(task, params=replace(task.params, n_null=0, n_seeds=0))
    found: list[PartitionResult] = []
    once = seconds_of(lambda: found.append(_computed(store, bare, Workers(), silent)))
    n_neurons = len(found[0].labels)
    return Plan(
        run=task.run.key,
        measures=task.measures,
        already_there=is_finished(store, task.run),
        n_elements=n_neurons,
        n_forwards=0 if forward is None else 1,
        n_relationships=n_neurons,
        seconds=once * (1 + 2 * params.n_null + params.n_seeds) + n_neurons / VALUES_PER_SECOND,
    )


def partition(
    store: Store,
    network: str,
    params: PartitionParams,
    *,
    forward: MaskedForward | None = None,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[PartitionResult]:
    """Put every neuron in a cluster and write the clusters under a run.

    Parameters
    ----------
    forward
        The network to run; only needed where activations are used.

    Raises
    ------
    UnknownName
        There is no such network, layer or coarser partition.
    KeyTaken
        A partition of this name was made with other parameters.
    InputError
        The network is needed to run, or is not the one in the graph; the imported clusters do not fit it.
    """
    task = _task(store, network, params, forward)
    return execute(
        store,
        task.run,
        compute=lambda: _computed(store, task, workers or Workers(), progress),
        annotate=lambda result: annotate_partition(
            store, task.run, result, name=params.partition_name, progress=progress
        ),
        measures=task.measures,
    )


def _task(store: Store, network: str, params: PartitionParams, forward: MaskedForward | None) -> _Task:
    about, known = subject(store, network, partition=params.within), layer_sizes(store, network)
    for layer in params.layers or ():
        if layer not in known:
            raise UnknownName("layer", layer, known)
    table = None if params.labels is None else read_labels(params.labels)
    in_memory = isinstance(params.labels, pd.DataFrame)
    imported = {} if table is None else {"labels": IN_MEMORY if in_memory else str(Path(str(params.labels)).resolve())}
    if forward is not None:
        check_forward(store, forward)
    run = run_record(
        about,
        kind="partition",
        method=params.method,
        seed=params.seed,
        params={**params.for_run, **imported},
        data=forward.data if forward is not None and params.needs_forward else None,
        name=params.partition_name,
        found={} if table is None else {"labels_sha256": labels_sha256(table)},
        in_python=in_memory,
    )
    check_free(store, run, params.partition_name)
    params, labels = (params, None) if table is None else _imported(params, *labels_for(table, known))
    params, parents = (params, None) if params.within is None else _coarser(store, network, params, known)
    return _Task(params=params, run=run, labels=labels, parents=parents, forward=forward)


def _imported(params: PartitionParams, layers: tuple[str, ...], labels: IntArray) -> tuple[PartitionParams, IntArray]:
    if params.layers is not None and set(params.layers) != set(layers):
        raise BadParameter(
            f"The imported clusters are of the layers {', '.join(layers)}, asked for are {', '.join(params.layers)}. "
            "A partition covers the layers of its table. Leave out `layers`."
        )
    return replace(params, layers=layers), labels


def _coarser(
    store: Store, network: str, params: PartitionParams, known: dict[str, int]
) -> tuple[PartitionParams, IntArray]:
    """Read the clusters that are divided; the layers are those they cover, or those chosen among them."""
    coarser = str(params.within)
    parents = cluster_numbers(store, network, coarser, known)
    layer_of = np.repeat(list(known), list(known.values()))
    covered = tuple(layer for layer in known if NO_CLUSTER not in parents[layer_of == layer])
    chosen = params.layers or covered
    for layer in chosen:
        if layer not in covered:
            raise UnknownName(f"layer of the partition {coarser!r}", layer, covered)
    return replace(params, layers=chosen), parents[np.isin(layer_of, chosen)]


def _computed(store: Store, task: _Task, workers: Workers, progress: Progress) -> PartitionResult:
    params = task.params
    graph = graph_of(store, task.run.network, params, task.forward)
    with mapper_of(workers) as mapper:
        result = partitioned(
            graph,
            method_of(params, labels=task.labels, parents=task.parents),
            seed=params.seed,
            shuffle=params.shuffle,
            n_null=params.n_null,
            n_seeds=params.n_seeds,
            mapper=mapper,
            progress=progress,
        )
    if task.parents is None:
        return result
    return replace(result, params={**result.params, "within": params.within}, within=_parents(result, task.parents))


def _parents(result: PartitionResult, parents: IntArray) -> tuple[int | None, ...]:
    """Name the coarser cluster of every cluster; None where its neurons were in several, as isolated ones can be."""
    coarse = [np.unique(parents[result.labels == number]) for number in range(result.n_clusters)]
    return tuple(int(numbers[0]) if len(numbers) == 1 else None for numbers in coarse)
