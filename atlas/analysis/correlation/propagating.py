"""Take moments through a network: exactly through affine maps, by a closure through every nonlinearity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import Cumulants, cumulants_of
from atlas.analysis.correlation.mixtures import measured_mixture
from atlas.analysis.correlation.moments import Mixture, Moments
from atlas.errors import AnalysisError, ShapeError
from atlas.records import FloatArray, IntArray, Stage, StagedLayer

LINEAR = "identity"
MOST_ELEMENTS = 16_384  # put out by a stage: their covariance takes 2 GiB


def run_stages(stages: Sequence[Stage], x: FloatArray) -> FloatArray:
    """Run trials through stages in double precision, shape (n_trials, n_in); gives (n_trials, n_out)."""
    for stage in stages:
        x = closure_of(stage.activation).function(pre_activations(stage, x))
    return x


def pre_activations(stage: Stage, x: FloatArray) -> FloatArray:
    """Give what the nonlinearity of a stage takes in, shape (n_trials, n_out)."""
    if x.ndim != 2 or x.shape[1] != stage.weight.shape[1]:
        raise ShapeError(
            f"Activations of shape {x.shape} do not fit weights of shape {stage.weight.shape}. Give one column for "
            "each column of the weights."
        )
    summed: FloatArray = x.astype(np.float64, copy=False) @ stage.weight.T
    return summed + stage.bias


def propagate(
    layers: Sequence[StagedLayer],
    given: Mixture,
    *,
    cumulants: Cumulants | None = None,
    n_nodes: int | None = None,
) -> tuple[Mixture, ...]:
    """Predict the moments that layers put out from those of what the first takes in; one mixture for each layer.

    Parameters
    ----------
    layers
        In order, each taking in what the one before puts out.
    given
        Each of its parts is taken for a Gaussian, and stays one through every nonlinearity.
    cumulants
        Third ones, and fourth if measured, of what enters the first nonlinearity; used there alone.
    n_nodes
        Of the quadrature of a closure; None: as many as the correlations need.

    Raises
    ------
    ShapeError
        The moments do not fit the first layer.
    AnalysisError
        A layer is so wide that its covariance does not fit in memory.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143.
    """
    mixtures = []
    for layer in layers:
        for stage in layer.stages:
            _check_width(layer.layer, stage)
            parts = tuple(_through(stage, part, cumulants=cumulants, n_nodes=n_nodes) for part in given.parts)
            given = Mixture(given.weights, parts)
            if stage.activation != LINEAR:
                cumulants = None
        mixtures.append(given)
    return tuple(mixtures)


def closed_from(
    layers: Sequence[StagedLayer],
    activations: FloatArray,
    closing: Closing,
    *,
    trial_weights: FloatArray | IntArray | None = None,
    parts: IntArray | None = None,
) -> tuple[Mixture, ...]:
    """Predict the moments that layers put out for one class, from its activations where the first layer begins.

    Parameters
    ----------
    layers
        As in `propagate`.
    activations
        What the first layer takes in in the trials of one class, shape (n_trials, n_in).
    closing
        Which orders and parts of them are measured.
    trial_weights
        How often each trial counts, as a bootstrap draws them, shape (n_trials,); None: once.
    parts
        Of a mixture, part of every trial, as `parts_of` gives them, shape (n_trials,); None: they are found here.
        Resamples share one search for parts when these are given.

    Raises
    ------
    ShapeError, BadParameter, NonFiniteActivations, AnalysisError
        As in `propagate`, `moments_of` and `cumulants_of`.
    """
    given = measured_mixture(activations, closing, trial_weights=trial_weights, parts=parts)
    third = cumulants_at_start(layers, activations, trial_weights=trial_weights) if closing.kind == "third" else None
    return propagate(layers, given, cumulants=third, n_nodes=closing.n_nodes)


def cumulants_at_start(
    layers: Sequence[StagedLayer], activations: FloatArray, *, trial_weights: FloatArray | IntArray | None = None
) -> Cumulants | None:
    """Measure the cumulants of what enters the first nonlinearity; None: there is none.

    The fourth are measured for a quadratic one, which they make exact.
    """
    for layer in layers:
        for stage in layer.stages:
            _check_width(layer.layer, stage)
            activations = pre_activations(stage, activations)
            if stage.activation != LINEAR:
                return cumulants_of(activations, trial_weights=trial_weights, with_fourth=is_quadratic(stage))
    return None


def is_quadratic(stage: Stage) -> bool:
    """Tell whether fourth cumulants make the nonlinearity of a stage exact."""
    return stage.activation.startswith("quadratic")


def _through(stage: Stage, part: Moments, *, cumulants: Cumulants | None, n_nodes: int | None) -> Moments:
    summed = part.through(stage.weight, stage.bias)
    if stage.activation == LINEAR:
        return summed
    closure = closure_of(stage.activation)
    return Moments(*closure.moments(summed.mean, summed.covariance, cumulants=cumulants, n_nodes=n_nodes))


def _check_width(layer: str, stage: Stage) -> None:
    n_out = stage.weight.shape[0]
    if n_out > MOST_ELEMENTS:
        raise AnalysisError(
            f"Layer {layer!r} puts out {n_out} elements. Their covariance would take {n_out**2 * 8 / 2**30:.1f} GiB, "
            f"and at most {MOST_ELEMENTS} are treated. Start at a later layer."
        )
