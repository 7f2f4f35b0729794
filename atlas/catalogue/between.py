"""Check what a question about two networks, or about a family of them, names, and that they were compared."""

from __future__ import annotations

from collections.abc import Mapping

from atlas.catalogue.contents import Contents
from atlas.catalogue.families import check_family
from atlas.catalogue.header import Query, Value
from atlas.catalogue.names import check_known, find_network
from atlas.errors import BadParameter, MissingAnalysis
from atlas.store import training_run
from atlas.store.connection import Row, Store

_SIDES = ("first", "second")
_RUNS = """
MATCH (:Network {key: $first})<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished', other: $second})
RETURN run.key AS key, run.first AS first_partition, run.second AS second_partition
UNION
MATCH (:Network {key: $second})<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished', other: $first})
RETURN run.key AS key, run.second AS first_partition, run.first AS second_partition
"""


def check_networks(store: Store, query: Query, values: Mapping[str, Value]) -> None:
    """Check the names of a question that is about two networks or a family; others are left alone.

    Raises
    ------
    UnknownName
        There is no such network or family, or they have nothing of the name.
    BadParameter
        The two are one; or have other neurons, where neurons are compared; or a family has one seed only.
    MissingAnalysis
        They were not compared; the message names the command that does it.
    """
    if "family" in values:
        check_family(store, query, values)
    elif "network" not in values and values.keys() >= set(_SIDES):
        _check_two(store, query, values)


def _check_two(store: Store, query: Query, values: Mapping[str, Value]) -> None:
    first, second = (held for side in _SIDES if (held := find_network(store, {"network": values[side]})))
    if first.network == second.network:
        raise BadParameter(f"Parameters 'first' and 'second' are both {first.network!r}. Name two networks.")
    names = {side: [row["name"] for row in held.partitions] for side, held in zip(_SIDES, (first, second), strict=True)}
    in_both = [name for name in names["first"] if name in names["second"]]
    known = {"partition": in_both, "first_partition": names["first"], "second_partition": names["second"]}
    for name, partitions in known.items():
        if values.get(name) is not None:
            check_known("partition", values[name], partitions)
    if "comparison" in query.needs:
        _check_compared(store, query, values)
    else:
        _check_same_neurons(store, first, second)


def _check_compared(store: Store, query: Query, values: Mapping[str, Value]) -> None:
    wanted = {f"{side}_partition": values[f"{side}_partition"] for side in _SIDES}
    runs = [run for run in store.rows(_RUNS, **{side: values[side] for side in _SIDES}) if _fits(run, wanted)]
    if not runs:
        first, second = (values[side] for side in _SIDES)
        named = [f" --{side} {name}" for side in _SIDES if (name := wanted[f"{side}_partition"]) is not None]
        raise MissingAnalysis(
            f"Question {query.name!r} needs clusters of {first!r} matched with those of {second!r}, which has not been "
            f"done{' with these partitions' if named else ''}. "
            f"Run `atlas compare {first} --other {second}{''.join(named)}`."
        )
    if values["run"] is not None:
        check_known("run", values["run"], [run["key"] for run in runs])


def _fits(run: Row, wanted: Mapping[str, Value]) -> bool:
    return all(name is None or run[side] == name for side, name in wanted.items())


def _check_same_neurons(store: Store, first: Contents, second: Contents) -> None:
    if second.network not in training_run(store, first.network):
        raise BadParameter(
            f"{first.network!r} and {second.network!r} are no checkpoints of one training run, so no neuron is the "
            f"same in both. Compare their clusters: `atlas ask diff_networks first={first.network} "
            f"second={second.network}`."
        )
