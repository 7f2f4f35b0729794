"""Check that what a question asks for was measured of whom it asks about; else the answer would be empty."""

from __future__ import annotations

from collections.abc import Mapping

from atlas.catalogue.header import Query, Value
from atlas.errors import BadParameter, MissingAnalysis
from atlas.store.connection import Store

_JUDGED = """
MATCH (:Network {key: $network})<-[:ABOUT]-(run:Run {kind: 'roles', state: 'finished'})
WHERE $run IS NULL OR run.key = $run
RETURN run.key AS key, split(run.roles, ',') AS roles ORDER BY run.finished_at DESC, key LIMIT 1
"""
_COMPARED = """
MATCH (:Neuron {key: $neuron})-[value:EFFECT|RESPONDS]->(:Target)
WHERE type(value) = $type AND ($run IS NULL OR value.run = $run)
RETURN value.run LIMIT 1
"""
_TYPES = {"effects": "EFFECT", "activations": "RESPONDS"}


def check_judged(store: Store, query: Query, values: Mapping[str, Value]) -> None:
    """Raise `MissingAnalysis` if the run named, or the newest, did not judge the role among the values."""
    role, network = values.get("role"), values["network"]
    if role is None or "partition" in query.needs:  # a partition has roles of its own
        return
    for run in store.rows(_JUDGED, network=network, run=values.get("run")):
        if role not in run["roles"]:
            raise MissingAnalysis(
                f"Question {query.name!r} needs to know who is {role}; {run['key']} judged {', '.join(run['roles'])} "
                f"only. Run `atlas roles {network}`: it judges all that finished runs tell, and says what is missing."
            )


def check_compared(store: Store, values: Mapping[str, Value]) -> None:
    """Raise `BadParameter` if neurons are compared by effects or activations and the one among the values has none."""
    neuron, by = values.get("neuron"), str(values.get("by"))
    if neuron is None or by not in _TYPES:
        return
    if not store.rows(_COMPARED, neuron=neuron, run=values.get("run"), type=_TYPES[by]):
        raise BadParameter(
            f"Neuron {neuron!r} has no {by} of its own that were measured; those of hidden layers have. Name one of "
            "them, or compare by='weights'."
        )
