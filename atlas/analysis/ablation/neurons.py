"""Ablate every neuron, one at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.ablation.answers import AnswerCounter, check_layers
from atlas.analysis.ablation.effects import effects_of, targets_of
from atlas.analysis.ablation.paired import mcnemar_p
from atlas.analysis.statistics import q_by_target_kind
from atlas.keys import neuron_key
from atlas.progress import Progress, silent
from atlas.records import IntArray, MaskedForward
from atlas.results import EffectResult


def effects_of_neurons(
    network: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    method: str = "zero",
    seed: int = 0,
    progress: Progress = silent,
) -> EffectResult:
    """Measure the accuracy lost when each neuron is ablated: over all classes, and in every class.

    Costs one run of the layers above the neuron, for the trials in which its activation is replaced by another value.

    Parameters
    ----------
    layers
        Layers whose neurons are ablated; None for the hidden ones.
    method
        `zero`, `mean` (over the trials), or `resample` (the activation in another trial).
    seed
        Which other trials `resample` takes; without influence on the other two.

    Returns
    -------
    EffectResult
        Intervals are Newcombe's for paired trials, p is McNemar's exact test; there is no null of random sets.
        NaN for classes without trials.
    """
    chosen = network.hidden if layers is None else tuple(layers)
    check_layers(network, chosen)
    neurons = [(layer, number) for layer in chosen for number in range(network.activations(layer).shape[1])]
    counter = AnswerCounter(network, method=method, seed=seed)
    changed = np.zeros((len(neurons), 2, network.data.n_classes), dtype=np.int64)
    for row, (layer, number) in enumerate(neurons):
        changed[row] = counter.changed({layer: np.array([number])})
        progress(f"ablate neurons ({method})", row + 1, len(neurons))
    return _result(network, neurons, changed, counter, {"method": method, "seed": seed, "layers": ",".join(chosen)})


def _result(
    network: MaskedForward,
    neurons: Sequence[tuple[str, int]],
    changed: IntArray,
    counter: AnswerCounter,
    params: dict[str, str | int],
) -> EffectResult:
    effects = effects_of(changed, counter)
    p = np.where(np.isnan(effects.points), np.nan, mcnemar_p(effects.broken, effects.repaired))
    undefined = np.full(p.shape, np.nan)
    return EffectResult(
        method=str(params["method"]),
        elements=tuple(neuron_key(network.network, layer, number) for layer, number in neurons),
        targets=targets_of(network.data.n_classes),
        points=effects.points,
        low_points=effects.low_points,
        high_points=effects.high_points,
        n_trials=effects.n_trials,
        macro_points=effects.macro_points,
        null_mean=undefined,
        null_sd=undefined,
        z=undefined,
        p=p,
        q=q_by_target_kind(p),
        n_ablated=np.ones(len(neurons), dtype=np.int64),
        params=dict(params),
    )
