"""Search for the neurons that relay: sets that shrink from all of them, or grow from none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from atlas.analysis.information.coverage import TRIALS_PER_STATE
from atlas.analysis.information.relay.beam import Found, search_beam, search_greedily
from atlas.analysis.information.relay.exact import MOST_NEURONS, search_exactly
from atlas.analysis.information.relay.patterns import n_states_of_prefixes
from atlas.analysis.information.relay.refinement import Cells
from atlas.analysis.information.relay.trials import Trials
from atlas.analysis.seeds import check_whole
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.records import FloatArray, IntArray
from atlas.results import RelayPath

SEARCHES = ("greedy", "beam", "exact")
STATES_AT_ONCE = 2**22


def shrink(
    trials: Trials, *, search: str = "greedy", beam: int = 64, min_trials: float = TRIALS_PER_STATE
) -> RelayPath:
    """Find, size by size, the set of neurons that still relays most: shrinking subset aggregation.

    Parameters
    ----------
    search
        `greedy` removes, step by step, the neuron whose removal leaves most relay information, as the authors' code;
        of equals the first. `beam` does so from several sets of each size. `exact` finds the best set of every size,
        of at most 22 neurons; where neurons are much alike, it takes minutes.
    beam
        How many sets `beam` keeps of each size.
    min_trials
        A step is `reliable` where so many trials come on each occupied joint state of the neurons removed.

    Returns
    -------
    RelayPath
        Sets of n - 1 neurons, n - 2, ..., none. `bits` are I(X;Z|Y_0) - I(X;Z|Y), the neurons removed being Y_0: not
        cut where they are not reliable.

    Raises
    ------
    EmptySelection, UnknownName, BadParameter
        No neurons; no such search; too many neurons for an exact one; a beam below 1.

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401, eq. 3 and Algorithm 1; their code conditions on the neuron in question,
    too, and takes the largest value, the printed algorithm the smallest.

    Examples
    --------
    >>> from atlas.analysis.information.relay.patterns import Patterns
    >>> bit, noise = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    >>> path = shrink(Trials.of(bit, bit, Patterns.of(np.array([bit, noise]))))
    >>> path.neurons.tolist(), path.bits.tolist()  # the noise goes first, and takes nothing with it
    ([1, 0], [1.0, 0.0])
    """
    return shrink_each([trials], search=search, beam=beam, min_trials=min_trials)[0]


def shrink_each(
    trials: Sequence[Trials], *, search: str = "greedy", beam: int = 64, min_trials: float = TRIALS_PER_STATE
) -> list[RelayPath]:
    """Shrink the sets of several targets or shuffles of the same neurons; together they take less time than apart."""
    paths = []
    for one, found in zip(trials, _found(trials, search, beam, largest=True), strict=True):
        n_states, per_state = _coverage(one, found)
        path = RelayPath(
            direction="shrink",
            search=search,
            sets=~found.sets,
            bits=found.bits - found.bits[-1],  # the last are all neurons
            n_states=n_states,
            trials_per_state=per_state,
            reliable=per_state >= min_trials,
        )
        paths.append(path)
    return paths


def grow(trials: Trials, *, search: str = "greedy", beam: int = 64, min_trials: float = TRIALS_PER_STATE) -> RelayPath:
    """Find, size by size, the set of neurons that relays most by itself, all others left out.

    Small sets have few joint states, so this is the direction for layers of more than about 20 neurons.

    Parameters
    ----------
    search
        `greedy` adds, step by step, the neuron with which the set relays most; of equals the first. `beam` does so
        from several sets of each size. There is no exact search: what a set relays by itself bounds no larger one.
    beam
        How many sets `beam` keeps of each size.
    min_trials
        A step is `reliable` where so many trials come on each occupied joint state of the set.

    Returns
    -------
    RelayPath
        Sets of 1 neuron, 2, ..., all. `bits` are I(X;Z) - I(X;Z|Y_S) of the set S: not cut where they are not reliable.

    Raises
    ------
    EmptySelection, UnknownName, BadParameter
        No neurons; no such search; an exact one; a beam below 1.

    Examples
    --------
    >>> from atlas.analysis.information.relay.patterns import Patterns
    >>> bit, noise = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    >>> path = grow(Trials.of(bit, bit, Patterns.of(np.array([noise, bit]))))
    >>> path.neurons.tolist(), path.bits.tolist()
    ([1, 0], [1.0, 1.0])
    """
    return grow_each([trials], search=search, beam=beam, min_trials=min_trials)[0]


def grow_each(
    trials: Sequence[Trials], *, search: str = "greedy", beam: int = 64, min_trials: float = TRIALS_PER_STATE
) -> list[RelayPath]:
    """Grow the sets of several targets or shuffles, as `shrink_each` shrinks them."""
    if search == "exact":
        raise BadParameter(
            "An exact search cannot grow sets. What a set relays by itself bounds no larger one. "
            "Take search 'beam', or shrink."
        )
    paths = []
    for one, found in zip(trials, _found(trials, search, beam, largest=False), strict=True):
        n_states, per_state = _coverage(one, found)
        path = RelayPath(
            direction="grow",
            search=search,
            sets=found.sets,
            bits=Cells.whole(one).bits - found.bits,
            n_states=n_states,
            trials_per_state=per_state,
            reliable=per_state >= min_trials,
        )
        paths.append(path)
    return paths


def _found(trials: Sequence[Trials], search: str, beam: int, *, largest: bool) -> list[Found]:
    for one in trials:
        _check(one, search, beam)
    if search == "exact":
        return [search_exactly(one) for one in trials]
    if search == "beam":
        return [search_beam(one, width=beam, largest=largest) for one in trials]
    return [found for some in _together(trials) for found in search_greedily(some, largest=largest)]


def _together(trials: Sequence[Trials]) -> Iterator[list[Trials]]:
    """Put trials of the same patterns together, as many as memory and its caches hold."""
    some: list[Trials] = []
    for one in trials:
        n_states = sum(len(other.pattern) for other in [*some, one]) * one.n_neurons
        if some and (one.states is not some[0].states or n_states > STATES_AT_ONCE):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _coverage(trials: Trials, found: Found) -> tuple[IntArray, FloatArray]:
    """Count the joint states of what is conditioned on at each step, and trials per state: infinite if exact."""
    occurring = trials.states[np.flatnonzero(np.bincount(trials.pattern))]
    if found.order is not None:
        n_states = n_states_of_prefixes(np.take(occurring, found.order, axis=1))
    else:
        n_states = np.array([n_states_of_prefixes(occurring[:, chosen])[-1] for chosen in found.sets])
    return n_states, (np.inf if trials.exact else trials.total) / n_states


def _check(trials: Trials, search: str, beam: int) -> None:
    if search not in SEARCHES:
        raise UnknownName("search", search, SEARCHES)
    check_whole(least=1, beam=beam)
    if trials.n_neurons == 0:
        raise EmptySelection("There are no neurons. A search goes over the neurons of a layer. Give their states.")
    if search == "exact" and trials.n_neurons > MOST_NEURONS:
        raise BadParameter(
            f"An exact search among {trials.n_neurons} neurons was asked for. It goes over sets of at most "
            f"{MOST_NEURONS}. Take search 'beam'."
        )
