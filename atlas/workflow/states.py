"""What the analyses of information share: parameters, classes to tell of, and activations put into states."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.analysis.information.coverage import coverage_of
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.seeds import check_draws, generator
from atlas.errors import BadParameter, DataMismatch, EmptySelection, UnknownName
from atlas.records import IntArray, MaskedForward

MEDIAN = Discretisation(method="median")


def check_numbers(*, min_trials: float, seed: int, **n_draws: int) -> None:
    """Refuse numbers of draws, of trials on a state, or a seed outside their range.

    Raises
    ------
    BadParameter
        One is.
    """
    check_draws(**n_draws)
    coverage_of(1, 1, min_trials=min_trials)
    generator(seed)


def check_layers_or_partition(layers: tuple[str, ...] | None, partition: str | None, what: str) -> None:
    """Refuse layers beside a partition; `what` begins the sentence that says of what the measure is.

    Raises
    ------
    BadParameter
        Both are given.
    """
    if layers is not None and partition is not None:
        raise BadParameter(
            f"Both layers and the partition {partition!r} are given. {what} clusters with all their hidden neurons. "
            "Give one of them."
        )


def check_classes(forward: MaskedForward, what: str) -> None:
    """Refuse trials that have values instead of classes; `what` begins the sentence that says why.

    Raises
    ------
    DataMismatch
        There are no classes.
    """
    if forward.data.values is not None:
        raise DataMismatch(
            f"The data {forward.data.text!r} have values, not classes. {what} of classes. "
            "Give trials of classes with --data, or measure what neurons do to the loss: `atlas ablate`."
        )


def of_two_states(discretisation: Discretisation) -> Discretisation:
    """Give what several neurons are put into states by: two each, at the median unless the method itself has two."""
    return discretisation if discretisation.most_states == 2 else MEDIAN


def hidden_layers(forward: MaskedForward, layers: tuple[str, ...] | None) -> tuple[str, ...]:
    """Choose the hidden layers asked for, in the network's order; None: all of them.

    Raises
    ------
    UnknownName
        One is no hidden layer.
    EmptySelection
        There is none at all.
    """
    if not forward.hidden:
        raise EmptySelection(
            f"The network {forward.network!r} has no hidden layer. Hidden neurons stand between input and output. "
            "Ingest a network that has some."
        )
    for layer in layers or ():
        if layer not in forward.hidden:
            raise UnknownName("hidden layer", layer, forward.hidden)
    return tuple(layer for layer in forward.hidden if layers is None or layer in layers)


def states_of(forward: MaskedForward, layers: Iterable[str], discretisation: Discretisation) -> dict[str, IntArray]:
    """Put the activations of layers into states: of each layer shape (n_neurons, n_trials)."""
    return {
        layer: discretisation.states(forward.activations(layer), stream=forward.layers.index(layer)) for layer in layers
    }
