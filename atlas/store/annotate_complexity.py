"""Write under a run how complex the code of layers and clusters is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.keys import ALL_TARGET, target_key
from atlas.progress import Progress, silent
from atlas.records import RunRecord
from atlas.results import ComplexityResult
from atlas.results.complexity import COMPLEXITY_COLUMNS
from atlas.store.annotate import or_null, write_values
from atlas.store.annotate_information import INFORMATION
from atlas.store.connection import Row, Store

_OF_DEGREES = {
    "bits": "degree_bits",
    "informative_bits": "informative_degree_bits",
    "misinformative_bits": "misinformative_degree_bits",
}


def annotate_complexity(store: Store, run: RunRecord, result: ComplexityResult, *, progress: Progress = silent) -> bool:
    """Write complexity, what stands beside it, and the bits of every degree of synergy, against target `all`.

    Sets the headline properties of the family `complexity`.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a layer or cluster; nothing was written.
    """
    rows = [*_of_elements(run, result), *_of_degrees(run, result)]
    return write_values(
        store,
        run,
        INFORMATION,
        iter(rows),
        elements=result.elements,
        targets=(ALL_TARGET,),
        n_rows=len(rows),
        of_layers=True,
        progress=progress,
    )


def _of_elements(run: RunRecord, result: ComplexityResult) -> Iterator[Row]:
    """Make one row for each element; what is undefined is left out."""
    columns: dict[str, list[Any]] = {name: getattr(result, name).tolist() for name in COMPLEXITY_COLUMNS}
    columns |= {"estimator": list(result.estimators), "reason": list(result.reasons), "note": list(result.notes)}
    for place, element in enumerate(result.elements):
        values = {name: or_null(column[place]) for name, column in columns.items()}
        yield _row(run, element, {"kind": "complexity", **values})


def _of_degrees(run: RunRecord, result: ComplexityResult) -> Iterator[Row]:
    """Make one row for each degree of each element that has it."""
    columns: dict[str, NDArray[Any]] = {name: getattr(result, field) for name, field in _OF_DEGREES.items()}
    for place, element in enumerate(result.elements):
        for number in np.flatnonzero(~np.isnan(result.degree_bits[place])).tolist():
            values = {name: or_null(column[place, number].item()) for name, column in columns.items()}
            yield _row(run, element, {"kind": "degree", "degree": number + 1, **values})


def _row(run: RunRecord, element: str, values: dict[str, Any]) -> Row:
    return {
        "element": element,
        "target": target_key(run.network, ALL_TARGET),
        "properties": {"run": run.key, **values},
    }
