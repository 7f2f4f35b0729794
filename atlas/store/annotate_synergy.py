"""Write under a run what two clusters tell together."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import SynergyResult
from atlas.results.synergy import SYNERGY_COLUMNS
from atlas.store.annotate import or_null, write_values
from atlas.store.connection import Row, Store

_MEASURES = (*SYNERGY_COLUMNS, "n_states", "trials_per_state", "reliable", "reason")
_JOINT = """UNWIND $rows AS row MATCH (a:Cluster {key: row.first}) MATCH (b:Cluster {key: row.second})
CREATE (a)-[r:JOINT_INFORMATION]->(b) SET r = row.properties"""


def annotate_synergy(store: Store, run: RunRecord, result: SynergyResult, *, progress: Progress = silent) -> bool:
    """Write redundancy, unique information and synergy of every pair and target, from the earlier to the later.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a cluster or a target; nothing was written.
    """
    return write_values(
        store,
        run,
        _JOINT,
        _rows(run, result),
        elements=result.elements,
        targets=result.targets,
        n_rows=len(result.first) * len(result.targets),
        progress=progress,
    )


def _rows(run: RunRecord, result: SynergyResult) -> Iterator[Row]:
    """Make one row for each pair and target; what is undefined is left out."""
    for row in result.to_frame().to_dict("records"):
        yield {
            "first": row["first"],
            "second": row["second"],
            "properties": {"run": run.key, "target_name": row["target"]}
            | {name: or_null(row[name]) for name in _MEASURES},
        }
