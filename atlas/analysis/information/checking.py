"""Labels and states that cannot be counted are refused."""

from __future__ import annotations

from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import IntArray


def check_labels(labels: IntArray, n_classes: int | None = None) -> None:
    """Refuse labels that are not one whole number for each trial, below the number of classes, and of two at least.

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
    if labels.min() == labels.max():
        raise BadParameter(
            f"All trials are of class {labels[0]}. There is nothing to tell of one class. Give trials of two at least."
        )


def check_states(states: IntArray) -> None:
    """Refuse states that are not whole numbers from 0, of one neuron and in one trial at least."""
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
