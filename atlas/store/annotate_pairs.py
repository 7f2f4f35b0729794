"""Write under a run what ablating pairs of neurons, or of clusters, costs together."""

from __future__ import annotations

from collections.abc import Iterator

from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import ConditionalEffects, PairResult
from atlas.store.annotate import or_null, write_values
from atlas.store.connection import Row, Store

_MEASURES = (
    *("points", "first_points", "second_points", "interaction", "low_interaction", "high_interaction"),
    *("redundancy", "most_redundant_target", "n_trials", "z", "p", "q"),
    *ConditionalEffects.unknown(0).columns,
)
_JOINT = """UNWIND $rows AS row MATCH (a:Element {key: row.first}) MATCH (b:Element {key: row.second})
CREATE (a)-[r:JOINT_EFFECT]->(b) SET r = row.properties"""


def annotate_pairs(store: Store, run: RunRecord, result: PairResult, *, top: int, progress: Progress = silent) -> bool:
    """Write the pairs of largest interaction, of either sign, from the earlier to the later.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a neuron, a cluster or a target; nothing was written.
    """
    return write_values(
        store,
        run,
        _JOINT,
        _rows(run, result, top),
        elements=result.elements,
        targets=result.targets,
        n_rows=min(top, len(result.first)),
        progress=progress,
    )


def _rows(run: RunRecord, result: PairResult, top: int) -> Iterator[Row]:
    """Make one row for each pair; what is undefined is left out."""
    for row in result.to_frame().iloc[result.strongest(top)].to_dict("records"):
        properties = {name: or_null(row[name]) for name in _MEASURES}
        yield {
            "first": row["first"],
            "second": row["second"],
            "properties": properties | {"run": run.key, "method": result.method},
        }
