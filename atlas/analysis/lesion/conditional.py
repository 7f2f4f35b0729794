"""What one cluster costs when another is lost already, beside random sets in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.ablation.sweep import Sweep
from atlas.analysis.mapping import Arrays, Mapper
from atlas.analysis.seeds import generator
from atlas.analysis.statistics import against_null, benjamini_hochberg
from atlas.records import FloatArray, IntArray
from atlas.results import ConditionalEffects, PairResult

IN_ITS_PLACE = 9  # stream of random numbers


class Draw(NamedTuple):
    """What random sets are like: they have so many neurons of every hidden layer, none of one cluster."""

    given: int  # place of the cluster
    sizes: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RandomSets:
    """Random sets in the place of one cluster while another is ablated. They can be sent to other processes."""

    sweep: Sweep
    n_null: int
    seed: int
    pool: Mapping[str, IntArray] | None  # neurons of every layer to draw from; None: all of hidden layers

    def draw(self, one: int, given: int) -> Draw | None:
        """Say what to draw in the place of one cluster; None where nothing but itself is left."""
        sizes = tuple(len(self.sweep.members[one].get(layer, ())) for layer in self.sweep.network.hidden)
        has_choice = any(0 < size < len(left) for size, left in zip(sizes, self._left(given), strict=True))
        return Draw(given, sizes) if has_choice else None

    def n_lost(self, draw: Draw) -> Arrays:
        """Ablate sets, each together with the cluster, and count the right answers lost; shape (n_null,)."""
        draws, left = generator(self.seed, IN_ITS_PLACE, draw.given, *draw.sizes), self._left(draw.given)
        sets = [self._set(draw, left, draws) for _ in range(self.n_null)]
        lost = [self.sweep.n_lost(self.sweep.flips_without(self.sweep.members[draw.given], one)) for one in sets]
        return {"n_lost": np.array(lost, dtype=np.int64)}

    def _set(self, draw: Draw, left: Sequence[IntArray], draws: np.random.Generator) -> Members:
        layers = zip(self.sweep.network.hidden, left, draw.sizes, strict=True)
        return {layer: draws.choice(numbers, size=size, replace=False) for layer, numbers, size in layers if size > 0}

    def _left(self, given: int) -> list[IntArray]:
        """List the neurons of every hidden layer that can be drawn and are not of a cluster."""
        members = self.sweep.members[given]
        return [np.setdiff1d(self._pool(layer), members.get(layer, ())) for layer in self.sweep.network.hidden]

    def _pool(self, layer: str) -> IntArray:
        """List the neurons of a layer that random sets may have."""
        if self.pool is None:
            return np.arange(self.sweep.network.activations(layer).shape[1])
        return self.pool.get(layer, np.zeros(0, dtype=np.int64))


def conditional_effects(
    joint: PairResult, sets: RandomSets, *, mapper: Mapper, progress: Callable[[int, int], None]
) -> ConditionalEffects:
    """Place what each of a pair costs without the other among what random sets cost in its place."""
    one = np.column_stack([joint.first, joint.second])
    given = one[:, ::-1].ravel()
    lost = np.repeat((joint.n_broken - joint.n_repaired)[:, 0], 2)
    alone = (joint.single_broken - joint.single_repaired)[given, 0]
    asked = [sets.draw(*pair) for pair in zip(one.ravel().tolist(), given.tolist(), strict=True)]
    null = _measured(sets, asked, mapper, progress) - alone
    points, chance = (100 * values / joint.n_trials[0] for values in (lost - alone, null))
    beside = against_null(points, chance)
    p = np.where(np.isnan(beside.mean), np.nan, beside.p)
    found = {"points": points, "null_mean": beside.mean, "null_sd": beside.sd, "p": p, "q": benjamini_hochberg(p)}
    return ConditionalEffects(**{name: values.reshape(-1, 2) for name, values in found.items()})


def _measured(
    sets: RandomSets, asked: Sequence[Draw | None], mapper: Mapper, progress: Callable[[int, int], None]
) -> FloatArray:
    """Count what random sets lose, each kind once; shape (n_null, n_asked), NaN where there are none."""
    kinds = list(dict.fromkeys(draw for draw in asked if draw is not None))
    found: dict[Draw | None, FloatArray | IntArray] = {None: np.full(sets.n_null, np.nan)}
    for kind, block in zip(kinds, mapper(sets.n_lost, kinds), strict=True):
        found[kind] = block["n_lost"]
        progress(len(found) - 1, len(kinds))
    return np.stack([found[draw] for draw in asked], axis=1)
