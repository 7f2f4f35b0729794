"""Mean and variance of what a layer puts out in one class: predicted by orders 1 to 3, and measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy import sparse

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.cumulants import Cumulants
from atlas.analysis.correlation.moments import Mixture, moments_of
from atlas.analysis.correlation.propagating import cumulants_at_start, pre_activations, propagate, run_stages
from atlas.analysis.correlation.sampling import Gaussian, gaussian_of
from atlas.records import FloatArray, Stage, StagedLayer

NUMBERS_AT_ONCE = 1 << 22  # of all trials of a class and some elements: 32 MiB of double precision


class OneClass(NamedTuple):
    """Mean and variance of elements: by orders up to 1, 2, 3, and measured; each shape (n_draws, 4, n_elements)."""

    mean: FloatArray
    variance: FloatArray


def one_class(layer: StagedLayer, inputs: FloatArray, counts: FloatArray) -> OneClass:
    """Measure what a layer takes in in one class, predict what it puts out by each order, and measure that.

    All are moments of the trials as they are counted, in double precision. With one nonlinearity this takes the affine
    map and a product of counts with powers of elements, whatever it predicts: variances need no covariances. With
    several, every draw takes its covariances through all of them.

    Parameters
    ----------
    inputs
        What the layer takes in, shape (n_trials, n_in).
    counts
        How often each trial counts in every draw, shape (n_draws, n_trials).
    """
    if len(layer.stages) > 1:
        return _by_covariances(layer, inputs, counts)
    (stage,) = layer.stages
    inputs, at_once = inputs.astype(np.float64, copy=False), max(1, NUMBERS_AT_ONCE // len(inputs))
    parts = []
    for first in range(0, len(stage.bias), at_once):
        rows = slice(first, first + at_once)
        some = replace(stage, weight=stage.weight[rows], bias=stage.bias[rows])
        parts.append(_by_elements(some, inputs, counts))
    return OneClass(*(np.concatenate(each, axis=2) for each in zip(*parts, strict=True)))


@dataclass(frozen=True, kw_only=True)
class GaussianClass:
    """A Gaussian that gives the first pre-activation of a layer the mean and covariance it has in one class."""

    layer: StagedLayer  # takes in what is drawn
    given: Gaussian

    @classmethod
    def of(cls, layer: StagedLayer, inputs: FloatArray) -> GaussianClass:
        """Measure it where it has fewer elements: of what goes in, or of the pre-activation itself."""
        layer, inputs = _from_fewer(layer, inputs)
        return cls(layer=layer, given=gaussian_of(inputs))

    def drawn(self, n_trials: int, random: np.random.Generator) -> OneClass:
        """Draw as many trials as were measured, with exactly these moments, and measure everything again; one draw."""
        return one_class(self.layer, self.given.matched(n_trials, random), np.ones((1, n_trials)))


def _from_fewer(layer: StagedLayer, inputs: FloatArray) -> tuple[StagedLayer, FloatArray]:
    """Let a layer begin at its first pre-activation, unless more elements are there than go in."""
    first, *later = layer.stages
    n_out, n_in = first.weight.shape
    if n_in < n_out:
        return layer, inputs
    unchanged = sparse.csr_array(sparse.eye_array(n_out))
    begin = Stage(weight=unchanged, bias=np.zeros(n_out), activation=first.activation)
    return replace(layer, stages=(begin, *later)), pre_activations(first, inputs)


def _by_elements(stage: Stage, inputs: FloatArray, counts: FloatArray) -> OneClass:
    closure = closure_of(stage.activation)
    summed = pre_activations(stage, inputs)
    mean, variance, third = _cumulants(summed, counts, 3)
    orders = (
        (closure.function(mean), np.zeros_like(mean)),
        closure.marginal(mean, variance),
        closure.marginal(mean, variance, third=third),
        _cumulants(closure.function(summed), counts, 2),
    )
    return OneClass(*(np.stack(each, axis=1) for each in zip(*orders, strict=True)))


def _cumulants(values: FloatArray, counts: FloatArray, n_orders: int) -> tuple[FloatArray, ...]:
    """Measure mean, variance and, of 3 orders, third cumulant of every element in each draw.

    About the mean without counts, so that little cancels; what is the same in all trials has exactly no variance.
    """
    centre = values[0] + (values - values[0]).mean(axis=0)
    apart = values - centre
    power, about = np.ones_like(apart), []
    for _ in range(n_orders):
        power *= apart
        about.append(counts @ power / counts.sum(axis=1, keepdims=True))
    shift, square, *cube = about
    thirds = [third - 3 * shift * square + 2 * shift**3 for third in cube]
    return (centre + shift, np.maximum(square - shift**2, 0), *thirds)


def _by_covariances(layer: StagedLayer, inputs: FloatArray, counts: FloatArray) -> OneClass:
    layer, inputs = _from_fewer(layer, inputs)
    measured = _cumulants(run_stages(layer.stages, inputs), counts, 2)
    predicted = zip(*(_predicted(layer, inputs, weights) for weights in counts), strict=True)
    return OneClass(
        *(
            np.concatenate([np.array(orders), found[:, None]], axis=1)
            for orders, found in zip(predicted, measured, strict=True)
        )
    )


def _predicted(layer: StagedLayer, inputs: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Predict mean and variance by orders up to 1, 2, 3; each shape (3, n_elements)."""
    given = Mixture.of(moments_of(inputs, trial_weights=weights))
    cumulants = cumulants_at_start([layer], inputs, trial_weights=weights)
    third = None if cumulants is None else Cumulants(cumulants.third)
    (gaussian,), (corrected,) = propagate([layer], given), propagate([layer], given, cumulants=third)
    mean = run_stages(layer.stages, given.mean[None])[0]
    return (
        np.array([mean, gaussian.mean, corrected.mean]),
        np.maximum([np.zeros_like(mean), gaussian.variance, corrected.variance], 0),  # rounding
    )
