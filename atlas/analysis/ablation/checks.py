"""What a sweep refuses before it begins."""

from __future__ import annotations

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.ablation.selecting import hidden_neurons
from atlas.errors import BadParameter, DataMismatch, NonFiniteActivations
from atlas.records import DataRecord, MaskedForward


def check_sweep(network: MaskedForward) -> None:
    """Raise unless ablations of the network can be told from nothing.

    Raises
    ------
    DataMismatch
        There is no trial, there is one class only, or a label is no class.
    NonFiniteActivations
        A layer puts out NaN or infinity.
    """
    _check_trials(network.data)
    for layer in network.layers:
        bad = np.flatnonzero(~np.isfinite(network.activations(layer)).all(axis=1))
        if len(bad):
            raise NonFiniteActivations(
                f"Layer {layer!r} of {network.network!r} puts out NaN or infinity in {len(bad)} of "
                f"{len(network.data.labels)} trials, the first is {bad[0]}. Every activation must be a finite number. "
                "Leave these trials out, or scale the inputs as the network was trained on."
            )


def check_members(network: MaskedForward, cluster: str, members: Members) -> None:
    """Raise for layers that cannot be ablated, neurons the network does not have, and neurons named twice."""
    if members:
        hidden_neurons(network, tuple(members))
    for layer, numbers in members.items():
        n_neurons = network.activations(layer).shape[1]
        outside = [int(number) for number in numbers if not 0 <= number < n_neurons]
        if outside:
            raise BadParameter(
                f"Cluster {cluster!r} names neuron {outside[0]} of layer {layer!r}, which has {n_neurons}. "
                "Neurons count from 0. Give numbers below the layer's size."
            )
        if len(np.unique(numbers)) < len(numbers):
            raise BadParameter(f"Cluster {cluster!r} names a neuron of layer {layer!r} twice. Name every neuron once.")


def _check_trials(data: DataRecord) -> None:
    if len(data.labels) == 0:
        raise DataMismatch(f"The data {data.text!r} have no trials. An effect is measured on trials. Give some.")
    if data.values is not None:
        return
    present = np.unique(data.labels)
    if present[0] < 0 or present[-1] >= data.n_classes:
        wrong = present[0] if present[0] < 0 else present[-1]
        raise DataMismatch(
            f"The data {data.text!r} have a label {wrong}, which is none of the {data.n_classes} classes from 0. "
            "Correct the labels."
        )
    if len(present) == 1:
        raise DataMismatch(
            f"All {len(data.labels)} trials of the data {data.text!r} are of class {present[0]}. A network that always "
            "answers it would lose nothing. Give trials of two classes or more."
        )
