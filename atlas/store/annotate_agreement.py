"""Write under a run how far two partitions agree."""

from __future__ import annotations

from atlas.keys import partition_key
from atlas.records import RunRecord
from atlas.results import AgreementResult
from atlas.store.annotate import or_null
from atlas.store.connection import Row, Store
from atlas.store.read import check_partition
from atlas.store.runs import claim, finish

_AGREES = """MATCH (a:Partition {key: $first}) MATCH (b:Partition {key: $second}) UNWIND $rows AS row
CREATE (a)-[r:AGREES]->(b) SET r = row"""


def annotate_agreement(store: Store, run: RunRecord, result: AgreementResult, *, first: str, second: str) -> bool:
    """Write how far two partitions, by name, agree: over all neurons, and in each layer.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network has no such partition; nothing was written.
    """
    for name in (first, second):
        check_partition(store, run.network, name)
    if not claim(store, run):
        return False
    ends = {"first": partition_key(run.network, first), "second": partition_key(run.network, second)}
    store.write((_AGREES, {**ends, "rows": _rows(run, result)}))
    finish(store, run)
    return True


def _rows(run: RunRecord, result: AgreementResult) -> list[Row]:
    """Make one row for each scope; what is undefined is left out."""
    columns = {name: values.tolist() for name, values in vars(result).items() if name not in ("layers", "params")}
    return [
        {"run": run.key, "layer": layer} | {name: or_null(values[place]) for name, values in columns.items()}
        for place, layer in enumerate(result.layers)
    ]
