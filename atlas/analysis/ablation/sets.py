"""Ablate one set of neurons, chosen by hand."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.analysis.ablation.clusters import effects_of_clusters
from atlas.analysis.ablation.selecting import members_of, neurons_named
from atlas.errors import BadParameter, EmptySelection
from atlas.progress import Progress, silent
from atlas.records import MaskedForward
from atlas.results import EffectResult

SET = "set"  # what the one row of the result is called


def effect_of_set(
    network: MaskedForward,
    neurons: Sequence[str],
    *,
    method: str = "zero",
    n_null: int = 0,
    seed: int = 0,
    progress: Progress = silent,
) -> EffectResult:
    """Measure the accuracy lost when a set of neurons is ablated together: over all classes, and in every class.

    Parameters
    ----------
    neurons
        Their keys, each once, of any hidden layers.
    method, seed
        As in `effects_of_clusters`.
    n_null
        How many random sets with as many neurons of each layer it is compared with; with 0, z, p and q are NaN.

    Returns
    -------
    EffectResult
        With one element, `set`. Intervals are Newcombe's for paired trials.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        Neurons that do not exist, cannot be ablated, or are named twice; none at all.
    """
    if len(neurons) == 0:
        raise EmptySelection("The set of neurons to ablate is empty. Its effect is undefined. Name one or more by key.")
    chosen = neurons_named(network, neurons)
    for neuron, key in zip(chosen, neurons, strict=True):
        if chosen.count(neuron) > 1:
            raise BadParameter(f"The neuron {key!r} is named twice. A set has every neuron once. Leave one out.")
    members = {SET: members_of(chosen)}
    return effects_of_clusters(network, members, method=method, n_null=n_null, seed=seed, progress=progress)
