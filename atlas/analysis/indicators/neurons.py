"""Describe every neuron without ablating it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.indicators.responses import Responses, responses
from atlas.analysis.indicators.wiring import activation_proxy, check_initial, size_of, strengths, weight_change_p
from atlas.errors import DataMismatch, EmptySelection, NonFiniteActivations, ShapeError
from atlas.keys import ALL_TARGET, neuron_key
from atlas.progress import Progress, silent
from atlas.records import DataRecord, FloatArray, MaskedForward, NetworkRecord
from atlas.results import IndicatorResult

N_CLASSES_NEEDED = 2  # with trials: selectivity compares classes


def indicators_of_neurons(
    network: MaskedForward,
    *,
    weights: NetworkRecord,
    initial: NetworkRecord | None = None,
    layers: Sequence[str] | None = None,
    progress: Progress = silent,
) -> IndicatorResult:
    """Measure how active, how selective and how strongly wired each neuron is, and how far training moved its weights.

    Parameters
    ----------
    weights
        The weights of the network; strengths and the activation proxy stand on those that are kept.
    initial
        The same network before training, for `weight_change_p`; None: that stays NaN.
    layers
        Layers to measure; None for the hidden ones.

    Returns
    -------
    IndicatorResult
        NaN for classes without trials, for the point-biserial correlation of neurons that never change, and for the
        selectivity of neurons that are ever negative.

    Raises
    ------
    EmptySelection
        There are no layers.
    DataMismatch, NonFiniteActivations
        Fewer than two classes have trials; activations are NaN or infinite.
    UnknownName, ShapeError
        A layer that does not exist, weights that are not of this network, or an initial network of other sizes.
    """
    chosen = network.hidden if layers is None else tuple(layers)
    _check_data(network.data, chosen)
    if initial is not None:
        check_initial(weights, initial)
    found: list[Responses] = []
    for done, layer in enumerate(chosen, start=1):
        activations = _checked(network, layer, weights)
        found.append(responses(activations, network.data.labels, network.data.n_classes))
        progress("indicators of layers", done, len(chosen))
    into, out_of = zip(*(strengths(weights, layer) for layer in chosen), strict=True)
    sizes = tuple(len(one.mean) for one in found)
    return IndicatorResult(
        elements=tuple(
            neuron_key(network.network, layer, number)
            for layer, size in zip(chosen, sizes, strict=True)
            for number in range(size)
        ),
        layers=chosen,
        sizes=sizes,
        targets=(ALL_TARGET, *(str(number) for number in range(network.data.n_classes))),
        mean_activation=np.concatenate([one.mean for one in found]),
        sd_activation=np.concatenate([one.sd for one in found]),
        max_activation=np.concatenate([one.largest for one in found]),
        active_share=np.concatenate([one.active_share for one in found]),
        point_biserial=np.concatenate([one.point_biserial for one in found]),
        activation_proxy=np.concatenate([_proxy(network, weights, layer) for layer in chosen]),
        selectivity=np.concatenate([one.selectivity for one in found]),
        in_strength=np.concatenate(into),
        out_strength=np.concatenate(out_of),
        weight_change_p=np.concatenate([_change(weights, initial, layer) for layer in chosen]),
        n_trials=np.array([len(network.data.labels), *_n_trials(network.data)]),
        params={"layers": ",".join(chosen), "initial": None if initial is None else initial.weights_sha256},
    )


def _proxy(network: MaskedForward, weights: NetworkRecord, layer: str) -> FloatArray:
    """Give the activation proxy, shape (n_neurons, n_targets); there is none against `all`."""
    inputs, data = network.activations(network.layers[0]), network.data
    each = activation_proxy(weights, layer, inputs, data.labels, data.n_classes)
    return np.column_stack([np.full(len(each), np.nan), each])


def _change(weights: NetworkRecord, initial: NetworkRecord | None, layer: str) -> FloatArray:
    if initial is None:
        return np.full(size_of(weights, layer), np.nan)
    return weight_change_p(weights, initial, layer)


def _n_trials(data: DataRecord) -> list[int]:
    counts: list[int] = np.bincount(data.labels, minlength=data.n_classes).tolist()
    return counts


def _check_data(data: DataRecord, layers: Sequence[str]) -> None:
    if not layers:
        raise EmptySelection("No layer is named, and there is no hidden one. Name the layers whose neurons to measure.")
    n_known = sum(count > 0 for count in _n_trials(data)) if data.n_classes else 0
    if n_known < N_CLASSES_NEEDED:
        raise DataMismatch(
            f"The data {data.text!r} have trials of {n_known} class{'' if n_known == 1 else 'es'}. Indicators compare "
            "classes. Give trials of at least two."
        )


def _checked(network: MaskedForward, layer: str, weights: NetworkRecord) -> FloatArray:
    activations = network.activations(layer)
    if not np.isfinite(activations).all():
        raise NonFiniteActivations(
            f"The activations of layer {layer!r} hold NaN or infinite values. They have no mean. "
            "Check the network and its inputs."
        )
    if activations.shape[1] != size_of(weights, layer):
        raise ShapeError(
            f"The layer {layer!r} puts out {activations.shape[1]} activations, the weights given have "
            f"{size_of(weights, layer)} neurons there. Both must be of the same network. Give its own weights."
        )
    return activations
