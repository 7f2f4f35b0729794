"""Populations of neurons that act alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.populations.grouping import GroupingParams
from atlas.analysis.populations.profiles import LayerProfiles, is_constant, populations
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.progress import Progress, silent
from atlas.records import DataRecord, FloatArray, MaskedForward
from atlas.results import PopulationResult

PROFILES = ("classes", "trials")


def populations_by_activation(
    network: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    profile: str = "classes",
    max_groups: int = 20,
    n_null: int = 99,
    n_bootstrap: int = 1_000,
    seed: int = 0,
    progress: Progress = silent,
) -> PopulationResult:
    """Group the neurons of each layer by how their activations go together.

    Neurons whose profile does not vary (its values differ by at most 64 roundings of the neuron's largest activation:
    dead and constant neurons, and by classes those equally active in all) are a population of their own.

    Parameters
    ----------
    layers
        Layers whose neurons are grouped, each for itself; None for the hidden ones.
    profile
        `classes`: the mean activation in every class that has trials; `trials`: the activation in every trial, which
        takes a copy of the layer's activations and, for the null, one more.
    max_groups, n_null, n_bootstrap, seed
        As in `GroupingParams`; how neurons are grouped stands at `atlas.analysis.populations.grouping.group`.

    Raises
    ------
    UnknownName
        There is no such layer or profile.
    EmptySelection
        There is no layer or no trial, or fewer than two classes have trials.
    BadParameter
        A parameter is out of range, or activations are NaN or infinite.
    """
    params = GroupingParams(max_groups=max_groups, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed)
    check_profile(profile)
    chosen = [layer for layer in network.layers if layer in (network.hidden if layers is None else layers)]
    _check(network, chosen, layers, profile)
    profiles = {layer: _profiles(layer, network.activations(layer), network.data, profile) for layer in chosen}
    return populations(profiles, params, by="activation", stated={"profile": profile}, progress=progress)


def check_profile(profile: str) -> None:
    """Refuse a profile that there is not."""
    if profile not in PROFILES:
        raise UnknownName("profile", profile, PROFILES)


def _profiles(layer: str, activations: FloatArray, data: DataRecord, profile: str) -> LayerProfiles:
    scale = np.maximum(activations.max(axis=0), -activations.min(axis=0))
    if not np.isfinite(scale).all():
        raise BadParameter(
            f"The activations of layer {layer!r} hold NaN or infinite values. They cannot be correlated. "
            "Check the network and its inputs."
        )
    values = activations.T if profile == "trials" else _class_means(activations, data)
    return LayerProfiles(
        values=values,
        without_effect=np.zeros(len(values), dtype=np.bool_),
        constant=is_constant(values, scale=scale, rounding=float(np.finfo(activations.dtype).eps)),
    )


def _class_means(activations: FloatArray, data: DataRecord) -> FloatArray:
    """Give the mean activation in every class that has trials, shape (n_neurons, n_classes)."""
    means = [activations[data.labels == label].mean(axis=0, dtype=np.float64) for label in np.unique(data.labels)]
    return np.column_stack(means)


def _check(network: MaskedForward, chosen: Sequence[str], layers: Sequence[str] | None, profile: str) -> None:
    for layer in layers or ():
        if layer not in network.layers:
            raise UnknownName("layer", layer, network.layers)
    if not chosen:
        raise EmptySelection(f"The network {network.network!r} has no hidden layer. Name other layers to group.")
    n_trials = len(network.data.labels)
    if n_trials == 0:
        raise EmptySelection("There are no trials. Neurons are grouped by their activations. Give data with trials.")
    if profile == "trials" and n_trials < 2:
        raise EmptySelection("There is one trial. Activations are compared over trials. Give data with more.")
    if profile == "classes" and (network.data.n_classes == 0 or len(np.unique(network.data.labels)) < 2):
        raise EmptySelection(
            f"The data {network.data.text!r} have trials of fewer than two classes. Class means are compared over "
            "classes. Give data with more, or compare all trials: --profile trials."
        )
