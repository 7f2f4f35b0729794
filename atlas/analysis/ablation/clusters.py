"""Ablate every cluster, and random sets with as many neurons of each layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from atlas.analysis.ablation.answers import AnswerCounter, check_members
from atlas.analysis.ablation.effects import effects_of, lost_points, targets_of
from atlas.analysis.seeds import generator
from atlas.analysis.statistics import NullSummary, against_null, q_by_target_kind
from atlas.errors import BadParameter
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, MaskedForward
from atlas.results import EffectResult

Members = Mapping[str, IntArray]


def effects_of_clusters(
    network: MaskedForward,
    clusters: Mapping[str, Members],
    *,
    method: str = "zero",
    n_null: int = 999,
    seed: int = 0,
    progress: Progress = silent,
) -> EffectResult:
    """Measure the accuracy lost when each cluster is ablated, and how far it exceeds that of random sets.

    Costs at most `1 + n_null` runs of the network for each cluster, from the first layer touched.

    Parameters
    ----------
    clusters
        Key of each cluster, with the numbers of the neurons to ablate in every layer; none at all gives NaN.
    method
        `zero`, `mean` (over the trials), or `resample` (the activations in another trial, one for the whole set).
    n_null
        How many random sets stand against a cluster. They have as many neurons of each layer as it has, drawn from
        all neurons of these layers; clusters with the same numbers share them.
    seed
        Of the random sets, and of the other trials `resample` takes.

    Returns
    -------
    EffectResult
        p is the share of sets, the cluster among them, that do as much harm or more: 1 where the cluster is all of its
        layers. Intervals are Newcombe's for paired trials. NaN for classes without trials.
    """
    if n_null < 0:
        raise BadParameter(f"n_null is {n_null}. It cannot be negative. Give 0 to go without random sets.")
    for key, members in clusters.items():
        check_members(network, key, members)
    counter = AnswerCounter(network, method=method, seed=seed)
    sets = _MatchedSets(network, counter, n_null, seed)
    n_classes = network.data.n_classes
    changed = np.zeros((len(clusters), 2, n_classes), dtype=np.int64)
    null = np.full((n_null, len(clusters), 1 + n_classes), np.nan)

    def tick(row: int, n_drawn: int) -> None:
        progress(f"ablate clusters ({method})", row * (1 + n_null) + 1 + n_drawn, len(clusters) * (1 + n_null))

    for row, members in enumerate(clusters.values()):
        changed[row] = counter.changed(members)
        null[:, row] = sets.points(members, partial(tick, row))
        tick(row, n_null)
    params: dict[str, str | int] = {"method": method, "n_null": n_null, "seed": seed}
    return _result(network, clusters, changed, counter, null, params)


class _MatchedSets:
    """Effects of random sets. They depend on the seed and the numbers of neurons only, so no order changes them."""

    def __init__(self, network: MaskedForward, counter: AnswerCounter, n_null: int, seed: int) -> None:
        self._network, self._counter, self._n_null, self._seed = network, counter, n_null, seed
        self._known: dict[tuple[int, ...], FloatArray] = {}

    def points(self, members: Members, tick: Callable[[int], None]) -> FloatArray:
        """Measure random sets with as many neurons of each layer as `members`, shape (n_null, n_targets)."""
        n_drawn = tuple(len(members.get(layer, ())) for layer in self._network.layers)
        if n_drawn not in self._known:
            draws = generator(self._seed, *n_drawn)
            changed = np.zeros((self._n_null, 2, self._network.data.n_classes), dtype=np.int64)
            for row in range(self._n_null):
                changed[row] = self._counter.changed(self._draw(n_drawn, draws))
                tick(row + 1)
            self._known[n_drawn] = lost_points(changed, self._counter.n_trials)
        return self._known[n_drawn]

    def _draw(self, n_drawn: tuple[int, ...], draws: np.random.Generator) -> dict[str, IntArray]:
        return {
            layer: draws.choice(self._network.activations(layer).shape[1], size=n, replace=False)
            for layer, n in zip(self._network.layers, n_drawn, strict=True)
            if n > 0
        }


def _result(
    network: MaskedForward,
    clusters: Mapping[str, Members],
    changed: IntArray,
    counter: AnswerCounter,
    null: FloatArray,
    params: dict[str, str | int],
) -> EffectResult:
    n_ablated = np.array([sum(map(len, members.values())) for members in clusters.values()], dtype=np.int64)
    effects = effects_of(changed, counter)
    beside = against_null(effects.points, null)
    empty = n_ablated == 0
    beside = NullSummary(*(np.where(empty[:, None], np.nan, values) for values in beside))
    return EffectResult(
        method=str(params["method"]),
        elements=tuple(clusters),
        targets=targets_of(network.data.n_classes),
        points=np.where(empty[:, None], np.nan, effects.points),
        low_points=np.where(empty[:, None], np.nan, effects.low_points),
        high_points=np.where(empty[:, None], np.nan, effects.high_points),
        n_trials=effects.n_trials,
        macro_points=np.where(empty, np.nan, effects.macro_points),
        null_mean=beside.mean,
        null_sd=beside.sd,
        z=beside.z,
        p=beside.p,
        q=q_by_target_kind(beside.p),
        n_ablated=n_ablated,
        params=dict(params),
    )
