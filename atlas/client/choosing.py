"""Neurons that a user means: by their keys, or by criteria."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.catalogue import ask
from atlas.catalogue.contents import contents
from atlas.client.criteria import QUESTION, Neurons
from atlas.errors import EmptySelection, UnknownName
from atlas.keys import names_in
from atlas.store import Store

Chosen = Neurons | str | Sequence[str]
_ALL = 2**31 - 1  # more neurons than a network has


def chosen_neurons(store: Store, network: str, chosen: Chosen) -> tuple[str, ...]:
    """Give the keys of the neurons chosen: as they are named, or from the input's first on.

    Raises
    ------
    UnknownName, MissingAnalysis
        A key or a criterion names what is not there; a criterion needs an analysis that has not run.
    EmptySelection
        No neuron meets the criteria. To name none at all is no error here.
    """
    keys = neurons_if_any(store, network, chosen)
    if isinstance(chosen, Neurons) and not keys:
        raise EmptySelection(f"No neuron of {network!r} meets {chosen!r}. Ask for less.")
    return keys


def neurons_if_any(store: Store, network: str, chosen: Chosen) -> tuple[str, ...]:
    """Give the keys of the neurons chosen, none if none meets the criteria.

    Raises
    ------
    UnknownName, MissingAnalysis
        As `chosen_neurons` does.
    """
    if isinstance(chosen, Neurons):
        found = ask(store, QUESTION, {"network": network, **chosen.parameters, "top": _ALL})
        return tuple(found["neuron"])
    keys, held = names_in(chosen), contents(store, network)
    for key in keys:
        near = held.near_neurons(key)
        if key not in near:
            raise UnknownName("neuron", key, near)
    return keys
