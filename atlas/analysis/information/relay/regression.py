"""What the size of a set and its relay information say about its knock-out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from atlas.analysis.information.coverage import TRIALS_PER_STATE, coverage
from atlas.analysis.information.relay.checking import answered_of, check_states
from atlas.analysis.information.relay.counting import Answered, conditional_bits
from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.relay.scopes import rest_states
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_draws, check_whole, generator
from atlas.analysis.statistics import ROUNDING
from atlas.errors import ShapeError
from atlas.keys import layer_key
from atlas.records import BoolArray, FloatArray, IntArray
from atlas.results import KnockOutRegression

SETS, RESAMPLES = 22, 23  # streams of random numbers
N_COEFFICIENTS = 3


def random_sets(n_neurons: int, n_sets: int, seed: int) -> BoolArray:
    """Draw sets of neurons, of any size from one neuron to all with the same probability: (n_sets, n_neurons)."""
    check_whole(least=1, n_neurons=n_neurons)
    check_draws(n_sets=n_sets)
    random = generator(seed, SETS)
    sizes = random.integers(1, n_neurons + 1, n_sets)
    ranks = random.permuted(np.tile(np.arange(n_neurons), (n_sets, 1)), axis=1)
    return ranks < sizes[:, None]


def knock_out_regression(
    states: Mapping[str, IntArray],
    inputs: IntArray,
    outputs: IntArray,
    n_classes: int,
    *,
    network: str,
    sets: Mapping[str, BoolArray],
    knock_outs: Mapping[str, FloatArray],
    min_trials: float = TRIALS_PER_STATE,
    n_bootstrap: int = 200,
    seed: int = 0,
    mapper: Mapper = one_by_one,
) -> KnockOutRegression:
    """Regress the balanced accuracy left without a set on its size and on its relay information: K ~ 1 + D + I.

    All three are scaled to 0 to 1 over the sets, by layer and target; relay information is that given the rest.

    Parameters
    ----------
    states, inputs, outputs, n_classes, min_trials
        As for `relay_of_neurons`.
    sets
        Sets of each layer, shape (n_sets, n_neurons); see `random_sets`.
    knock_outs
        What the network loses without each, from `knock_outs`: shape (n_sets, 1 + n_classes).
    n_bootstrap
        How many times the sets are drawn anew, with replacement, for 95 % intervals of the slopes (percentiles).

    Returns
    -------
    KnockOutRegression
        NaN where a layer's joint state is not covered, where knock-out, size or relay information do not vary, or one
        follows from the other, and of three sets or fewer.

    Raises
    ------
    ShapeError, EmptySelection, BadParameter
        As for `relay_of_neurons`; sets that are not of the layer, or other numbers of knock-outs.

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401, over all sets of 20 neurons.
    """
    trials = answered_of(inputs, outputs, n_classes)
    check_states(states, len(trials))
    check_draws(n_bootstrap=n_bootstrap)
    fits = []
    for layer, values in states.items():
        _check_sets(layer, sets[layer], knock_outs[layer], (len(values), 1 + n_classes))
        bits = _relay_bits(values, trials, sets[layer], min_trials=min_trials, mapper=mapper)
        fits.append(_fits(sets[layer].sum(axis=1), bits, -knock_outs[layer], n_bootstrap=n_bootstrap, seed=seed))
    return KnockOutRegression(
        layers=tuple(layer_key(network, layer) for layer in states),
        **{name: np.stack([fit[name] for fit in fits]) for name in fits[0]},
        n_sets=max(len(rows) for rows in sets.values()),
    )


def _relay_bits(
    states: IntArray, trials: Answered, sets: BoolArray, *, min_trials: float, mapper: Mapper
) -> FloatArray:
    """Measure the relay information of sets given the rest, shape (n_sets, 1 + n_classes); NaN if not covered."""
    patterns = Patterns.of(states)
    if not coverage(patterns.of_trials, min_trials=min_trials).reliable:
        return np.full((len(sets), 1 + trials.n_classes), np.nan)
    parts = [part["bits"] for part in mapper(partial(_bits_of_sets, patterns, trials), in_blocks(list(sets)))]
    given_all = conditional_bits(patterns.of_trials[None], trials)
    return np.concatenate([np.zeros((0, 1 + trials.n_classes)), *parts]) - given_all


def _bits_of_sets(patterns: Patterns, trials: Answered, sets: Sequence[BoolArray]) -> Arrays:
    rests = np.stack([rest_states(patterns, np.flatnonzero(chosen)) for chosen in sets])
    return {"bits": conditional_bits(rests, trials)}


def _fits(
    sizes: IntArray, bits: FloatArray, accuracy: FloatArray, *, n_bootstrap: int, seed: int
) -> dict[str, FloatArray]:
    """Fit every target."""
    n_sets, n_targets = accuracy.shape
    draws = generator(seed, RESAMPLES).integers(0, max(n_sets, 1), (n_bootstrap, n_sets))
    fits = [_fit(sizes, bits[:, target], accuracy[:, target], draws) for target in range(n_targets)]
    return {name: np.array([fit[name] for fit in fits]) for name in fits[0]}


def _fit(sizes: IntArray, bits: FloatArray, accuracy: FloatArray, draws: IntArray) -> dict[str, float]:
    k = _scaled(accuracy)
    predictors = np.column_stack([np.ones(len(k)), _scaled(sizes), _scaled(bits)])
    known = bool(np.isfinite(predictors).all() and np.isfinite(k).all()) and len(k) > N_COEFFICIENTS
    slopes, low, high, r_squared = (np.full(N_COEFFICIENTS, np.nan),) * 3 + (np.nan,)
    if known and np.linalg.matrix_rank(predictors) == N_COEFFICIENTS:
        slopes = np.linalg.pinv(predictors) @ k
        r_squared = 1 - np.sum((k - predictors @ slopes) ** 2) / np.sum((k - k.mean()) ** 2)
        resampled = (np.linalg.pinv(predictors[draws]) @ k[draws][..., None])[..., 0]
        if len(draws) > 0:
            low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    return {
        "size_slope": slopes[1],
        "low_size_slope": low[1],
        "high_size_slope": high[1],
        "relay_slope": slopes[2],
        "low_relay_slope": low[2],
        "high_relay_slope": high[2],
        "r_squared": float(r_squared),
    }


def _scaled(values: FloatArray | IntArray) -> FloatArray:
    """Scale to 0 to 1; NaN where nothing varies."""
    if len(values) == 0 or not np.ptp(values) > ROUNDING * max(1.0, float(np.abs(values).max())):
        return np.full(len(values), np.nan)
    return np.asarray((values - values.min()) / np.ptp(values))


def _check_sets(layer: str, sets: BoolArray, knock_outs: FloatArray, shape: tuple[int, int]) -> None:
    n_neurons, n_targets = shape
    if sets.ndim != 2 or sets.shape[1] != n_neurons or knock_outs.shape != (len(sets), n_targets):
        raise ShapeError(
            f"The sets of layer {layer!r} have shape {sets.shape}, their knock-outs {knock_outs.shape}; the layer has "
            f"{n_neurons} neurons, there are {n_targets} targets. Give one row of each for each set."
        )
