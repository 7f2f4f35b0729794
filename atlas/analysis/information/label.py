"""How much neurons and clusters tell about the class shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.analysis.information.chance import LabelScale, Measured
from atlas.analysis.information.states import joint_states, quantile_states
from atlas.analysis.statistics import q_by_target_kind
from atlas.errors import BadParameter, ShapeError, UnknownName
from atlas.keys import ALL_TARGET, neuron_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray
from atlas.results import InformationResult

Members = Mapping[str, IntArray]


def label_information(
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    states: int = 8,
    n_null: int = 200,
    n_bootstrap: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> InformationResult:
    """Measure how many bits each neuron tells about the class, and about each class against all others.

    Every neuron is discretised to `states` quantile states over the trials; equal activations share a state.

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
    states
        From 2 to 256. Bits are NaN where fewer than 5 trials come on an occupied state.
    n_null
        How many shuffles of the labels give `null_bits` (their mean) and p (upper tail, the observed counted).
        They are the same for all neurons.
    n_bootstrap
        How many resamples of the trials give the 95 % interval, the states held fixed. Percentiles, moved so that
        the resamples' mean is `bits`, for resampling adds to the bias.

    Returns
    -------
    InformationResult
        `bits` are plug-in estimates, biased upward; `null_bits` shows by about how much.
    """
    scale = LabelScale(labels, n_classes, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed)
    for layer, values in activations.items():
        _check_activations(layer, values, len(labels))
    elements = [neuron_key(network, layer, j) for layer, values in activations.items() for j in range(values.shape[1])]
    rows: list[Measured] = []
    for values in activations.values():
        for neuron in quantile_states(values, states):
            rows.append(scale.measure(neuron))
            progress("inform neurons", len(rows), len(elements))
    params = {"states": states, "n_null": n_null, "n_bootstrap": n_bootstrap, "seed": seed}
    return _result(elements, rows, len(labels), n_classes, params | {"layers": ",".join(activations)})


def cluster_information(
    members: Mapping[str, Members],
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    n_null: int = 200,
    n_bootstrap: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> InformationResult:
    """Measure how many bits each cluster tells about the class, and about each class against all others.

    A cluster's state is the pattern its neurons form, each above its median or not.

    Parameters
    ----------
    members
        Key of each cluster, with the numbers of its neurons in every layer; none at all gives NaN.
    activations
        The layers the clusters lie in, each of shape (n_trials, n_neurons).
    labels, n_classes, n_null, n_bootstrap
        As for `label_information`.

    Returns
    -------
    InformationResult
        `n_states` counts the patterns that occur. Where fewer than 5 trials come on one, bits are NaN and the cluster
        is not `reliable`.
    """
    scale = LabelScale(labels, n_classes, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed)
    for layer, values in activations.items():
        _check_activations(layer, values, len(labels))
    rows: list[Measured] = []
    for key, cluster in members.items():
        rows.append(scale.measure(_cluster_states(key, cluster, activations)))
        progress("inform clusters", len(rows), len(members))
    params = {"states": 2, "n_null": n_null, "n_bootstrap": n_bootstrap, "seed": seed}
    return _result(list(members), rows, len(labels), n_classes, params)


def _cluster_states(key: str, cluster: Members, activations: Mapping[str, FloatArray]) -> IntArray | None:
    split = []
    for layer, numbers in cluster.items():
        if layer not in activations:
            raise UnknownName("layer", layer, activations, remedy=f"Give its activations, cluster {key!r} lies in it.")
        n_neurons = activations[layer].shape[1]
        if len(numbers) > 0 and not 0 <= numbers.min() <= numbers.max() < n_neurons:
            raise BadParameter(
                f"Cluster {key!r} names a neuron outside layer {layer!r}, which has {n_neurons}. "
                "Neurons count from 0. Give numbers below the layer's size."
            )
        split.append(quantile_states(activations[layer][:, numbers], 2))
    return joint_states(np.concatenate(split)) if sum(map(len, split)) > 0 else None


def _check_activations(layer: str, values: FloatArray, n_trials: int) -> None:
    if values.ndim != 2 or len(values) != n_trials:
        raise ShapeError(
            f"The activations of layer {layer!r} have shape {values.shape}, there are {n_trials} labels. "
            "Give one row of activations for each trial."
        )
    if not np.isfinite(values).all():
        raise BadParameter(
            f"The activations of layer {layer!r} hold NaN or infinite values. They cannot be put in order. "
            "Check the network and its inputs."
        )


def _result(
    elements: Sequence[str], rows: Sequence[Measured], n_trials: int, n_classes: int, params: Mapping[str, str | int]
) -> InformationResult:
    shape = (len(rows), 1 + n_classes)
    p = np.array([row.p for row in rows]).reshape(shape)
    return InformationResult(
        kind="label",
        elements=tuple(elements),
        targets=(ALL_TARGET, *(str(number) for number in range(n_classes))),
        bits=np.array([row.bits for row in rows]).reshape(shape),
        low_bits=np.array([row.low_bits for row in rows]).reshape(shape),
        high_bits=np.array([row.high_bits for row in rows]).reshape(shape),
        null_bits=np.array([row.null_bits for row in rows]).reshape(shape),
        p=p,
        q=q_by_target_kind(p),
        n_states=np.array([row.n_states for row in rows], dtype=np.int64),
        reliable=np.array([row.reliable for row in rows], dtype=np.bool_),
        n_trials=n_trials,
        params=dict(params),
    )
