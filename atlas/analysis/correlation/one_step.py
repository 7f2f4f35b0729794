"""How Gaussian every neuron and layer is, and what each order of statistics explains of it, one layer at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.analysis.correlation.checking import check_activations, check_trials, layers_before
from atlas.analysis.correlation.orders import neurons_of
from atlas.analysis.correlation.scoring import Elements, Scores, tabulated
from atlas.analysis.correlation.stepping import Step
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_draws, check_whole
from atlas.keys import layer_key, neuron_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, StagedLayer
from atlas.results import GaussianMismatch, OrderShares

RESAMPLED_AT_ONCE, DRAWN_AT_ONCE = 25, 5  # never depend on the number of workers, so that results do not
FEWEST_TRIALS = 3  # of a class: fewer have no third cumulant
STEP = "measure orders"


def one_step_scores(
    layers: Sequence[StagedLayer],
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    n_null: int = 99,
    n_bootstrap: int = 100,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> tuple[GaussianMismatch, OrderShares]:
    """Score every neuron and layer by how Gaussian it is, and by what each order of its pre-activations explains.

    In each class the cumulants of a layer's first pre-activations are measured. From their means alone, with their
    covariances, and with their third cumulants, mean and variance of what the layer puts out are predicted, and
    compared with the measured ones; `atlas.analysis.correlation.mismatch.mismatch_of` and
    `atlas.analysis.correlation.orders.order_shares` define the scores. What the layer puts out is computed in double
    precision from the measured activations of the layer before: rounding in the network is no mismatch. A layer of 512
    neurons with 10,000 trials of 10 classes takes about a minute of one core.

    Parameters
    ----------
    layers
        In order, each taking in what the one before puts out.
    activations
        By layer, that before the first among them: what it puts out, shape (n_trials, n_elements).
    labels
        Class of every trial, shape (n_trials,). A class without trials has no scores.
    network
        Its key.
    n_null
        Data sets, each with as many Gaussian trials in each class that have exactly the mean and covariance of its
        pre-activations, measured all over again. p is exact where the trials of a class are Gaussian, however few.
    n_bootstrap
        Resamples of the trials within their classes, for 95 % intervals as in `interval_around`.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    GaussianMismatch, OrderShares
        p is of the upper tail for the mismatch, two-sided for the shares. A null draw in which an element is constant
        counts as if it reached the score; null and z are then NaN, as is the interval where a resample is constant.

    Raises
    ------
    ShapeError, EmptySelection, NonFiniteActivations
        Arrays that do not fit, no layers or trials, NaN.
    BadParameter
        A class with one or two trials, a label without its class, a negative number of draws.
    UnsupportedLayer
        A nonlinearity without a closure.
    """
    check_draws(n_null=n_null, n_bootstrap=n_bootstrap)
    check_whole(seed=seed)
    before = layers_before(layers, activations)
    check_activations(activations, before, labels, n_classes)
    check_trials(labels, fewest=FEWEST_TRIALS, what="Third cumulants")
    found: list[Scores] = []
    for place, layer in enumerate(layers):
        inputs = activations[before[place]]
        step = Step(layer=layer, place=place, inputs=inputs, labels=labels, n_classes=n_classes, seed=seed)
        found.append(_scores(step, n_null=n_null, n_bootstrap=n_bootstrap, mapper=mapper))
        progress(STEP, place + 1, len(layers))
    scores = Scores(*(_joined(parts, axis=1) for parts in zip(*found, strict=True)))
    return tabulated(_elements(network, layers), scores)


def _scores(step: Step, *, n_null: int, n_bootstrap: int, mapper: Mapper) -> Scores:
    """Score one layer."""
    observed = step.observed()
    resampled = mapper(step.resampled, in_blocks(range(n_bootstrap), RESAMPLED_AT_ONCE))
    null = mapper(step.drawn, in_blocks(range(n_null), DRAWN_AT_ONCE))
    none = {name: values[:0] for name, values in observed.items()}
    return Scores(observed, _joined([none, *resampled], axis=0), _joined([none, *null], axis=0))


def _joined(parts: Sequence[Arrays], *, axis: int) -> Arrays:
    return {name: np.concatenate([part[name] for part in parts], axis=axis) for name in parts[0]}


def _elements(network: str, layers: Sequence[StagedLayer]) -> Elements:
    keys, is_layer = [], []
    for layer in layers:
        neurons = [neuron_key(network, layer.layer, int(number)) for number in neurons_of(layer.numbers)]
        keys += [*neurons, layer_key(network, layer.layer)]
        is_layer += [False] * len(neurons) + [True]
    return Elements(tuple(keys), np.array(is_layer))
