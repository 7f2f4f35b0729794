"""Write the roles of neurons under a run."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.keys import target_key
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results.roles import RoleResult
from atlas.store.annotate import or_null, write_values
from atlas.store.connection import Row, Store

_ROLE = """UNWIND $rows AS row MATCH (x:Neuron {key: row.element}) MATCH (t:Target {key: row.target})
CREATE (x)-[r:ROLE]->(t) SET r = row.properties"""
_COLUMNS = ("role", "value", "threshold", "p", "q", "rule", "from_run")


def annotate_roles(store: Store, run: RunRecord, result: RoleResult, *, progress: Progress = silent) -> bool:
    """Write every role, the headline properties of the family `roles`, and the labels of roles.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a neuron or a target; nothing was written.
    """
    return write_values(
        store,
        run,
        _ROLE,
        _rows(run, result),
        elements=tuple(dict.fromkeys(result.elements)),
        targets=tuple(dict.fromkeys(result.targets)),
        n_rows=len(result.elements),
        progress=progress,
    )


def _rows(run: RunRecord, result: RoleResult) -> Iterator[Row]:
    """Make one row for each neuron and role; what is undefined is left out."""
    for row in result.to_frame().to_dict("records"):
        yield {
            "element": row["element"],
            "target": target_key(run.network, row["target"]),
            "properties": {"run": run.key} | {name: or_null(row[name]) for name in _COLUMNS},
        }
