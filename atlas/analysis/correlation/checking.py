"""Activations that no moments can be measured of are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.analysis.information.checking import check_classes
from atlas.errors import BadParameter, EmptySelection, NonFiniteActivations, ShapeError, UnknownName
from atlas.records import FloatArray, IntArray, StagedLayer

LARGEST = 1e60  # activation


def check_activations(
    activations: Mapping[str, FloatArray], names: Sequence[str], labels: IntArray, n_classes: int
) -> None:
    """Refuse layers without activations, those that do not fit the labels or are not finite, and labels of no class.

    Parameters
    ----------
    activations
        By layer, shape (n_trials, n_elements).
    names
        Of the layers that are needed.
    labels
        Shape (n_trials,).
    """
    check_classes(labels, n_classes)
    for name in names:
        if name not in activations:
            raise UnknownName("layer", name, activations, remedy="Give its activations, too.")
        found = activations[name]
        if found.ndim != 2 or len(found) != len(labels):
            raise ShapeError(
                f"The activations of layer {name!r} have shape {found.shape}, there are {len(labels)} labels. "
                "Give one row for each trial and one column for each element."
            )
        if not np.isfinite(found).all():
            raise NonFiniteActivations(
                f"Activations of layer {name!r} are NaN or infinite. Moments are of finite numbers. "
                "Look at the inputs and weights."
            )
        if float(np.abs(found).max(initial=0)) > LARGEST:
            raise NonFiniteActivations(
                f"Activations of layer {name!r} are larger than {LARGEST:.0e}. Squares of their covariances outgrow "
                "double precision. Scale the inputs or the weights down."
            )


def check_trials(labels: IntArray, *, fewest: int, what: str) -> None:
    """Refuse a class that has trials, but too few for what is measured, such as `Third cumulants`."""
    n_trials = np.bincount(labels)
    few = np.flatnonzero((n_trials > 0) & (n_trials < fewest))
    if len(few) > 0:
        raise BadParameter(
            f"Class {few[0]} has only {n_trials[few[0]]} of the trials. {what} need {fewest} of every class. "
            "Give more trials, or leave the class out."
        )


def layers_before(layers: Sequence[StagedLayer], activations: Mapping[str, FloatArray]) -> list[str]:
    """Name what each layer takes in: activations that are of none of them, then those of the layer before.

    Raises
    ------
    EmptySelection
        There is no layer.
    BadParameter
        None but the layers, or more than one, have activations.
    """
    if len(layers) == 0:
        raise EmptySelection("There is no layer to take moments through. Give one, or start earlier.")
    names = [layer.layer for layer in layers]
    first = [name for name in activations if name not in names]
    if len(first) != 1:
        raise BadParameter(
            f"Activations are given of {len(first)} layers that come before the first to go through: "
            f"{', '.join(map(repr, first)) or 'none'}. Moments are measured at one. Give the one just before."
        )
    return [*first, *names[:-1]]


def check_outputs(outputs: FloatArray, n_classes: int) -> None:
    """Refuse outputs, shape (n_trials, n_outputs), that are fewer than the classes."""
    if outputs.shape[1] < n_classes:
        raise ShapeError(
            f"There are {outputs.shape[1]} outputs and {n_classes} classes. The loss asks every class for an output of "
            "its own. Give labels of the network's outputs."
        )
