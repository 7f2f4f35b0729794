"""Write lesion tests of clusters under a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atlas.keys import ALL_TARGET, layer_key, partition_key, target_key
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import LesionResult
from atlas.results.lesions import STATISTICS
from atlas.store.annotate import or_null, write_values
from atlas.store.connection import Row, Store

_LESIONS = """UNWIND $rows AS row
OPTIONAL MATCH (cluster:Cluster {key: row.element}) OPTIONAL MATCH (partition:Partition {key: row.element})
WITH row, coalesce(cluster, partition) AS tested
OPTIONAL MATCH (layer:Layer {key: row.about}) OPTIONAL MATCH (target:Target {key: row.about})
WITH row, tested, coalesce(layer, target) AS about
CREATE (tested)-[r:LESION]->(about) SET r = row.properties"""


def annotate_lesion(
    store: Store, run: RunRecord, result: LesionResult, *, partition: str, progress: Progress = silent
) -> bool:
    """Write the tests of every cluster and of its part in every layer, and of all parts of the partition combined.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a cluster; nothing was written.
    """
    rows = [*_of_clusters(run, result), *_of_partition(run, result, partition)]
    elements = tuple(dict.fromkeys(result.elements))
    return write_values(
        store, run, _LESIONS, iter(rows), elements=elements, targets=(ALL_TARGET,), n_rows=len(rows), progress=progress
    )


def _of_clusters(run: RunRecord, result: LesionResult) -> list[Row]:
    """Make one row for each set; what is undefined is left out."""
    columns = {
        name if field == "value" else f"{name}_{field}": values.tolist()
        for name in STATISTICS
        for field, values in vars(getattr(result, name)).items()
    }
    columns |= {"n_neurons": result.n_neurons.tolist(), "reason": list(result.reasons)}
    return [
        _row(run, result, element, layer, {name: or_null(values[place]) for name, values in columns.items()})
        for place, (element, layer) in enumerate(zip(result.elements, result.layers, strict=True))
    ]


def _of_partition(run: RunRecord, result: LesionResult, partition: str) -> list[Row]:
    columns = {name: values.tolist() for name, values in vars(result.combined).items() if name != "layers"}
    key = partition_key(run.network, partition)
    return [
        _row(run, result, key, layer, {name: or_null(values[place]) for name, values in columns.items()})
        for place, layer in enumerate(result.combined.layers)
    ]


def _row(run: RunRecord, result: LesionResult, element: str, layer: str | None, values: Mapping[str, Any]) -> Row:
    about = target_key(run.network, ALL_TARGET) if layer is None else layer_key(run.network, layer)
    how = {"run": run.key, "method": result.method, "matched_on": result.matched_on, "rule": result.rule}
    return {"element": element, "about": about, "properties": {**how, **values}}
