"""Ablate pairs of neurons: what both cost together beyond what each costs alone."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.analysis.ablation.joint import joint_effects
from atlas.analysis.ablation.pairing import pairs_listed, pairs_of_layers
from atlas.analysis.ablation.selecting import each_alone
from atlas.analysis.ablation.sweep import Sweep, check_answers
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.errors import BadParameter
from atlas.progress import Progress, silent
from atlas.records import MaskedForward, Parameter
from atlas.results import PairResult


def effects_of_pairs(
    network: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    method: str = "zero",
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> PairResult:
    """Measure the accuracy lost without both neurons of each pair, and how far it exceeds the sum of both alone.

    Costs one run of the network for each neuron and one for each pair, of the trials in which its answer can change.
    Memory holds one byte for each neuron and trial, and what `PairResult` does.

    Parameters
    ----------
    layers
        Hidden layers whose neurons are paired, within and across; None for all of them.
    pairs
        Keys of the neurons of each pair instead, each pair once.
    method
        `zero`, `mean` (over the trials), `balanced_mean` (over the classes' means), or `resample` (the activations in
        another trial, one for both).
    seed
        Which other trials `resample` takes; without influence on the others.

    Returns
    -------
    PairResult
        The interaction is the mean over trials of wrong without both, less wrong without each, plus wrong intact. Its
        interval is Bonett and Price's; its p is exact if each trial's value is as likely to be of the other sign, and
        1 where no answer flips.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        Neurons that do not exist or cannot be ablated, a neuron paired with itself, a pair named twice, none at all.
    DataMismatch, NonFiniteActivations
        Trials that `effects_of_neurons` refuses.
    """
    check_answers(network)
    if layers is not None and pairs is not None:
        raise BadParameter(
            "Both `layers` and `pairs` are given. Pairs are of whole layers or a list. Give one of them."
        )
    neurons, places = pairs_of_layers(network, layers) if pairs is None else pairs_listed(network, pairs)
    sweep = Sweep.of(network, each_alone(network, neurons), method=method, seed=seed)
    of_layers = ",".join(dict.fromkeys(layer for layer, _ in neurons))
    params: dict[str, Parameter] = {"method": method, "seed": seed, "layers": of_layers}
    return joint_effects(sweep, places, params=params, mapper=mapper, progress=progress)
