"""Representational complexity of layers and clusters, beside chance and noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from atlas.analysis.information.checking import check_classes
from atlas.analysis.information.complexity.control import HALF, NOISE, NULL, OBSERVED, Block, measured
from atlas.analysis.information.complexity.estimating import Estimator
from atlas.analysis.information.complexity.tabulating import Element, Measured, tabulated
from atlas.analysis.information.coverage import coverage_of
from atlas.analysis.information.states import joint_states
from atlas.analysis.mapping import Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_draws, check_whole
from atlas.errors import BadParameter, ShapeError
from atlas.progress import Progress, silent
from atlas.records import IntArray, Parameter
from atlas.results import ComplexityResult

MIN_TRIALS = 2.0  # on a distinct row: see `complexity_of_elements`
DRAWS_AT_ONCE = 10  # never depends on the number of workers, so that results do not
STEP = "measure complexity"


def complexity_of_elements(
    sources: Mapping[str, IntArray],
    labels: IntArray,
    n_classes: int,
    *,
    estimator: str = "auto",
    min_trials: float = MIN_TRIALS,
    n_null: int = 20,
    n_subsamples: int = 100,
    n_noise: int = 10,
    subset_size: int = 5,
    n_subsets: int = 26,
    group_size: int = 2,
    n_draws: int = 4_000,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> ComplexityResult:
    """Measure how many neurons of each element must be known together for what they tell about the class.

    Representational complexity is the mean degree of synergy of the information, by shared exclusions: 1 where every
    neuron tells all alike, n_sources where only all together tell anything. Five neurons of 8 states take a second or
    two with 1,300 trials, and less than a minute with 60,000.

    Parameters
    ----------
    sources
        Key of each element, with the states of its neurons, numbered from 0: shape (n_neurons, n_trials).
    labels
        Class of every trial, shape (n_trials,).
    estimator
        `exact` takes up to 6 neurons, `clock` up to 16 (without bias; its random draws are part of the interval).
        `subsample`: the mean over `n_subsets` sets of `subset_size` neurons, as published; bits and degrees are means,
        too. `coarse`: groups of `group_size` neurons, in their order, are one source. `auto`: exact up to 5 neurons,
        and up to 6 with no more than 2,000 distinct rows, clocks up to 16, else subsample.
    min_trials
        Complexity is NaN where fewer trials come on a distinct row: an occupied joint state of neurons and class.
        Rows that occur once look as if one neuron told their class, so with few trials complexity is too low. In
        simulated codes of 5 neurons, of complexity 1.8 to 3.1, it was wrong by up to 0.1 with 2 trials or more, by 0.1
        to 0.5 with 1.2 to 1.9, by 0.7 with 1.1. 1 measures everything: right where the trials are the whole population
        asked about, as in Ehrlich et al.
    n_null
        Shuffles of the labels, the same for all elements, give `null_bits` and `null_complexity`: what bias alone is.
    n_subsamples
        Halves of the trials, drawn without replacement, give the 95 % interval; it does not hold the bias.
    n_noise
        About as many times the states of one neuron, each in turn, are shuffled over trials: `noise_complexity`.
    n_draws
        Random draws of the clocks, at least 20. Shuffles, halves and controls have a tenth.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    ComplexityResult
        In `notes` what makes a number hard to read: how it was found, no more bits than shuffled labels have, negative
        degrees, bias beyond the interval, or beyond the bits: then `bias_complexity` is NaN. By I_min and minimal
        mutual information complexity is NaN for wide elements with many trials (16 neurons with over 4,000 distinct
        rows).

    Raises
    ------
    ShapeError, EmptySelection, BadParameter
        Labels do not fit states, or classes; states are not whole numbers from 0; no trials; a parameter is outside its
        range.
    UnknownName
        No estimator has this name.

    References
    ----------
    Ehrlich, Schneider, Priesemann, Wibral and Makkeh (2023), TMLR.
    """
    check_draws(n_null=n_null, n_subsamples=n_subsamples, n_noise=n_noise)
    check_whole(seed=seed)
    how = Estimator(
        name=estimator,
        n_draws=n_draws,
        subset_size=subset_size,
        n_subsets=n_subsets,
        group_size=group_size,
        seed=seed,
    )
    _check(sources, labels, n_classes)
    elements = [_element(key, states, labels, how, min_trials) for key, states in sources.items()]
    draws = {OBSERVED: 1, NULL: n_null, HALF: n_subsamples, NOISE: n_noise}
    blocks = [(element.key, block) for element in elements for block in _blocks(element, sources[element.key], draws)]
    found: dict[str, Measured] = {element.key: {} for element in elements}
    parts = mapper(partial(measured, labels, seed), [block for _, block in blocks])
    for done, ((key, block), part) in enumerate(zip(blocks, parts, strict=True), start=1):
        found[key].setdefault(block.kind, []).append(part)
        progress(STEP, done, len(blocks))
    params: dict[str, Parameter] = {
        "estimator": estimator,
        "min_trials": float(min_trials),
        "n_null": n_null,
        "n_subsamples": n_subsamples,
        "n_noise": n_noise,
        "subset_size": subset_size,
        "n_subsets": n_subsets,
        "group_size": group_size,
        "n_draws": n_draws,
        "seed": seed,
    }
    return tabulated([(element, found[element.key]) for element in elements], n_trials=len(labels), params=params)


def _check(sources: Mapping[str, IntArray], labels: IntArray, n_classes: int) -> None:
    check_classes(labels, n_classes)  # of one class there is a reason instead
    for key, states in sources.items():
        if states.ndim != 2 or states.shape[1] != len(labels):
            raise ShapeError(
                f"The states of {key!r} have shape {states.shape}, there are {len(labels)} labels. "
                "Give one row for each neuron, with one state for each trial."
            )
        if states.dtype.kind not in "iub" or states.min(initial=0) < 0:
            raise BadParameter(f"The states of {key!r} are not whole numbers from 0. Discretise the activations first.")


def _element(key: str, states: IntArray, labels: IntArray, how: Estimator, min_trials: float) -> Element:
    """Tell how an element is to be measured, or why it cannot be."""
    n_sources = len(states)
    parts = how.parts(n_sources) if n_sources > 0 else []
    rows = [joint_states(np.vstack([states[part], labels])).max() + 1 for part in parts]
    coverage = coverage_of(int(max(rows, default=0)), len(labels), min_trials=min_trials)
    chosen = how.chosen(n_sources, coverage.n_states)
    reason = None
    if n_sources == 0:
        reason = "no_neurons"
    elif labels.min() == labels.max():
        reason = "one_class"
    elif chosen.is_too_wide(n_sources):
        reason = "too_wide"
    elif not coverage.reliable:
        reason = "too_few_trials"
    return Element(key=key, n_sources=n_sources, estimator=chosen, coverage=coverage, reason=reason)


def _blocks(element: Element, states: IntArray, draws: Mapping[int, int]) -> Iterator[Block]:
    """Cut up the work on an element; of controls every neuron of a part has equally many."""
    if element.reason is not None:
        return
    n_neurons = len(element.estimator.parts(element.n_sources)[0])
    for kind, n_draws in draws.items():
        n_numbers = -(-n_draws // n_neurons) * n_neurons if kind == NOISE else n_draws
        for numbers in in_blocks(range(n_numbers), DRAWS_AT_ONCE):
            yield Block(estimator=element.estimator, states=states, kind=kind, numbers=numbers)
