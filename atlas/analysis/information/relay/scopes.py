"""Elements of the same layers: what they are measured by, and what chance and halves of the trials say beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from atlas.analysis.information.coverage import Coverage, coverage
from atlas.analysis.information.halves import half_samples, interval_of_halves
from atlas.analysis.information.relay.counting import Answered, conditional_bits
from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.states import joint_states
from atlas.analysis.mapping import Arrays, Mapper, in_blocks
from atlas.analysis.seeds import check_draws, generator
from atlas.analysis.statistics import against_null
from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results.relay import RELAY_COLUMNS

SHUFFLES = 21  # stream of random numbers
DRAWS_AT_ONCE = 8

Measures = dict[str, FloatArray]


@dataclass(frozen=True, kw_only=True)
class Draws:
    """How many draws stand beside each value, of trials enough, and who draws them."""

    n_null: int
    n_subsamples: int
    min_trials: float  # per occupied state; where there are fewer, nothing is measured
    seed: int
    mapper: Mapper

    def __post_init__(self) -> None:
        check_draws(n_null=self.n_null, n_subsamples=self.n_subsamples)

    @property
    def params(self) -> dict[str, Parameter]:
        """List what a result records of them."""
        names = ("min_trials", "n_null", "n_subsamples", "seed")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """States of the same layers, one row of shape (n_trials,) for each element."""

    whole: IntArray  # joint state of all neurons of the layers, one row
    rests: IntArray  # of all neurons but those of an element; no rows where the whole is not reliable
    own: IntArray  # of the neurons of an element, of those that are measured alone
    cover: Coverage  # of the whole

    def of_trials(self, trials: IntArray) -> Scope:
        """Keep some trials."""
        whole, rests, own = (states[:, trials] for states in (self.whole, self.rests, self.own))
        return Scope(whole=whole, rests=rests, own=own, cover=self.cover)


def scope_of(patterns: Patterns, sets: Sequence[IntArray], own: IntArray, *, min_trials: float) -> Scope:
    """Prepare elements of some layers, given the joint states of all neurons of these.

    `sets` are the numbers of the elements' neurons; `own` the states of those that are measured alone.
    """
    whole = patterns.of_trials
    cover = coverage(whole, min_trials=min_trials)
    each = [rest_states(patterns, numbers) for numbers in sets] if cover.reliable else []
    rests = np.array(each, dtype=np.int64).reshape(len(each), len(whole))
    small = np.min_scalar_type(int(rests.max(initial=0)))  # sorted fastest where two bytes suffice
    return Scope(whole=whole[None], rests=rests.astype(small), own=own, cover=cover)


def covered_rows(states: IntArray, *, min_trials: float) -> BoolArray:
    """Tell which elements have enough trials on their own states, shape (n_elements,)."""
    return np.array([coverage(own, min_trials=min_trials).reliable for own in states], dtype=np.bool_)


def rest_states(patterns: Patterns, numbers: IntArray) -> IntArray:
    """Number the joint states of all neurons but some, shape (n_trials,)."""
    return joint_states(np.delete(patterns.states.T, numbers, axis=0))[patterns.of_trials]


def shuffle_of(n_trials: int, seed: int, number: int) -> IntArray:
    """Draw one order of the trials: the same for every layer, target and measure."""
    return generator(seed, SHUFFLES, number).permutation(n_trials)


def measure(scope: Scope, trials: Answered, draws: Draws) -> tuple[Measures, Measures]:
    """Measure elements with the rest conditioned on (for each row of `rests`), and alone (for each row of `own`).

    Each by the names of `RelayResult`, shape (n_rows, 1 + n_classes). The null of the first shuffles the states of an
    element over trials within each joint state of its rest: it has no part in what the rest leaves. Without a rest, as
    for whole layers, and for what an element relays alone, that is all trials: it has no part in the answer.
    """
    halves = half_samples(len(trials), draws.n_subsamples, draws.seed)
    null = _drawn(partial(_of_shuffles, scope, trials, draws.seed), range(draws.n_null), draws.mapper)
    of_halves = _drawn(partial(_of_halves, scope, trials), halves, draws.mapper)
    observed = relay_bits(scope, trials)
    return _beside_draws("", observed, null, of_halves), _beside_draws("alone_", observed, null, of_halves)


def relay_bits(scope: Scope, trials: Answered) -> Arrays:
    """Measure `bits` with the rest conditioned on, and `alone_bits` with the rest left out."""
    bits = conditional_bits(scope.rests, trials)
    if len(bits) > 0:
        bits -= conditional_bits(scope.whole, trials)
    return {"bits": bits, "alone_bits": _alone_bits(scope, trials)}


def _alone_bits(scope: Scope, trials: Answered) -> FloatArray:
    return conditional_bits(np.zeros_like(scope.whole), trials) - conditional_bits(scope.own, trials)


def _of_shuffles(scope: Scope, trials: Answered, seed: int, numbers: Sequence[int]) -> Arrays:
    """Shuffle elements within the states of their rest; for what they relay alone, over all trials."""
    given_rest = conditional_bits(scope.rests, trials)
    in_order = scope.whole[0][np.argsort(scope.rests, axis=1, kind="stable")]
    orders = [shuffle_of(len(trials), seed, number) for number in numbers]
    left = [conditional_bits(_within_rests(in_order, scope.rests, order), trials) for order in orders]
    alone = [_alone_bits(scope, trials.at(order)) for order in orders]
    return {"bits": given_rest - np.stack(left), "alone_bits": np.stack(alone)}


def _within_rests(in_order: IntArray, rests: IntArray, order: IntArray) -> IntArray:
    """Give joint states to other trials in which the rest is the same, shape (n_elements, n_trials).

    `in_order` are the joint states of all neurons, in the order of the rest's states. Where the rest is the same, they
    differ by the element's own state only: so it is that which is shuffled.
    """
    places = order[np.argsort(rests[:, order], axis=1, kind="stable")]
    shuffled = np.empty_like(in_order)
    np.put_along_axis(shuffled, places, in_order, axis=1)
    return shuffled


def _of_halves(scope: Scope, trials: Answered, halves: Sequence[IntArray]) -> Arrays:
    return _stacked([relay_bits(scope.of_trials(half), trials.at(half)) for half in halves])


def _drawn(task: Callable[[Sequence[int]], Arrays], draws: Sequence[int] | IntArray, mapper: Mapper) -> Arrays:
    """Put the blocks of a task together, shape (n_draws, n_rows, n_targets); nothing without draws."""
    parts = list(mapper(task, in_blocks(list(draws), DRAWS_AT_ONCE)))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def _stacked(rows: Sequence[Arrays]) -> Arrays:
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _beside_draws(prefix: str, observed: Arrays, null: Arrays, of_halves: Arrays) -> Measures:
    """Put what chance and halves say beside the bits of a prefix; `RelayResult` has not all of it for both."""
    bits = observed[f"{prefix}bits"]
    nothing = np.zeros((0, *bits.shape))
    low, high = interval_of_halves(bits, of_halves.get(f"{prefix}bits", nothing))
    summary = against_null(bits, null.get(f"{prefix}bits", nothing))
    found = {
        f"{prefix}bits": bits,
        f"low_{prefix}bits": low,
        f"high_{prefix}bits": high,
        f"{prefix}null_bits": summary.mean,
        f"{prefix}null_sd_bits": summary.sd,
        f"{prefix}z": summary.z,
        f"{prefix}p": summary.p,
    }
    return {name: values for name, values in found.items() if name in RELAY_COLUMNS}
