"""Write under a run how much neurons, clusters and layers tell, and how much they relay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.progress import Progress, silent
from atlas.records import FloatArray, RunRecord
from atlas.results import InformationResult, KnockOutRegression, RelayResult
from atlas.results.relay import RELAY_COLUMNS
from atlas.store.annotate import ENDS, rows_on_targets, write_values
from atlas.store.connection import Store

INFORMATION = ENDS + "CREATE (x)-[r:INFORMATION]->(t) SET r = row.properties"
_LABEL_COLUMNS = ("bits", "low_bits", "high_bits", "null_bits", "null_sd_bits", "z", "p", "q")


def annotate_information(
    store: Store, run: RunRecord, result: InformationResult, *, progress: Progress = silent
) -> bool:
    """Write how much neurons, clusters or layers tell, and the headline properties of the family `label`.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks an element or a target; nothing was written.
    """
    columns = {name: getattr(result, name) for name in _LABEL_COLUMNS} | _of_elements(result)
    return _write(store, run, result, columns, kind=result.kind, progress=progress)


def annotate_relay(store: Store, run: RunRecord, result: RelayResult, *, progress: Progress = silent) -> bool:
    """Write how much neurons, layers or clusters relay, and the headline properties of the family `relay`.

    Returns and raises as `annotate_information`.
    """
    columns = {name: getattr(result, name) for name in RELAY_COLUMNS} | _of_elements(result)
    columns["step"] = _whole(result.step)
    if result.regression is not None:
        columns |= _of_layers(result, result.regression)
    return _write(store, run, result, columns, kind="relay", progress=progress)


def _write(
    store: Store,
    run: RunRecord,
    result: InformationResult | RelayResult,
    columns: Mapping[str, NDArray[Any]],
    *,
    kind: str,
    progress: Progress,
) -> bool:
    rows = rows_on_targets(run.network, result.elements, result.targets, columns, {"run": run.key, "kind": kind})
    return write_values(
        store,
        run,
        INFORMATION,
        rows,
        elements=result.elements,
        targets=result.targets,
        of_layers=True,
        progress=progress,
    )


def _of_elements(result: InformationResult | RelayResult) -> dict[str, NDArray[Any]]:
    """Repeat for every target what is true of the element."""
    values = {
        "n_states": result.n_states,
        "trials_per_state": result.trials_per_state,
        "reliable": result.reliable,
        "reason": np.array(result.reasons, dtype=object),
    }
    return {name: np.tile(column[:, None], (1, len(result.targets))) for name, column in values.items()}


def _of_layers(result: RelayResult, regression: KnockOutRegression) -> dict[str, NDArray[Any]]:
    """Put the regression of every layer on its row; other elements have none."""
    places = [result.elements.index(layer) for layer in regression.layers]
    columns: dict[str, NDArray[Any]] = {}
    for name in (field.name for field in fields(regression) if field.name not in ("layers", "n_sets")):
        column = np.full(result.bits.shape, np.nan)
        column[places] = getattr(regression, name)
        columns[name] = column
    n_sets = np.full(result.bits.shape, None, dtype=object)
    n_sets[places] = regression.n_sets
    return columns | {"n_sets": n_sets}


def _whole(values: FloatArray) -> NDArray[Any]:
    """Give whole numbers, and None for NaN."""
    return np.array([None if x != x else int(x) for x in values.ravel()], dtype=object).reshape(values.shape)
