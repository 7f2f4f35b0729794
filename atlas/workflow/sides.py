"""What a comparison of two networks reads of each: its neurons, the clusters they are in, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.analysis.graph.weights import weight_graph
from atlas.analysis.matching import Side, connectivity
from atlas.errors import UnknownName
from atlas.records import FloatArray
from atlas.store import Store, neuron_runs, read_network, read_profiles
from atlas.workflow.compare_params import RUN_KINDS, CompareParams
from atlas.workflow.reading import chosen_partition, grouped_numbers, layer_sizes, partition_runs, subject

_MOST_VALUES = 200_000_000  # of a network's connectivity, in memory; 1.6 GB


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


def sides(store: Store, first: Compared, second: Compared) -> tuple[Side, Side, dict[str, str]]:
    """Read both networks; and why a similarity is not known, by its name."""
    reasons: dict[str, str] = {}
    profiles: dict[str, dict[str, FloatArray]] = {first.network: {}, second.network: {}}
    for of in RUN_KINDS:
        lacking = [one for one in (first, second) if of not in one.runs]
        if lacking:
            reasons[of] = f"run `atlas {RUN_KINDS[of]} {lacking[0].network}`"
            continue
        by_class = {one.network: _by_class(store, one, of) for one in (first, second)}
        classes = sorted(by_class[first.network].keys() & by_class[second.network].keys())
        if not classes:
            reasons[of] = "no class of one network is one of the other"
            continue
        for network, found in by_class.items():
            profiles[network][of] = np.stack([found[name] for name in classes], axis=1)
    for one in (first, second):
        shares = _connectivity(store, one)
        if shares is None:
            reasons["connectivity"] = f"{one.network} has too many neurons for the shares of all their paths"
        else:
            profiles[one.network]["connectivity"] = shares
    left, right = (_side(store, one, profiles[one.network]) for one in (first, second))
    return left, right, reasons


def unlike(store: Store, first: Compared, second: Compared) -> list[str]:
    """Say which values of both networks were not measured alike."""
    notes = []
    for of in sorted(first.runs.keys() & second.runs.keys()):
        names = [row["name"] for row in store.rows(_UNLIKE, first=first.runs[of], second=second.runs[of])]
        if names:
            notes.append(f"{first.runs[of]} and {second.runs[of]} differ in {', '.join(names)}")
    return notes


def _side(store: Store, one: Compared, profiles: dict[str, FloatArray]) -> Side:
    sizes = layer_sizes(store, one.network)
    return Side(
        layer_of=np.repeat(np.arange(len(sizes)), list(sizes.values())),
        cluster_of=grouped_numbers(store, one.network, one.partition, sizes),
        profiles=profiles,
    )


def _by_class(store: Store, one: Compared, of: str) -> dict[str, FloatArray]:
    return read_profiles(store, one.network, one.runs[of], of=of, sizes=layer_sizes(store, one.network))


def _connectivity(store: Store, one: Compared) -> FloatArray | None:
    """Give the shares of paths of every neuron; None where they would not fit into memory."""
    sizes = list(layer_sizes(store, one.network).values())
    if sum(sizes) * (sizes[0] + sizes[-1]) > _MOST_VALUES:
        return None
    return connectivity(weight_graph(read_network(store, one.network)))


def _run(store: Store, network: str, side: str, of: str, params: CompareParams) -> str | None:
    """Find the run whose values to use: the one named, else the newest about neurons; None where there is none."""
    known, named = neuron_runs(store, network, RUN_KINDS[of]), params.named_run(side, of)
    if named is not None and named not in known:
        raise UnknownName(f"run of `atlas {RUN_KINDS[of]}` about neurons of {network!r}", named, known)
    return named or next(iter(known), None)
