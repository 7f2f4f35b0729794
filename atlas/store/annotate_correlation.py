"""Write under a run how a network maps correlation functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.keys import ALL_TARGET
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import CorrelationResult
from atlas.results.correlation import (
    ACCURACY_COLUMNS,
    ERROR_COLUMNS,
    FORMULA_COLUMNS,
    MISMATCH_COLUMNS,
    SHARE_COLUMNS,
)
from atlas.store.annotate import ENDS, rows_on_targets, write_values
from atlas.store.connection import Row, Store

CORRELATION = ENDS + "CREATE (x)-[r:CORRELATION]->(t) SET r = row.properties"
_OVERALL = (ALL_TARGET,)


def annotate_correlation(
    store: Store, run: RunRecord, result: CorrelationResult, *, progress: Progress = silent
) -> bool:
    """Write mismatch, shares of orders, errors of closures and formulas, and accuracies of surrogates.

    Sets the headline properties of the family `correlation`.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a layer, neuron or target; nothing was written.
    """
    rows = [
        *_of_neurons(run, result),
        *_of_orders(run, result),
        *_of_closures(run, result),
        *_of_formulas(run, result),
        *_of_surrogates(run, result),
    ]
    return write_values(
        store,
        run,
        CORRELATION,
        iter(rows),
        elements=(*result.mismatch.elements, *result.surrogates.layers),
        targets=result.mismatch.targets,
        n_rows=len(rows),
        of_layers=True,
        progress=progress,
    )


def _of_neurons(run: RunRecord, result: CorrelationResult) -> Iterator[Row]:
    found = result.mismatch
    columns = {name: getattr(found, name) for name in MISMATCH_COLUMNS}
    words = [{"reason": reason} for reason in found.reasons]
    higher = np.full(found.mismatch.shape, np.nan)
    higher[:, found.targets.index(ALL_TARGET)] = result.orders.higher_share
    return _rows(run, "mismatch", found.elements, found.targets, columns | {"higher_share": higher}, words)


def _of_orders(run: RunRecord, result: CorrelationResult) -> Iterator[Row]:
    found = result.orders
    for place, order in enumerate(found.orders):
        columns = {name: getattr(found, name)[:, place : place + 1] for name in SHARE_COLUMNS}
        words = [{"order": order, "reason": reason} for reason in found.reasons]
        yield from _rows(run, "order", found.elements, _OVERALL, columns, words)


def _of_closures(run: RunRecord, result: CorrelationResult) -> Iterator[Row]:
    found = result.closures
    columns = {name: getattr(found, name) for name in ERROR_COLUMNS}
    words = [{"start": start, "closure": closure} for start, closure in zip(found.starts, found.closures, strict=True)]
    return _rows(run, "closure", found.layers, found.targets, columns, words)


def _of_formulas(run: RunRecord, result: CorrelationResult) -> Iterator[Row]:
    found = result.formulas
    columns = {name: getattr(found, name)[:, None] for name in FORMULA_COLUMNS}
    return _rows(run, "formula", found.layers, _OVERALL, columns, [{}] * len(found.layers))


def _of_surrogates(run: RunRecord, result: CorrelationResult) -> Iterator[Row]:
    found = result.surrogates
    columns = {name: getattr(found, name) for name in ACCURACY_COLUMNS}
    return _rows(run, "surrogate", found.layers, found.targets, columns, [{"kept": kept} for kept in found.kept])


def _rows(
    run: RunRecord,
    kind: str,
    elements: Sequence[str],
    targets: Sequence[str],
    columns: Mapping[str, NDArray[Any]],
    words: Sequence[Mapping[str, Any]],
) -> Iterator[Row]:
    """Make one row for each element and target, with words of its own for each element."""
    for place, (element, own) in enumerate(zip(elements, words, strict=True)):
        values = {name: column[place : place + 1] for name, column in columns.items()}
        yield from rows_on_targets(run.network, (element,), targets, values, {"run": run.key, "kind": kind, **own})
