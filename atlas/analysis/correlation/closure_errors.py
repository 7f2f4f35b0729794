"""How well closures predict what layers put out, from moments measured at a layer before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.analysis.ablation.targets import targets_of
from atlas.analysis.correlation.checking import check_activations, check_outputs, layers_before
from atlas.analysis.correlation.class_errors import DRAWN_ERRORS, MEASURED_ERRORS, RESAMPLED_ERRORS
from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.closure_draws import DRAWN, RESAMPLED, closure_draws
from atlas.analysis.correlation.entries import entries_of, layers_after
from atlas.analysis.mapping import Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_draws, check_whole
from atlas.analysis.statistics import interval_around, permutation_p
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, StagedLayer
from atlas.results.correlation import ClosureErrors

DRAWS_AT_ONCE = 4  # never depends on the number of workers
ROUNDING = 1e-5  # of activations in single precision: errors below are none
STEP = "measure closure errors"


def closure_errors(
    layers: Sequence[StagedLayer],
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    starts: Sequence[str] | None = None,
    closings: Sequence[Closing],
    n_null: int = 99,
    n_bootstrap: int = 100,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> ClosureErrors:
    """Compare the moments and the loss that closures predict with the measured ones, in each class.

    Moments are measured at a start, and taken through the layers after it. The affine map after a start is applied to
    the trials: moments behind it are as exact, and fewer where inputs are wide.

    Parameters
    ----------
    layers
        In order, the last the output.
    activations
        By name, of what comes before the first layer and of every layer: what it puts out, shape (n_trials,
        n_elements).
    labels
        Class of every trial, shape (n_trials,). A class without trials has NaN.
    network
        Its key.
    starts
        Names of layers to measure moments at; None: what comes before the first layer, and all but the last.
    closings
        At most one of each kind. The errors of all have the null that goes with them.
    n_null
        Data sets of as many Gaussian trials in each class, drawn at the start with exactly the mean and covariance of
        the class; for mixtures, of each part. They go through the layers and everything is measured again, parts
        searched again. p counts how often errors are as large, on the upper side; it is exact where the trials of a
        class are Gaussian, however few. Errors below 1e-5, the rounding of single precision, are none. 0: no null.
    n_bootstrap
        Resamples of the trials within their classes; measured and predicted moments come from the same trials, parts
        stay as found. Errors of a resample are larger, by what sampling adds once more, so the 95 % interval has their
        percentiles 2.5 and 97.5, moved until their mean is the value measured. It tells how well that value is known,
        not how much of it is sampling: the null does. 0: no interval.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    ClosureErrors
        `all` is the mean over classes by their shares of the trials, taken in every draw. It is NaN where one of them
        is: where nothing a class puts out varies, or a prediction is singular. The loss is the squared distance of the
        outputs from 1 for the class and 0 for the others.

    Raises
    ------
    ShapeError, BadParameter, EmptySelection, UnknownName
        Arrays that do not fit, a class with too few trials for a closing, numbers outside their range, a start that is
        none.
    UnsupportedLayer
        A nonlinearity that no closure treats.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143.
    """
    check_draws(n_null=n_null, n_bootstrap=n_bootstrap)
    check_whole(seed=seed)
    entries = entries_of(layers_after(layers, layers_before(layers, activations), starts), closings)
    names = [*(entry.start for entry in entries), *(layer.layer for layer in layers)]
    check_activations(activations, names, labels, n_classes)
    check_outputs(activations[layers[-1].layer], n_classes)
    draws = closure_draws(entries, activations, labels, n_classes, seed=seed)
    drawn: dict[int, list[FloatArray]] = {RESAMPLED: [], DRAWN: []}
    blocks = [(RESAMPLED, numbers) for numbers in in_blocks(range(n_bootstrap), DRAWS_AT_ONCE)]
    blocks += [(DRAWN, numbers) for numbers in in_blocks(range(n_null), DRAWS_AT_ONCE)]
    for done, (block, part) in enumerate(zip(blocks, mapper(draws.block, blocks), strict=True), start=1):
        drawn[block[0]] += list(part["errors"])
        progress(STEP, done, len(blocks))
    shares = np.bincount(labels, minlength=n_classes) / len(labels)
    none = np.empty((0, *draws.measured.shape))
    of_targets = (_by_target(np.array(found) if found else none, shares) for found in drawn.values())
    rows = [(layer, entry.start, closing.kind) for entry in entries for layer, closing in entry.rows]
    return ClosureErrors(
        layers=tuple(layer_key(network, layer) for layer, _, _ in rows),
        starts=tuple(start for _, start, _ in rows),
        closures=tuple(kind for _, _, kind in rows),
        targets=targets_of(n_classes),
        **_columns(_by_target(draws.measured, shares), *of_targets),
    )


def _columns(measured: FloatArray, resampled: FloatArray, drawn: FloatArray) -> dict[str, FloatArray]:
    """Name the errors, each of shape (n_rows, n_targets), with their intervals, their nulls and p."""
    columns = dict(zip(MEASURED_ERRORS, measured, strict=True))
    for number, name in enumerate(RESAMPLED_ERRORS):
        around = interval_around(columns[name], resampled[:, number])
        columns[f"low_{name}"], columns[f"high_{name}"] = np.maximum(around, 0)  # errors and losses never are below
    for number, name in enumerate(DRAWN_ERRORS):
        null = drawn[:, number]
        columns[f"null_{name}"] = null.mean(axis=0) if len(null) > 0 else np.full(null.shape[1:], np.nan)
        as_large = np.where(np.isnan(null), np.inf, np.maximum(null, ROUNDING))  # what is undefined counts against it
        columns[f"{name}_p"] = permutation_p(np.maximum(columns[name], ROUNDING), as_large)
    return columns


def _by_target(tables: FloatArray, shares: FloatArray) -> FloatArray:
    """Put the mean over classes with trials before the classes.

    From shape (..., n_classes, n_rows, n_errors) to (..., n_errors, n_rows, n_targets).
    """
    there = shares > 0
    average = np.einsum("...tre,t->...re", tables[..., there, :, :], shares[there])
    return np.concatenate([average[..., None, :, :], tables], axis=-3).swapaxes(-1, -3)
