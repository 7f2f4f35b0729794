"""Write under a run how neurons are active and wired, and which of that predicts effects."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.keys import ALL_TARGET, layer_key, target_key
from atlas.progress import Progress, silent
from atlas.records import Parameter, RunRecord
from atlas.results import IndicatorResult, IndicatorStudy, PredictionResult
from atlas.store.annotate import check_ends, rows_on_targets, write_rows
from atlas.store.connection import Row, Store
from atlas.store.runs import claim, finish

_RESPONDS = """UNWIND $rows AS row MATCH (x:Neuron {key: row.element}) MATCH (t:Target {key: row.target})
CREATE (x)-[r:RESPONDS]->(t) SET r = row.properties"""
_LAYER_PREDICTS = """UNWIND $rows AS row MATCH (x:Layer {key: row.element}) MATCH (t:Target {key: row.target})
CREATE (x)-[r:PREDICTS]->(t) SET r = row.properties"""
_NETWORK_PREDICTS = """UNWIND $rows AS row MATCH (x:Network {key: row.element}) MATCH (t:Target {key: row.target})
CREATE (x)-[r:PREDICTS]->(t) SET r = row.properties"""
_OF_TARGETS = (
    *("mean_activation", "sd_activation", "max_activation", "active_share", "point_biserial", "activation_proxy"),
)
_OVERALL = ("selectivity", "weight_change_p")  # one value a neuron, written against `all`
_OF_PREDICTIONS = ("rho", "low_rho", "high_rho", "null_rho", "p", "q", "n_neurons")


def annotate_indicators(
    store: Store, run: RunRecord, study: IndicatorStudy, *, effect_run: str, progress: Progress = silent
) -> bool:
    """Write `RESPONDS` and `PREDICTS`, and the headline properties of the family `activation`.

    Parameters
    ----------
    effect_run
        Key of the run whose effects were predicted.

    Returns
    -------
    bool
        False when the run was finished before; then nothing changes.

    Raises
    ------
    UnknownName
        The network lacks a neuron or a target; nothing was written.
    """
    neurons, predictions = study.neurons, study.predictions
    check_ends(store, run.network, neurons.elements, neurons.targets)
    if not claim(store, run):
        return False
    total = len(neurons.elements) * len(neurons.targets)
    rows = rows_on_targets(run.network, neurons.elements, neurons.targets, _columns(neurons), {"run": run.key})
    write_rows(store, _RESPONDS, rows, lambda done: progress("write indicators", done, total))
    constant: dict[str, Parameter] = {"run": run.key, "effect_run": effect_run}
    for text, of_network in ((_LAYER_PREDICTS, False), (_NETWORK_PREDICTS, True)):
        tell = partial(progress, "write predictions", total=len(predictions.layers))
        write_rows(store, text, _predictions(run.network, predictions, constant, of_network=of_network), tell)
    finish(store, run)
    return True


def _columns(result: IndicatorResult) -> dict[str, NDArray[Any]]:
    """Give every value as an array of shape (n_neurons, n_targets)."""
    overall = np.array(result.targets) == ALL_TARGET
    columns: dict[str, NDArray[Any]] = {name: getattr(result, name) for name in _OF_TARGETS}
    columns |= {name: np.where(overall, getattr(result, name)[:, None], np.nan) for name in _OVERALL}
    return columns | {"n_trials": np.tile(result.n_trials, (len(result.elements), 1))}


def _predictions(
    network: str, result: PredictionResult, constant: dict[str, Parameter], *, of_network: bool
) -> Iterator[Row]:
    """Make one row for each correlation, those of layers or those of the whole network; NaN is left out."""
    columns = {name: getattr(result, name).tolist() for name in _OF_PREDICTIONS}
    for place, layer in enumerate(result.layers):
        if (layer is None) == of_network:
            values = {name: column[place] for name, column in columns.items() if column[place] == column[place]}
            yield {
                "element": network if layer is None else layer_key(network, layer),
                "target": target_key(network, result.targets[place]),
                "properties": constant | {"indicator": result.indicators[place]} | values,
            }
