"""Correlation functions written by hand on two_blocks: two neurons of dense_1, the layer, and surrogates from input."""

from __future__ import annotations

import numpy as np

from atlas.keys import layer_key, neuron_key
from atlas.results import (
    ClosureErrors,
    CorrelationResult,
    FormulaErrors,
    GaussianMismatch,
    OrderShares,
    SurrogateAccuracy,
)
from atlas.results.correlation import ACCURACY_COLUMNS, ERROR_COLUMNS, MISMATCH_COLUMNS, ORDERS, SHARE_COLUMNS

TARGETS = ("all", "0", "1")
MISMATCH = ([0.5, 0.25, 0.75], [0.125, 0.125, 0.125], [0.25, 0.25, 0.5])  # of dense_1/0, dense_1/1, dense_1
Q = ([0.125, 0.5, 0.125], [1.0, 1.0, 1.0], [0.25, 0.5, 0.5])
VARIANCE_SHARE = ([0.5, 0.25, 0.125, 0.125], [np.nan] * 4, [0.5, 0.5, 0.0, 0.0])  # of orders 1 to 4
SEPARATION_SHARE = ([0.25, 0.25, 0.25, 0.25], [np.nan] * 4, [0.75, 0.5, -0.25, 0.0])
CLOSURES = (("dense_1", "input", "gauss"), ("dense_3", "input", "gauss"), ("dense_3", "dense_1", "gauss"))
MEAN_ERROR = ([0.5, 0.25, 0.75], [1.0, 1.5, 0.5], [0.25, 0.25, 0.25])
LOSS = ([np.nan] * 3, [0.5, 0.25, 0.75], [0.5, 0.25, 0.75])
PREDICTED_LOSS = ([np.nan] * 3, [2.0, 2.5, 1.5], [0.75, 0.5, 1.0])
FORMULAS = (("dense_1", 1_000, 0.25), ("dense_1", 100_000, 0.025))
SURROGATES = {  # layer and what is kept: accuracies
    ("input", "means"): [50.0, 25.0, 75.0],
    ("input", "gaussian"): [75.0, 75.0, 75.0],
    ("input", "everything"): [100.0, 100.0, 100.0],
    ("dense_1", "means"): [62.5, 50.0, 75.0],
    ("dense_1", "gaussian"): [87.5, 75.0, 100.0],
    ("dense_1", "everything"): [100.0, 100.0, 100.0],
}
GAINED = {"means": [12.5, 25.0, 0.0], "gaussian": [12.5, 0.0, 25.0], "everything": [0.0, 0.0, 0.0]}


def correlations(network: str, *, factor: float = 1.0) -> CorrelationResult:
    """Put it together; mismatch, errors and shares are multiplied by `factor`."""
    return CorrelationResult(
        mismatch=_mismatch(network, factor),
        orders=_orders(network, factor),
        closures=_closures(network, factor),
        formulas=_formulas(network),
        surrogates=_surrogates(network),
        n_trials=64,
        params={},
    )


def _elements(network: str) -> tuple[str, ...]:
    return (*(neuron_key(network, "dense_1", number) for number in range(2)), layer_key(network, "dense_1"))


def _mismatch(network: str, factor: float) -> GaussianMismatch:
    value = np.array(MISMATCH) * factor
    columns = dict.fromkeys(MISMATCH_COLUMNS, np.full(value.shape, np.nan)) | _beside("mismatch", value)
    columns |= {"q": np.array(Q), "p": np.array(Q) / 2, "z": value * 8, "null_sd_mismatch": np.full(value.shape, 0.125)}
    return GaussianMismatch(elements=_elements(network), targets=TARGETS, **columns, reasons=(None, "constant", None))


def _orders(network: str, factor: float) -> OrderShares:
    variance, separation = np.array(VARIANCE_SHARE) * factor, np.array(SEPARATION_SHARE) * factor
    columns = dict.fromkeys(SHARE_COLUMNS, np.full(variance.shape, 0.25))
    columns |= _beside("variance_share", variance) | _beside("separation_share", separation)
    return OrderShares(elements=_elements(network), orders=ORDERS, **columns, reasons=(None, "constant", None))


def _closures(network: str, factor: float) -> ClosureErrors:
    mean = np.array(MEAN_ERROR) * factor
    columns = dict.fromkeys(ERROR_COLUMNS, np.full(mean.shape, np.nan)) | _beside("mean_error", mean)
    columns |= _beside("covariance_error", mean / 2) | _beside("loss", np.array(LOSS))
    columns |= _beside("predicted_loss", np.array(PREDICTED_LOSS))
    kept = {name: values for name, values in columns.items() if name in ERROR_COLUMNS}
    layers, starts, closures = zip(*CLOSURES, strict=True)
    keys = tuple(layer_key(network, layer) for layer in layers)
    return ClosureErrors(layers=keys, starts=starts, closures=closures, targets=TARGETS, **kept)


def _formulas(network: str) -> FormulaErrors:
    layers, n_samples, errors = zip(*FORMULAS, strict=True)
    return FormulaErrors(
        layers=tuple(layer_key(network, layer) for layer in layers),
        n_samples=np.array(n_samples),
        mean_error=np.array(errors),
        covariance_error=2 * np.array(errors),
    )


def _surrogates(network: str) -> SurrogateAccuracy:
    accuracy = np.array(list(SURROGATES.values()))
    columns = dict.fromkeys(ACCURACY_COLUMNS, np.full(accuracy.shape, 50.0))
    columns |= _beside("accuracy_percent", accuracy, by=2.0) | {"null_accuracy_percent": np.full(accuracy.shape, 50.0)}
    gained = [GAINED[kept] if layer == "dense_1" else [np.nan] * 3 for layer, kept in SURROGATES]
    columns |= _beside("gained_points", np.array(gained), by=2.0)
    return SurrogateAccuracy(
        layers=tuple(layer_key(network, layer) for layer, _ in SURROGATES),
        kept=tuple(kept for _, kept in SURROGATES),
        targets=TARGETS,
        **{name: columns[name] for name in ACCURACY_COLUMNS},
    )


def _beside(name: str, value: np.ndarray, *, by: float = 0.125) -> dict[str, np.ndarray]:
    """Put an interval and a null beside values."""
    return {
        name: value,
        f"low_{name}": value - by,
        f"high_{name}": value + by,
        f"null_{name}": np.full(value.shape, by),
    }
