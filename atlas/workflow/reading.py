"""What analyses need to know of a network in the graph before they begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from atlas.errors import BadParameter, InputError, KeyTaken, UnknownName
from atlas.records import IntArray, MaskedForward, Parameter, RunRecord
from atlas.results import CONSTANT, ISOLATED
from atlas.store import Store, clusters_set_apart, layers, members, network_properties
from atlas.workflow.provenance import Subject, run_record

Members = Mapping[str, IntArray]
NO_CLUSTER = -1  # of a neuron that a partition does not cover

_PARTITIONS = """
MATCH (:Network {key: $network})-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(run:Run {state: 'finished'})
WITH partition, run ORDER BY run.finished_at DESC, partition.name
RETURN partition.name AS name, run.key AS run
"""
_RUN = "MATCH (run:Run {key: $key}) RETURN properties(run) AS run"


def subject(store: Store, network: str, *, partition: str | None = None) -> Subject:
    """Find a network, and the partition of it that is to be measured.

    Raises
    ------
    UnknownName
        There is no such network or partition.
    """
    content_sha256 = network_properties(store, network)["content_sha256"]
    runs = partition_runs(store, network)
    if partition is not None and partition not in list(runs):
        raise UnknownName("partition", partition, runs, remedy=f"`atlas partition {network}` makes one.")
    return Subject(
        network=network,
        content_sha256=content_sha256,
        partition_run=None if partition is None else runs[partition],
    )


def partition_runs(store: Store, network: str) -> dict[str, str]:
    """Name the partitions of a network and the runs that made them, the newest first."""
    return {row["name"]: row["run"] for row in store.rows(_PARTITIONS, network=network)}


def measured(
    store: Store, network: str, *, partition: str | None, only: str | None, layers: object = None
) -> tuple[str | None, ...]:
    """Choose what to measure: neurons (None) and the clusters of a partition, by name.

    Parameters
    ----------
    partition
        Name of the partition; None takes the newest, if there is one.
    only
        `neurons`, `clusters`, or None for both.
    layers
        Layers that are named, if any: then neurons are measured, unless a partition is named.

    Raises
    ------
    UnknownName
        There is no such network or partition.
    InputError
        Clusters are asked for, and there is no partition.
    BadParameter
        Layers are named, and only clusters are asked for.
    """
    subject(store, network, partition=partition)
    if layers is not None and only == "clusters":
        raise BadParameter(
            "Layers are named, and only clusters are to be measured. Clusters are measured with all their hidden "
            "neurons. Leave out one of both."
        )
    if layers is not None and partition is None:
        only = "neurons"
    if only not in (None, "neurons", "clusters"):
        raise UnknownName("choice of what to measure", only, ("neurons", "clusters"))
    if only == "neurons":
        return (None,)
    if only == "clusters":
        return (chosen_partition(store, network, partition),)
    chosen = partition or next(iter(partition_runs(store, network)), None)
    return (None,) if chosen is None else (None, chosen)


def chosen_partition(store: Store, network: str, partition: str | None) -> str:
    """Name the partition whose clusters are measured: the one asked for, else the newest.

    Raises
    ------
    UnknownName
        There is no such network or partition.
    InputError
        There is no partition.
    """
    subject(store, network, partition=partition)
    chosen = partition or next(iter(partition_runs(store, network)), None)
    if chosen is None:
        raise InputError(f"The network {network!r} has no partition. Make one first: `atlas partition {network}`.")
    return chosen


def layer_sizes(store: Store, network: str) -> dict[str, int]:
    """Count the neurons of every layer, from the input."""
    return {row["name"]: row["n_neurons"] for row in layers(store, network)}


def check_free(store: Store, run: RunRecord, partition: str) -> None:
    """Refuse a name for a partition that something else bears.

    Raises
    ------
    BadParameter
        A layer has it, or keys of the atlas do.
    KeyTaken
        Another run made a partition of this name.
    """
    if partition in (*layer_sizes(store, run.network), "target", "run"):
        raise BadParameter(
            f"The partition name {partition!r} is taken by a layer or by keys of the atlas. "
            "Choose another: --name NAME."
        )
    maker = partition_runs(store, run.network).get(partition)
    if maker not in (None, run.key):
        raise KeyTaken(
            f"The partition {partition!r} of {run.network!r} was made by {maker!r} with another "
            f"{_differing(store, run, maker)}. One name stands for one partition. "
            f"Choose another with --name, or remove it: `atlas remove --run {maker}`."
        )


def _differing(store: Store, run: RunRecord, other: str) -> str:
    """Name what another run was asked for otherwise; its version where that is the same."""
    (found,) = store.rows(_RUN, key=other)
    asked = {"seed": run.seed, **run.params, "data_sha256": run.data_sha256}
    return ", ".join(name for name, value in asked.items() if found["run"].get(name) != value) or "version of the atlas"


def check_forward(store: Store, forward: MaskedForward) -> None:
    """Refuse a network to run that is not the one in the graph.

    Raises
    ------
    InputError
        Its layers or its weights differ.
    """
    stored = layer_sizes(store, forward.network)
    given = {layer: forward.activations(layer).shape[1] for layer in forward.layers}
    if stored != given:
        raise InputError(
            f"The network given to run has the layers {_spelled(given)}, {forward.network!r} in the atlas has "
            f"{_spelled(stored)}. Both must be the same network. Give the one that was ingested."
        )
    recorded = network_properties(store, forward.network).get("weights_sha256")
    if None not in (recorded, forward.weights_sha256) and recorded != forward.weights_sha256:
        raise InputError(
            f"The network given to run has other weights than {forward.network!r} in the atlas. Both must be the same "
            "network. Give the one that was ingested, or ingest this one under another key."
        )


class Measure(Protocol):
    """How something is measured by running a network."""

    @property
    def method(self) -> str: ...
    @property
    def partition(self) -> str | None: ...
    @property
    def seed(self) -> int: ...
    @property
    def for_run(self) -> Mapping[str, Parameter]:
        """List what the run records beside method and seed."""
        ...


def measuring_run(
    store: Store,
    forward: MaskedForward,
    measure: Measure,
    *,
    kind: str,
    method_option: str | None = "method",
    found: Mapping[str, Parameter] | None = None,
    in_python: bool = False,
) -> RunRecord:
    """Describe the run that will measure, after checking that the network given is the one in the graph.

    `method_option`, `found` and `in_python` are as in `run_record`.
    """
    about = subject(store, forward.network, partition=measure.partition)
    check_forward(store, forward)
    return run_record(
        about,
        kind=kind,
        method=measure.method,
        method_option=method_option,
        seed=measure.seed,
        params=measure.for_run,
        data=forward.data,
        found=found,
        in_python=in_python,
    )


def hidden_members(store: Store, forward: MaskedForward, partition: str) -> dict[str, Members]:
    """Read the neurons of hidden layers of every cluster: those an ablation can reach. Some clusters have none."""
    clusters = members(store, forward.network, partition)
    return {
        cluster: {layer: numbers for layer, numbers in found.items() if layer in forward.hidden}
        for cluster, found in clusters.items()
    }


def grouped_members(store: Store, forward: MaskedForward, partition: str) -> dict[str, Members]:
    """Read the hidden neurons of every cluster that has some and was not set apart."""
    apart = clusters_set_apart(store, forward.network, partition)
    found = hidden_members(store, forward, partition)
    return {cluster: members for cluster, members in found.items() if members and cluster not in apart}


def neurons_by_layer(clusters: Mapping[str, Members]) -> dict[str, IntArray]:
    """Put the neurons of clusters together, layer by layer: what random sets are drawn from."""
    layers = dict.fromkeys(layer for members in clusters.values() for layer in members)
    return {
        layer: np.sort(np.concatenate([members[layer] for members in clusters.values() if layer in members]))
        for layer in layers
    }


def cluster_numbers(store: Store, network: str, partition: str, sizes: Mapping[str, int]) -> IntArray:
    """Read the cluster of every neuron of a network, layer after layer; `NO_CLUSTER` for those it does not cover."""
    numbers = {layer: np.full(size, NO_CLUSTER, dtype=np.int64) for layer, size in sizes.items()}
    for cluster, found in members(store, network, partition).items():
        for layer, neurons in found.items():
            numbers[layer][neurons] = int(cluster.rpartition("/")[2])
    return np.concatenate(list(numbers.values()))


def grouped_numbers(store: Store, network: str, partition: str, sizes: Mapping[str, int]) -> IntArray:
    """Read the cluster of every neuron; `NO_CLUSTER` for those it does not cover, or had nothing to group by."""
    numbers = cluster_numbers(store, network, partition, sizes)
    for cluster, why in clusters_set_apart(store, network, partition).items():
        if why in (ISOLATED, CONSTANT):
            numbers[numbers == int(cluster.rpartition("/")[2])] = NO_CLUSTER
    return numbers


def _spelled(layers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({n_neurons})" for name, n_neurons in layers.items()) or "none"
