"""How far the formulas of closures are from Gaussian samples of the same moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.checking import check_activations, check_trials, layers_before
from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.errors import main_errors
from atlas.analysis.correlation.moments import Moments
from atlas.analysis.correlation.propagating import LINEAR, pre_activations
from atlas.analysis.correlation.sampling import Gaussian, gaussian_of
from atlas.analysis.correlation.streaming import FEWEST_TRIALS
from atlas.analysis.mapping import Arrays, Mapper, one_by_one
from atlas.analysis.seeds import check_whole, generator
from atlas.analysis.threads import one_thread
from atlas.errors import EmptySelection
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, Stage, StagedLayer
from atlas.results.correlation import FormulaErrors

N_SAMPLES = (1_000, 10_000, 100_000)
STEP = "measure formula errors"
_SAMPLED = 43  # stream of random numbers
_NUMBERS_AT_ONCE = 1 << 21  # of samples: 16 MiB


def formula_errors(
    layers: Sequence[StagedLayer],
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    n_samples: Sequence[int] = N_SAMPLES,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> FormulaErrors:
    """Compare what closures make of a Gaussian with samples of it: what is left is the error of sampling.

    Parameters
    ----------
    layers, activations, labels
        As for `closure_errors`. The Gaussians have the means and covariances that each class has where a nonlinearity
        takes in its elements.
    network
        Its key.
    n_samples
        Of each Gaussian, drawn anew for each number. 100,000 samples of 100 elements take half a second.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    FormulaErrors
        One row for each layer with a nonlinearity and each number of samples: errors averaged over classes by their
        shares of the trials, and over nonlinearities where a layer has several. NaN where no sample of a class varies.

    Raises
    ------
    ShapeError, BadParameter, EmptySelection, NonFiniteActivations
        Arrays that do not fit, a class of one trial, no samples.
    UnsupportedLayer
        A nonlinearity that no closure treats.
    """
    check_whole(seed=seed)
    if len(n_samples) == 0:
        raise EmptySelection("No number of samples is given. Errors are those of samples. Give one or more.")
    for number in n_samples:
        check_whole(least=FEWEST_TRIALS, n_samples=number)
    places = layers_before(layers, activations)
    check_activations(activations, places, labels, n_classes)
    check_trials(labels, fewest=FEWEST_TRIALS, what="Covariances")
    shares = np.bincount(labels, minlength=n_classes) / len(labels)
    there = [label for label in range(n_classes) if shares[label] > 0]
    curved = [number for number, layer in enumerate(layers) if any(map(_is_curved, layer.stages))]
    errors = []
    for done, number in enumerate(curved, start=1):
        layer, given = layers[number], activations[places[number]]
        gaussians = {label: list(_gaussians(layer, given[labels == label])) for label in there}
        blocks = _blocks(gaussians, n_samples, (seed, _SAMPLED, number))
        found = np.array([part["errors"] for part in mapper(_sampled_errors, blocks)])
        by_class = found.reshape(len(gaussians), -1, len(n_samples), 2).mean(axis=1)
        errors.append(np.einsum("tse,t->es", by_class, shares[there]))
        progress(STEP, done, len(curved))
    mean_error, covariance_error = np.concatenate([np.empty((2, 0)), *errors], axis=1)
    return FormulaErrors(
        layers=tuple(layer_key(network, layers[number].layer) for number in curved for _ in n_samples),
        n_samples=np.tile(np.asarray(n_samples, dtype=np.int64), len(curved)),
        mean_error=mean_error,
        covariance_error=covariance_error,
    )


@dataclass(frozen=True, kw_only=True)
class _Sampling:
    """A Gaussian to be sampled before a nonlinearity."""

    activation: str
    gaussian: Gaussian
    n_samples: int
    stream: tuple[int, ...]  # of random numbers


def _is_curved(stage: Stage) -> bool:
    return stage.activation != LINEAR


def _gaussians(layer: StagedLayer, inputs: FloatArray) -> Iterator[tuple[str, Gaussian]]:
    """Measure what enters each nonlinearity of a layer in the trials of one class."""
    for stage in layer.stages:
        summed = pre_activations(stage, inputs)
        if _is_curved(stage):
            yield stage.activation, gaussian_of(summed)
        inputs = closure_of(stage.activation).function(summed)


def _blocks(
    gaussians: Mapping[int, Sequence[tuple[str, Gaussian]]], n_samples: Sequence[int], stream: tuple[int, ...]
) -> list[_Sampling]:
    """List the work, by class, nonlinearity and number of samples."""
    return [
        _Sampling(activation=activation, gaussian=gaussian, n_samples=size, stream=(*stream, label, place, size))
        for label, of_class in gaussians.items()
        for place, (activation, gaussian) in enumerate(of_class)
        for size in n_samples
    ]


def _sampled_errors(sampling: _Sampling) -> Arrays:
    closure, gaussian = closure_of(sampling.activation), sampling.gaussian
    with one_thread():
        predicted = Moments(*closure.moments(gaussian.mean, gaussian.root.T @ gaussian.root))
        return {"errors": np.array(main_errors(predicted, _sampled_moments(sampling, about=predicted.mean)))}


def _sampled_moments(sampling: _Sampling, *, about: FloatArray) -> Moments:
    """Measure samples behind the nonlinearity, in blocks; deviations from near the mean, so that little cancels."""
    function, random = closure_of(sampling.activation).function, generator(*sampling.stream)
    total, products = np.zeros(len(about)), np.zeros((len(about), len(about)))
    at_once = max(1, _NUMBERS_AT_ONCE // len(about))
    for first in range(0, sampling.n_samples, at_once):
        apart = function(sampling.gaussian.drawn(min(at_once, sampling.n_samples - first), random)) - about
        total += apart.sum(axis=0)
        products += apart.T @ apart
    off = total / sampling.n_samples
    return Moments(about + off, products / sampling.n_samples - np.outer(off, off))
