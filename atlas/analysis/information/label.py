"""How much neurons, layers and clusters tell about the class shown."""

from __future__ import annotations

from collections.abc import Mapping

from atlas.analysis.information.chance import LabelScale
from atlas.analysis.information.checking import Members
from atlas.analysis.information.coverage import TRIALS_PER_STATE
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.element_states import Layers, pattern, pattern_of_cluster, states_of_layers
from atlas.analysis.information.elements import measure_elements
from atlas.keys import layer_key, neuron_key
from atlas.progress import Progress, silent
from atlas.records import IntArray
from atlas.results import InformationResult

QUANTILES, MEDIANS = Discretisation(), Discretisation(method="median")


def label_information(
    activations: Layers,
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    discretisation: Discretisation = QUANTILES,
    estimator: str = "plug_in",
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 200,
    n_subsamples: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> InformationResult:
    """Measure how many bits each neuron tells about the class, and about each class against all others.

    Parameters
    ----------
    activations
        Layers to measure, each of shape (n_trials, n_neurons).
    labels
        Class of every trial, shape (n_trials,).
    n_classes
        Classes count from 0; those without trials get NaN.
    network
        Key of the network, for the keys of its neurons.
    discretisation
        How activations are put into states: 8 quantile states by default; equal activations share a state.
    estimator
        `plug_in`, `miller_madow` or `grassberger`; see `entropy_bits`. The last takes off too much where states hold
        fixed numbers of trials, as quantile states do.
    min_trials
        Bits are NaN, with reason `too_few_trials`, where fewer trials come on an occupied state in the mean, or where
        bias, (n_states - 1) (n_classes - 1) / (2 ln 2 n_trials), is more than half of the entropy of the classes.
    n_null
        How many shuffles of the labels give mean and sd of the null, z and p (upper tail, the observed counted).
    n_subsamples
        How many halves of the trials give the 95 % interval, the states held fixed; see `interval_of_halves`.

    Returns
    -------
    InformationResult
        Plug-in `bits` are biased upwards; `null_bits` shows by about how much.

    Raises
    ------
    EmptySelection
        No neurons or no trials.
    NonFiniteActivations
        NaN or infinite activations.
    InputError
        Arrays of unequal lengths, labels that are no classes, or one class only.
    """
    scale = LabelScale(
        labels=labels,
        n_classes=n_classes,
        estimator=estimator,
        min_trials=min_trials,
        n_null=n_null,
        n_subsamples=n_subsamples,
        seed=seed,
    )
    neurons = {
        neuron_key(network, layer, number): neuron
        for layer, states in states_of_layers(activations, scale.n_trials, discretisation).items()
        for number, neuron in enumerate(states)
    }
    params = discretisation.for_run | {"layers": ",".join(activations)}
    return measure_elements(neurons, scale, params=params, step="inform neurons", progress=progress)


def layer_information(
    activations: Layers,
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    two_states: Discretisation = MEDIANS,
    estimator: str = "plug_in",
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 200,
    n_subsamples: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> InformationResult:
    """Measure how many bits each layer as a whole tells about the class, and about each class against all others.

    A layer's state is the pattern its neurons form, each in one of two states. Wide layers have as many patterns as
    there are trials; their bits are NaN, with reason `too_few_trials`.

    Parameters
    ----------
    two_states
        How each neuron is put into states: above its median or not by default.
    activations, labels, n_classes, network, estimator, min_trials, n_null, n_subsamples
        As for `label_information`, which says what is returned and raised, too.
    """
    scale = LabelScale(
        labels=labels,
        n_classes=n_classes,
        estimator=estimator,
        min_trials=min_trials,
        n_null=n_null,
        n_subsamples=n_subsamples,
        seed=seed,
    )
    layers = {
        layer_key(network, layer): pattern(states)
        for layer, states in states_of_layers(activations, scale.n_trials, two_states).items()
    }
    params = two_states.for_run | {"layers": ",".join(activations)}
    return measure_elements(layers, scale, params=params, step="inform layers", progress=progress)


def cluster_information(
    members: Mapping[str, Members],
    activations: Layers,
    labels: IntArray,
    n_classes: int,
    *,
    two_states: Discretisation = MEDIANS,
    estimator: str = "plug_in",
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 200,
    n_subsamples: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> InformationResult:
    """Measure how many bits each cluster tells about the class, and about each class against all others.

    A cluster's state is the pattern its neurons form, each in one of two states.

    Parameters
    ----------
    members
        Key of each cluster, with the numbers of its neurons in every layer; none at all gives NaN, with reason
        `no_neurons`.
    activations
        The layers the clusters lie in, each of shape (n_trials, n_neurons).
    two_states
        How each neuron is put into states: above its median or not by default.
    labels, n_classes, estimator, min_trials, n_null, n_subsamples
        As for `label_information`, which says what is returned and raised, too.
    """
    scale = LabelScale(
        labels=labels,
        n_classes=n_classes,
        estimator=estimator,
        min_trials=min_trials,
        n_null=n_null,
        n_subsamples=n_subsamples,
        seed=seed,
    )
    states = states_of_layers(activations, scale.n_trials, two_states)
    clusters = {key: pattern_of_cluster(key, cluster, states) for key, cluster in members.items()}
    return measure_elements(clusters, scale, params=two_states.for_run, step="inform clusters", progress=progress)
