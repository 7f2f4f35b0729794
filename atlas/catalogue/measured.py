"""Check that the run a question reads roles of judged the role asked for; else nobody would seem to have it."""

from __future__ import annotations

from collections.abc import Mapping

from atlas.catalogue.header import Query, Value
from atlas.errors import MissingAnalysis
from atlas.store.connection import Store

_JUDGED = """
MATCH (:Network {key: $network})<-[:ABOUT]-(run:Run {kind: 'roles', state: 'finished'})
WHERE $run IS NULL OR run.key = $run
RETURN run.key AS key, split(run.roles, ',') AS roles ORDER BY run.finished_at DESC, key LIMIT 1
"""


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
