"""A network as a map of correlation functions, measured from end to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.closure_errors import closure_errors
from atlas.analysis.correlation.formulas import formula_errors
from atlas.analysis.correlation.one_step import one_step_scores
from atlas.analysis.correlation.surrogates import surrogate_accuracy
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, StagedLayer
from atlas.results import CorrelationResult


def correlations(
    layers: Sequence[StagedLayer],
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    start: str = "input",
    closings: Sequence[Closing],
    n_null: int = 99,
    n_bootstrap: int = 100,
    n_surrogates: int = 20,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> CorrelationResult:
    """Measure which orders of statistics matter in each layer, and how far closures hold.

    Parameters
    ----------
    layers
        Those after `start`, in order, as affine maps and nonlinearities.
    activations
        By layer, `start` among them: what it puts out, shape (n_trials, n_elements).
    labels
        Class of every trial, shape (n_trials,).
    network
        Its key.
    closings
        Closures to predict moments by.
    n_null
        Data sets drawn from Gaussians with the measured class moments: what no higher orders would look like.
    n_bootstrap
        Resamples of the trials within their classes: 95 % intervals.
    n_surrogates
        Draws of each kind of surrogate.

    Raises
    ------
    BadParameter, EmptySelection
        Numbers outside their range, or a class with too few trials for the order asked for.
    UnsupportedLayer
        A nonlinearity that no closure treats.
    NonFiniteActivations
        Activations are NaN or infinite.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143.
    """
    given = (layers, activations, labels, n_classes)
    resampled: Any = {
        "network": network,
        "n_bootstrap": n_bootstrap,
        "seed": seed,
        "mapper": mapper,
        "progress": progress,
    }
    mismatch, orders = one_step_scores(*given, n_null=n_null, **resampled)
    return CorrelationResult(
        mismatch=mismatch,
        orders=orders,
        closures=closure_errors(*given, closings=closings, n_null=n_null, **resampled),
        formulas=formula_errors(*given, network=network, seed=seed, mapper=mapper, progress=progress),
        surrogates=surrogate_accuracy(*given, start=start, n_draws=n_surrogates, **resampled),
        n_trials=len(labels),
        params={
            "start": start,
            "closures": ",".join(closing.kind for closing in closings),
            "n_components": max(closing.n_components for closing in closings),
            "n_nodes": closings[0].n_nodes,
            "n_null": n_null,
            "n_bootstrap": n_bootstrap,
            "n_surrogates": n_surrogates,
            "seed": seed,
        },
    )
