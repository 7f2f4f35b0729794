"""Labels and states that cannot be counted are refused, and clusters of neurons that are not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.analysis.information.states import MOST_STATES
from atlas.errors import BadParameter, EmptySelection, ShapeError, UnknownName
from atlas.records import IntArray

Members = Mapping[str, IntArray | Sequence[int]]  # of a cluster: numbers of its neurons in every layer


def check_labels(labels: IntArray, n_classes: int | None = None) -> None:
    """Refuse what `check_classes` refuses, and labels of one class only."""
    check_classes(labels, n_classes)
    if labels.min() == labels.max():
        raise BadParameter(
            f"All trials are of class {labels[0]}. There is nothing to tell of one class. Give trials of two at least."
        )


def check_classes(labels: IntArray, n_classes: int | None = None) -> None:
    """Refuse labels that are not one whole number for each trial, from 0 and below the number of classes.

    None is as many classes as the labels name.
    """
    if labels.ndim != 1:
        raise ShapeError(f"The labels have shape {labels.shape}. They must be one class for each trial.")
    if len(labels) == 0:
        raise EmptySelection("There are no trials. Label information is counted over trials. Give data with trials.")
    if labels.dtype.kind not in "iu":
        raise BadParameter(f"The labels are {labels.dtype}. Classes are whole numbers from 0. Give integers.")
    most = int(labels.max()) + 1 if n_classes is None else n_classes
    if labels.min() < 0 or labels.max() >= most:
        wrong = int(labels.min() if labels.min() < 0 else labels.max())
        raise BadParameter(
            f"A label is {wrong}, the classes are 0 to {most - 1}. Give labels below the number of classes."
        )


def check_states(states: IntArray) -> None:
    """Refuse states that are not whole numbers from 0 to 255, of one neuron and in one trial at least.

    Tables of two neurons have as many cells as the square of the largest state.
    """
    if states.ndim != 2:
        raise ShapeError(f"The states have shape {states.shape}. Give one row per neuron and one column per trial.")
    if states.size == 0:
        raise EmptySelection(
            f"There are {states.shape[0]} neurons and {states.shape[1]} trials. Give one of each at least."
        )
    if states.dtype.kind not in "iu":
        raise BadParameter(f"The states are {states.dtype}. States are whole numbers from 0. Discretise activations.")
    if states.min() < 0:
        raise BadParameter(f"A state is {states.min()}. States are whole numbers from 0. Discretise activations.")
    if states.max() >= MOST_STATES:
        raise BadParameter(
            f"A state is {states.max()}. Neurons have states from 0 to {MOST_STATES - 1}. Discretise to fewer states."
        )


def check_members(key: str, members: Members, states: Mapping[str, IntArray]) -> None:
    """Refuse a cluster's neurons that are in no layer given, are not there, or are named twice."""
    for layer, numbers in members.items():
        if layer not in states:
            raise UnknownName("layer", layer, states, remedy=f"Give that layer, too: cluster {key!r} lies in it.")
        named, n_neurons = np.asarray(numbers), len(states[layer])
        if named.ndim != 1 or (named.size > 0 and named.dtype.kind not in "iu"):
            raise BadParameter(
                f"Cluster {key!r} names neurons of layer {layer!r} by {named.dtype} of shape {named.shape}. "
                "Neurons count from 0. Give whole numbers, one for each neuron."
            )
        if named.size > 0 and not 0 <= named.min() <= named.max() < n_neurons:
            raise BadParameter(
                f"Cluster {key!r} names a neuron outside layer {layer!r}, which has {n_neurons}. "
                "Neurons count from 0. Give numbers below the layer's size."
            )
        if len(np.unique(named)) < len(named):
            raise BadParameter(f"Cluster {key!r} names a neuron of layer {layer!r} twice. Name every neuron once.")
