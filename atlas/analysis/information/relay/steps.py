"""When a search removes or adds each neuron, and what the same search finds on shuffled trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product

import numpy as np

from atlas.analysis.information.relay.aggregating import aggregated_bits
from atlas.analysis.information.relay.counting import Answered
from atlas.analysis.information.relay.exact import MOST_NEURONS
from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.relay.scopes import Draws, Measures, shuffle_of
from atlas.analysis.information.relay.searching import SEARCHES, grow_each, shrink_each
from atlas.analysis.information.relay.trials import Trials
from atlas.analysis.mapping import Arrays, in_blocks
from atlas.analysis.seeds import check_draws, check_whole
from atlas.errors import BadParameter, UnknownName
from atlas.records import BoolArray, FloatArray, Parameter
from atlas.results import RelayPath

DIRECTIONS = {"shrink": shrink_each, "grow": grow_each}
SHRUNK_UP_TO = 20  # neurons; with more, most joint states are met in a single trial
SEARCHES_AT_ONCE = 16
OBSERVED = -1  # in the place of the number of a shuffle


@dataclass(frozen=True, kw_only=True)
class Search:
    """How sets of relays are searched, and on how many shuffles the search is repeated."""

    direction: str | None
    search: str
    beam: int
    n_searches: int

    def __post_init__(self) -> None:
        if self.direction is not None and self.direction not in DIRECTIONS:
            raise UnknownName("direction", self.direction, DIRECTIONS)
        if self.search not in SEARCHES:
            raise UnknownName("search", self.search, SEARCHES)
        check_whole(least=1, beam=self.beam)
        check_draws(n_searches=self.n_searches)

    @property
    def params(self) -> dict[str, Parameter]:
        """List what a result records of it."""
        return asdict(self)

    def check(self, sizes: Mapping[str, int]) -> None:
        """Refuse, before anything is measured, an exact search that grows, or of too many neurons of a layer."""
        if self.search != "exact":
            return
        if self.direction == "grow":
            raise BadParameter("An exact search cannot grow sets. Take search 'beam', or shrink.")
        for layer, size in sizes.items():
            if size > MOST_NEURONS:
                raise BadParameter(
                    f"Layer {layer!r} has {size} neurons. An exact search goes over at most {MOST_NEURONS}. "
                    "Take search 'beam', or choose other layers."
                )

    def direction_of(self, n_neurons: int, *, covered: bool) -> str:
        """Choose the direction for a layer."""
        if self.direction is not None:
            return self.direction
        return "shrink" if self.search == "exact" or (n_neurons <= SHRUNK_UP_TO and covered) else "grow"


@dataclass(frozen=True, kw_only=True)
class _Searched:
    """A layer and how it is searched; it can be sent to other processes."""

    patterns: Patterns
    trials: Answered
    how: Search
    direction: str
    min_trials: float
    seed: int

    def paths(self, jobs: Sequence[tuple[int, int]]) -> list[RelayPath]:
        """Search for each number of a shuffle and target."""
        trials = [self._trials(number, target) for number, target in jobs]
        how = self.how
        return DIRECTIONS[self.direction](trials, search=how.search, beam=how.beam, min_trials=self.min_trials)

    def _trials(self, number: int, target: int) -> Trials:
        """Take the trials as they are, or a shuffle of them."""
        order = np.arange(len(self.trials)) if number == OBSERVED else shuffle_of(len(self.trials), self.seed, number)
        return Trials.of(*self.trials.at(order).of_target(target), self.patterns)


def steps_of(patterns: Patterns, trials: Answered, how: Search, draws: Draws, *, covered: bool) -> Measures:
    """Search the relays of a layer for every target; shape (n_neurons, 1 + n_classes).

    Where trials do not cover the joint state of the layer, no set can be told from all, and nothing is shrunk.
    """
    n_targets = 1 + trials.n_classes
    direction = how.direction_of(patterns.n_neurons, covered=covered)
    if direction == "shrink" and not covered:
        return {}
    jobs = list(product([OBSERVED, *range(how.n_searches)], range(n_targets)))
    searched = _Searched(
        patterns=patterns, trials=trials, how=how, direction=direction, min_trials=draws.min_trials, seed=draws.seed
    )
    parts = list(draws.mapper(partial(_paths, searched), in_blocks(jobs, SEARCHES_AT_ONCE)))
    bits, reliable = (
        np.concatenate([part[name] for part in parts]).reshape(1 + how.n_searches, n_targets, -1)
        for name in ("bits", "reliable")
    )
    sets = np.concatenate([part["sets"] for part in parts])
    found = _told(sets == (direction == "grow"), np.where(reliable, bits, np.nan))
    if direction == "shrink":
        found["aggregated_bits"] = aggregated_bits(sets, bits[0]).T
    return found


def _told(settled: BoolArray, bits: FloatArray) -> Measures:
    """Find the step after which each neuron stays where the search puts it, and the bits of that step.

    `settled` has shape (n_targets, n_steps, n_neurons), `bits` (1 + n_searches, n_targets, n_steps).
    """
    n_steps = settled.shape[1]
    astray = ~settled[:, ::-1]
    place = np.where(astray.any(axis=1), n_steps - astray.argmax(axis=1), 0)  # from 0, shape (n_targets, n_neurons)
    at_step = partial(np.take_along_axis, indices=place, axis=1)
    known = np.sum(~np.isnan(bits[1:]), axis=0)
    null = np.divide(np.nansum(bits[1:], axis=0), known, out=np.full(known.shape, np.nan), where=known > 0)
    step_bits = at_step(bits[0])
    undefined = np.isnan(step_bits)
    return {
        "step": np.where(undefined, np.nan, place + 1.0).T,
        "step_bits": step_bits.T,
        "step_null_bits": np.where(undefined, np.nan, at_step(null)).T,
    }


def _paths(searched: _Searched, jobs: Sequence[tuple[int, int]]) -> Arrays:
    """Search for each number of a shuffle and target; sets are given for the trials as they are only."""
    n_neurons = searched.patterns.n_neurons
    paths = searched.paths(jobs)
    kept = [path.sets for path, (number, _) in zip(paths, jobs, strict=True) if number == OBSERVED]
    return {
        "bits": np.stack([path.bits for path in paths]),
        "reliable": np.stack([np.logical_and.accumulate(path.reliable) for path in paths]),
        "sets": np.array(kept, dtype=np.bool_).reshape(len(kept), n_neurons, n_neurons),
    }
