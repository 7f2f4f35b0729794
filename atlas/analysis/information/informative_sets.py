"""Sets of neurons that together tell most about the class, found one neuron at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from atlas.analysis.information.checking import check_labels, check_states
from atlas.analysis.information.coverage import TRIALS_PER_STATE
from atlas.analysis.information.steps import Path, Search, grown, shrunk
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_draws, check_whole, generator
from atlas.analysis.statistics import against_null
from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import BoolArray, IntArray
from atlas.results import InformativeSets

SEARCHES = 3  # stream of random numbers
SEARCHES_AT_ONCE = 4


def grow(
    states: IntArray,
    target: IntArray,
    *,
    n_steps: int,
    start: Sequence[int] = (),
    estimator: str = "plug_in",
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 20,
    seed: int = 0,
    mapper: Mapper = one_by_one,
) -> InformativeSets:
    """Add to a set, again and again, the neuron that raises its information about the class most.

    Only sets are compared whose joint states have trials enough; the search ends when there is none. Of neurons that
    raise it alike, the first is taken. A neuron that tells something only together with another is not seen.

    Parameters
    ----------
    states
        Of each neuron in every trial, from 0 to 255, shape (n_neurons, n_trials).
    target
        Class of every trial, from 0; 1 and 0 for one class or not. Shape (n_trials,).
    n_steps
        Neurons to add at most.
    start
        Neurons of the first set.
    estimator
        As in `entropy_bits`. The plug-in estimate prefers neurons of many states; the null shows by how much.
    min_trials
        Fewer trials on an occupied joint state, in the mean, are not enough.
    n_null
        How many times the same search, of as many steps, is made with shuffled labels. Where it ends earlier, its last
        set stands for the sets it would have reached.
    mapper
        Makes these searches.

    Returns
    -------
    InformativeSets
        The start and the set after each step. `bits` are those of a set chosen for them: compare with `null_bits`,
        which are chosen alike, not with 0.

    Raises
    ------
    EmptySelection
        No neurons or no trials.
    InputError
        Lengths that differ, labels or states that cannot be counted, one class only, a start outside the neurons, or
        more steps than there are neurons; NaN or less than 0 trials.
    """
    chosen = _checked(states, target, start)
    _check_steps(n_steps, len(states) - len(chosen))
    search = Search(states=states, start=chosen, n_steps=n_steps, estimator=estimator, min_trials=min_trials)
    return _found("grow", partial(grown, search), search, target, n_null=n_null, seed=seed, mapper=mapper)


def shrink(
    states: IntArray,
    target: IntArray,
    *,
    n_steps: int | None = None,
    start: Sequence[int] | None = None,
    estimator: str = "plug_in",
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 20,
    seed: int = 0,
    mapper: Mapper = one_by_one,
) -> InformativeSets:
    """Drop from a set, again and again, the neuron whose loss costs least of its information about the class.

    If the joint states of the first set have too few trials, there is no telling which neuron to drop: its bits are
    NaN and no step is made. Of neurons that cost alike, the first is dropped. Meant for sets of up to some dozens.

    Parameters
    ----------
    n_steps
        Neurons to drop; None: all.
    start
        Neurons of the first set; None: all.
    states, target, estimator, min_trials, n_null, seed, mapper
        As for `grow`, which says what is returned and raised, too.
    """
    chosen = _checked(states, target, range(len(states)) if start is None else start)
    if not chosen:
        raise EmptySelection("The set to shrink has no neurons. Give one at least.")
    steps = len(chosen) if n_steps is None else n_steps
    _check_steps(steps, len(chosen))
    search = Search(states=states, start=chosen, n_steps=steps, estimator=estimator, min_trials=min_trials)
    return _found("shrink", partial(shrunk, search), search, target, n_null=n_null, seed=seed, mapper=mapper)


def _found(
    direction: str,
    make: Callable[[IntArray], Path],
    search: Search,
    target: IntArray,
    *,
    n_null: int,
    seed: int,
    mapper: Mapper,
) -> InformativeSets:
    check_draws(n_null=n_null)
    classes = np.unique(target, return_inverse=True)[1]  # tables have a place for each number up to the largest
    path = make(classes)
    n_sets = len(path.bits)
    blocks = in_blocks(range(n_null), SEARCHES_AT_ONCE)
    null = [block["bits"] for block in mapper(partial(_by_chance, make, classes, n_sets, seed), blocks)]
    by_chance = against_null(path.bits, np.concatenate([np.empty((0, n_sets)), *null]))
    trials_per_state = search.n_trials / path.n_states
    return InformativeSets(
        direction=direction,
        sets=_sets(search, path.neurons),
        bits=path.bits,
        null_bits=by_chance.mean,
        null_sd_bits=by_chance.sd,
        p=by_chance.p,
        n_states=path.n_states,
        trials_per_state=trials_per_state,
        reliable=~np.isnan(path.bits),
        reason=None if len(path.neurons) == search.n_steps else "too_few_trials",
        n_trials=search.n_trials,
        params={
            **{"start": ",".join(map(str, search.start)), "n_steps": search.n_steps, "estimator": search.estimator},
            **{"min_trials": search.min_trials, "n_null": n_null, "seed": seed},
        },
    )


def _by_chance(
    make: Callable[[IntArray], Path], target: IntArray, n_sets: int, seed: int, draws: Sequence[int]
) -> Arrays:
    """Make the same search on shuffled labels: bits of the first `n_sets` sets, shape (n_draws, n_sets)."""
    paths = [make(generator(seed, SEARCHES, draw).permutation(target)) for draw in draws]
    return {"bits": np.stack([path.bits[np.minimum(np.arange(n_sets), len(path.bits) - 1)] for path in paths])}


def _sets(search: Search, neurons: Sequence[int]) -> BoolArray:
    """Say which neurons are in each set, shape (n_sets, n_neurons): a neuron that steps was out, or in, before."""
    sets = np.zeros((1 + len(neurons), len(search.states)), dtype=np.bool_)
    sets[:, list(search.start)] = True
    for step, neuron in enumerate(neurons):
        sets[step + 1 :, neuron] ^= True
    return sets


def _checked(states: IntArray, target: IntArray, start: Sequence[int]) -> tuple[int, ...]:
    """Give the start in ascending order, after checking all three."""
    check_states(states)
    if target.shape != states.shape[1:]:
        raise ShapeError(
            f"The target has shape {target.shape}, there are states of {states.shape[1]} trials. "
            "Give one class for each trial."
        )
    check_labels(target)
    for place, neuron in enumerate(start):
        check_whole(**{f"start[{place}]": neuron})
        if neuron >= len(states):
            raise BadParameter(
                f"The start names neuron {neuron}, there are {len(states)}. They count from 0. Give numbers below."
            )
    if len(set(start)) < len(start):
        raise BadParameter("The start names a neuron twice. A set holds each neuron once. Name it once.")
    return tuple(sorted(map(int, start)))


def _check_steps(n_steps: int, most: int) -> None:
    check_whole(n_steps=n_steps)
    if n_steps > most:
        raise BadParameter(f"n_steps is {n_steps}. From this start, {most} can be made. Give that many or fewer.")
