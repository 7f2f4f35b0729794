"""Write effects under a run; and what writing values of elements on targets takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from numpy.typing import NDArray

from atlas.errors import UnknownName
from atlas.keys import target_key
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import EffectResult
from atlas.store.connection import Row, Store
from atlas.store.runs import claim, finish

ROWS_AT_ONCE = 10_000
ENDS = "UNWIND $rows AS row MATCH (x:Element {key: row.element}) MATCH (t:Target {key: row.target}) "
_EFFECT = ENDS + "CREATE (x)-[r:EFFECT]->(t) SET r = row.properties"
_MISSING = """UNWIND $keys AS key OPTIONAL MATCH (x:Element {key: key}) WITH key, x
WHERE x IS NULL OR x.network <> $network OR (x:Layer AND NOT $of_layers) RETURN key LIMIT 1"""
_ELEMENTS = """MATCH (x:Element) WHERE x.network = $network AND ($of_layers OR NOT x:Layer)
RETURN x.key AS key LIMIT 1000"""
_TARGETS = "MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target) RETURN t.name AS name"


def annotate_effects(store: Store, run: RunRecord, result: EffectResult, *, progress: Progress = silent) -> bool:
    """Write what ablating neurons or clusters costs, and the headline properties of the family `effect`.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks an element or a target; nothing was written.
    """
    constant = {"run": run.key, "method": result.method}
    rows = rows_on_targets(run.network, result.elements, result.targets, result.columns, constant)
    return write_values(store, run, _EFFECT, rows, elements=result.elements, targets=result.targets, progress=progress)


def rows_on_targets(
    network: str,
    elements: Sequence[str],
    targets: Sequence[str],
    columns: Mapping[str, NDArray[Any]],
    constant: dict[str, Any],
) -> Iterator[Row]:
    """Make one row for each element and target; NaN becomes null, which leaves the property out."""
    ends = [target_key(network, target) for target in targets]
    for place, element in enumerate(elements):
        lists = {name: _plain(column[place]) for name, column in columns.items()}
        for j, end in enumerate(ends):
            values = {name: value[j] for name, value in lists.items()}
            yield {"element": element, "target": end, "properties": values | constant}


def or_null(value: Any) -> Any:
    """Give a plain value, None for NaN: what is undefined is left out of the graph."""
    return None if value != value else value


def _plain(values: NDArray[Any]) -> list[Any]:
    return [or_null(value) for value in values.tolist()]


def write_values(
    store: Store,
    run: RunRecord,
    text: str,
    rows: Iterator[Row],
    *,
    elements: Sequence[str],
    targets: Sequence[str],
    n_rows: int | None = None,
    of_layers: bool = False,
    progress: Progress,
) -> bool:
    """Write rows under the running run, then finish it; False when it was finished before.

    The network must have all elements and targets; with `of_layers`, layers can be among the elements. `n_rows` is how
    many rows there are; None: one for each of both.
    """
    check_ends(store, run.network, elements, targets, of_layers=of_layers)
    if not claim(store, run):
        return False
    total = len(elements) * len(targets) if n_rows is None else n_rows
    write_rows(store, text, rows, lambda done: progress(f"write {run.kind}", done, total))
    finish(store, run)
    return True


def write_rows(store: Store, text: str, rows: Iterator[Row], tell: Callable[[int], None]) -> None:
    """Write rows in batches; tell how many are done."""
    done = 0
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        store.write((text, {"rows": batch}))
        done += len(batch)
        tell(done)


def check_ends(
    store: Store, network: str, elements: Sequence[str], targets: Sequence[str], *, of_layers: bool = False
) -> None:
    """Raise `UnknownName` for a neuron, cluster, target (or layer, where they count) that the network lacks."""
    for row in store.rows(_MISSING, keys=list(elements), network=network, of_layers=of_layers):
        known = [one["key"] for one in store.rows(_ELEMENTS, network=network, of_layers=of_layers)]
        what = "neuron, layer or cluster" if of_layers else "neuron or cluster"
        raise UnknownName(f"{what} of {network!r}", row["key"], known)
    known = [row["name"] for row in store.rows(_TARGETS, network=network)]
    for target in targets:
        if target not in known:
            remedy = "Its targets are those it was ingested with: give such trials, or ingest it with these."
            raise UnknownName(f"target of {network!r}", target, known, remedy=remedy)
