"""Check that what a question names is in the atlas, so that a misspelt name is an error and not an empty table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from atlas.catalogue.contents import Contents, contents
from atlas.catalogue.header import Query, Value
from atlas.catalogue.measured import check_compared, check_judged
from atlas.catalogue.needs import needed, needed_by
from atlas.errors import BadParameter, UnknownName
from atlas.results.motifs import MOTIFS
from atlas.results.partition import ROLES as ROLES_IN_PARTITION
from atlas.results.roles import ROLES
from atlas.results.synergy import DEFINITIONS
from atlas.store.connection import Store

_NETWORKS = "MATCH (network:Network) RETURN network.key AS name ORDER BY name"
_PROPERTIES = """
MATCH (entry:Property) WHERE $labels IS NULL OR entry.label IN $labels
RETURN entry.label AS label, entry.name AS name ORDER BY label, name
"""
_PARTITIONS = ("partition", "first_partition", "second_partition")
_WORDS: dict[str, Sequence[object]] = {  # what these parameters can be in every network
    "motif": MOTIFS,
    "kind": ("label", "relay"),
    "definition": DEFINITIONS,
    "by": ("weights", "effects", "activations"),
    "measure": ("product", "bottleneck"),
    "sign": (-1, 0, 1),
}
_RUN_KINDS = {
    "effect_run": ("ablate",),
    "information_run": ("inform",),
    "relay_run": ("relay",),
    "activation_run": ("indicators",),
    "correlation_run": ("correlate",),
    "run": (
        *("ablate", "lesion", "inform", "relay", "complexity", "synergy", "correlate", "pairs", "indicators", "agree"),
        *("motifs", "roles"),
    ),
}


def find_network(store: Store, values: Mapping[str, Value]) -> Contents | None:
    """Look up what the network among the values holds; None if no network is named.

    Raises
    ------
    UnknownName
        No complete network has this key.
    """
    network = values.get("network")
    if network is None:
        return None
    known = [row["name"] for row in store.rows(_NETWORKS)]
    check_known("network", network, known, remedy="`atlas networks` lists them.")
    return contents(store, str(network))


def with_partition(query: Query, values: Mapping[str, Value], held: Contents) -> dict[str, Value]:
    """Put the newest partition where a question about one names none.

    Raises
    ------
    MissingAnalysis
        The network has no partition.
    """
    if "partition" not in query.needs:
        return dict(values)
    _check_need("partition", query, values, held)
    newest = held.partitions[0]["name"]
    return {name: newest if name == "partition" and value is None else value for name, value in values.items()}


def check_names(store: Store, query: Query, values: Mapping[str, Value], held: Contents) -> None:
    """Check every name among the values, and that the analyses the question needs have run.

    Raises
    ------
    UnknownName
        Nothing in the network bears the name.
    BadParameter
        A cluster is given by number, and no partition; or what neurons are compared by was not measured of one.
    MissingAnalysis
        An analysis has not run; the message names the command that runs it.
    """
    roles = ROLES_IN_PARTITION if "partition" in query.needs else ROLES
    for name, words in {**_WORDS, "role": roles}.items():
        if values.get(name) is not None:
            check_known(name, values[name], words)
    _check_parts(query, values, held)
    for need in query.needs or needed_by(values):
        _check_need(need, query, values, held)
    check_judged(store, query, values)
    check_compared(store, values)
    _check_key(store, values, held)


def check_label(store: Store, values: Mapping[str, Value]) -> None:
    """Raise `UnknownName` if the values name a label or relationship type that the schema does not have."""
    if values.get("label") is not None:
        labels = dict.fromkeys(row["label"] for row in store.rows(_PROPERTIES, labels=None))
        check_known("label or relationship type", values["label"], list(labels))


def _check_parts(query: Query, values: Mapping[str, Value], held: Contents) -> None:
    partition = held.partition(values.get("partition"))
    partitions = [row["name"] for row in held.partitions]
    known: dict[str, Sequence[object]] = {
        "layer": [row["name"] for row in held.layers],
        **dict.fromkeys(_PARTITIONS, partitions),
        "method": sorted({row["method"] for row in held.partitions}),
        "target": [row["name"] for row in held.targets],
        "neuron": held.near_neurons(str(values.get("neuron"))),
    }
    known |= {name: _runs(query, kinds, values, held) for name, kinds in _RUN_KINDS.items()}
    for name, names in known.items():
        if values.get(name) is not None and not (name == "target" and not names):
            what = "partition" if name in _PARTITIONS else name.replace("_", " ")
            check_known(what, values[name], names)
    neurons = values.get("neurons")
    for neuron in neurons if isinstance(neurons, list) else []:
        check_known("neuron", neuron, held.near_neurons(str(neuron)))
    if values.get("cluster") is not None:
        if partition is None:
            raise BadParameter(
                f"Parameter 'cluster' is {values['cluster']}, and no partition is named: a cluster is one of a "
                f"partition. Give partition=NAME, one of: {', '.join(partitions) or 'there is none yet'}."
            )
        check_known("cluster", values["cluster"], partition["clusters"])


def _runs(query: Query, kinds: Sequence[str], values: Mapping[str, Value], held: Contents) -> list[object]:
    """List the runs that a parameter may name: those of the analyses the question needs, where it says which."""
    partition = _measured_partition(values, held)
    asked = [needed(name, partition, values.get("kind")) for name in query.needs or needed_by(values)]
    needs = [need for need in asked if need.run_kind in kinds]
    wanted = {(need.run_kind, partition if need.of_clusters else None) for need in needs}
    return [
        run["name"]
        for run in held.runs
        if run["kind"] in kinds and (not needs or (run["kind"], run["partition"]) in wanted)
    ]


def _check_need(name: str, query: Query, values: Mapping[str, Value], held: Contents) -> None:
    partition = _measured_partition(values, held)
    need = needed(name, partition, values.get("kind"))
    if not (held.partitions if name == "partition" else need.runs(held, partition)):
        raise need.missing(f"Question {query.name!r}", held, partition)


def _measured_partition(values: Mapping[str, Value], held: Contents) -> object:
    """Name the partition whose clusters are meant: the one that is named, or the one a cluster's key is of."""
    key = str(values.get("key"))
    owner = next((row["name"] for row in held.partitions if key.startswith(f"{row['key']}/")), None)
    return values.get("partition") or owner


def _check_key(store: Store, values: Mapping[str, Value], held: Contents) -> None:
    if values.get("key") is None:
        return
    owners = held.owners(str(values["key"]))
    check_known("key", values["key"], list(owners))
    if "property" not in values:
        return
    labels = owners[str(values["key"])]
    properties = [row["name"] for row in store.rows(_PROPERTIES, labels=list(labels))]
    check_known(f"property of {labels[0]}", values["property"], properties)


def check_known(what: str, value: Value, known: Sequence[object], *, remedy: str = "") -> None:
    """Raise `UnknownName`, with the nearest name, if the value is none of those known."""
    if value not in known:
        raise UnknownName(what, str(value), [str(name) for name in known], remedy=remedy)
