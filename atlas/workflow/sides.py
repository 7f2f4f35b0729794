"""What a comparison of two networks reads of each: its neurons, the clusters they are in, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.analysis.graph.weights import weight_graph
from atlas.analysis.matching import NO_CLUSTER, Side, connectivity, leads_forward
from atlas.errors import UnknownName
from atlas.records import FloatArray, IntArray
from atlas.store import Store, clusters_set_apart, neuron_runs, read_network, read_profiles
from atlas.workflow.compare_params import RUN_KINDS, CompareParams
from atlas.workflow.reading import chosen_partition, cluster_numbers, layer_sizes, partition_runs, subject

_MOST_VALUES = 200_000_000  # of a network's connectivity, in memory; 1.6 GB
_Known = FloatArray | str  # of every neuron; or why it is not known

_UNLIKE = """MATCH (a:Run {key: $first}) MATCH (b:Run {key: $second})
UNWIND ['method', 'discretisation', 'states', 'estimator', 'data_sha256'] AS name
WITH name, a, b WHERE coalesce(toString(a[name]), '') <> coalesce(toString(b[name]), '')
RETURN CASE name WHEN 'data_sha256' THEN 'trials' ELSE name END AS name"""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One of two networks, as it is compared: its partition and the runs whose values are used."""

    network: str
    partition: str
    made_by: str  # key of the run that made the partition
    content_sha256: str
    runs: Mapping[str, str]  # `effect`, `information`: key of the run that tells it


def compared(store: Store, network: str, partition: str | None, *, side: str, params: CompareParams) -> Compared:
    """Find what is compared of a network; `side` is `first` or `second`.

    Raises
    ------
    UnknownName
        There is no such network, partition, or run about its neurons.
    InputError
        It has no partition.
    """
    name = chosen_partition(store, network, partition)
    return Compared(
        network=network,
        partition=name,
        made_by=partition_runs(store, network)[name],
        content_sha256=subject(store, network).content_sha256,
        runs={of: run for of in RUN_KINDS if (run := _run(store, network, side, of, params)) is not None},
    )


def sides(store: Store, first: Compared, second: Compared) -> tuple[Side, Side]:
    """Read both networks, with why a similarity is not known of them."""
    both = (first, second)
    known: tuple[dict[str, _Known], ...] = ({}, {})
    for of in RUN_KINDS:
        for found, profile in zip(known, _by_class(store, both, of), strict=True):
            found[of] = profile
    for found, one in zip(known, both, strict=True):
        found["connectivity"] = _connectivity(store, one)
    left, right = (_side(store, one, found) for one, found in zip(both, known, strict=True))
    return left, right


def unlike(store: Store, first: Compared, second: Compared) -> list[str]:
    """Say which values of both networks were not measured alike."""
    notes = []
    for of in sorted(first.runs.keys() & second.runs.keys()):
        names = [row["name"] for row in store.rows(_UNLIKE, first=first.runs[of], second=second.runs[of])]
        if names:
            notes.append(f"{first.runs[of]} and {second.runs[of]} differ in {', '.join(names)}")
    return notes


def _side(store: Store, one: Compared, known: Mapping[str, _Known]) -> Side:
    sizes = layer_sizes(store, one.network)
    return Side(
        layer_of=np.repeat(np.arange(len(sizes)), list(sizes.values())),
        cluster_of=_grouped(store, one, sizes),
        profiles={name: found for name, found in known.items() if not isinstance(found, str)},
        reasons={name: found for name, found in known.items() if isinstance(found, str)},
    )


def _grouped(store: Store, one: Compared, sizes: Mapping[str, int]) -> IntArray:
    """Read the cluster of every neuron; `NO_CLUSTER` where it has none, or one that was set apart, for any reason."""
    numbers = cluster_numbers(store, one.network, one.partition, sizes)
    apart = [int(cluster.rpartition("/")[2]) for cluster in clusters_set_apart(store, one.network, one.partition)]
    return np.where(np.isin(numbers, apart), NO_CLUSTER, numbers)


def _by_class(store: Store, both: tuple[Compared, Compared], of: str) -> tuple[_Known, _Known]:
    """Give what is known of the neurons of both about every class that both have."""
    lacking = [f"`atlas {RUN_KINDS[of]} {one.network}`" for one in both if of not in one.runs]
    if lacking:
        return (f"run {' and '.join(lacking)}",) * 2
    found = [
        read_profiles(store, one.network, one.runs[of], of=of, sizes=layer_sizes(store, one.network)) for one in both
    ]
    classes = sorted(found[0].keys() & found[1].keys())
    if not classes:
        return ("no class of one network is one of the other",) * 2
    first, second = (np.stack([values[name] for name in classes], axis=1) for values in found)
    return first, second


def _connectivity(store: Store, one: Compared) -> _Known:
    """Give the shares of paths of every neuron, if there are any that fit into memory."""
    sizes = list(layer_sizes(store, one.network).values())
    if sum(sizes) * (sizes[0] + sizes[-1]) > _MOST_VALUES:
        return f"{one.network} has too many neurons for the shares of all their paths"
    graph = weight_graph(read_network(store, one.network))
    if not leads_forward(graph):
        return f"{one.network} is recurrent, so its paths have no direction"
    return connectivity(graph)


def _run(store: Store, network: str, side: str, of: str, params: CompareParams) -> str | None:
    """Find the run whose values to use: the one named, else the newest about neurons; None where there is none."""
    known, named = neuron_runs(store, network, RUN_KINDS[of]), params.named_run(side, of)
    if named is not None and named not in known:
        raise UnknownName(f"run of `atlas {RUN_KINDS[of]}` about neurons of {network!r}", named, known)
    return named or next(iter(known), None)
