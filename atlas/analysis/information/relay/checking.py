"""What measures of relay information refuse before they begin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.information.checking import check_members
from atlas.analysis.information.relay.counting import Answered
from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import IntArray


def answered_of(inputs: IntArray, outputs: IntArray, n_classes: int) -> Answered:
    """Take class shown and class answered; an answer that is no class counts as no answer.

    Raises
    ------
    ShapeError, EmptySelection, BadParameter
        They are not of equal length; there are no trials; they are not whole numbers; trials are of one class only,
        or of a class that is none.
    """
    if inputs.ndim != 1 or inputs.shape != outputs.shape:
        raise ShapeError(
            f"The classes shown have shape {inputs.shape}, the classes answered {outputs.shape}. "
            "Give one of each for each trial."
        )
    if len(inputs) == 0:
        raise EmptySelection("There are no trials. Relay information is counted over trials. Give data with trials.")
    for name, classes in (("shown", inputs), ("answered", outputs)):
        if classes.dtype.kind not in "iu":
            raise BadParameter(f"The classes {name} are {classes.dtype}. Classes are whole numbers. Give integers.")
    present = np.unique(inputs)
    if present[0] < 0 or present[-1] >= n_classes:
        wrong = present[0] if present[0] < 0 else present[-1]
        raise BadParameter(f"A class shown is {wrong}, the classes are 0 to {n_classes - 1}. Correct the labels.")
    if len(present) == 1:
        raise BadParameter(
            f"All {len(inputs)} trials show class {present[0]}. Nothing about it is left to relay. "
            "Give trials of two classes or more."
        )
    is_class = (outputs >= 0) & (outputs < n_classes)
    return Answered(shown=inputs.astype(np.int64), answered=np.where(is_class, outputs, n_classes), n_classes=n_classes)


def check_states(states: Mapping[str, IntArray], n_trials: int) -> None:
    """Refuse states that are none, or not of these trials."""
    if len(states) == 0:
        raise EmptySelection("No layer is given. Relay information is that of neurons. Give states of a hidden layer.")
    for layer, values in states.items():
        if values.ndim != 2 or values.shape[1] != n_trials:
            raise ShapeError(
                f"The states of layer {layer!r} have shape {values.shape}, there are {n_trials} trials. "
                "Give one row for each neuron, with one state for each trial."
            )
        if len(values) == 0:
            raise EmptySelection(f"Layer {layer!r} has no neurons. Leave it out.")
        if values.dtype.kind not in "iu" or values.min() < 0:
            raise BadParameter(
                f"The states of layer {layer!r} are not whole numbers from 0. Discretise the activations first."
            )


def check_clusters(clusters: Mapping[str, Members], states: Mapping[str, IntArray]) -> None:
    """Refuse no clusters at all, and neurons that are not there, or are named twice."""
    if len(clusters) == 0:
        raise EmptySelection("There are no clusters to measure. Give one or more.")
    for key, members in clusters.items():
        check_members(key, members, states)
