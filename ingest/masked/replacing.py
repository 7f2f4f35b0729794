"""Put other activations in the place of a layer's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from atlas.errors import BadParameter, UnknownName
from atlas.records import METHODS_OF_ABLATION, BoolArray, IntArray, Replacement
from ingest.masked.intact import Intact
from ingest.masked.layout import Layout
from ingest.program.operation import Array, Hook


def check_replacement(layer: str, replacement: Replacement, *, n_neurons: int) -> None:
    """Check that method and neurons exist.

    Raises
    ------
    UnknownName, BadParameter
        They do not, or `resample` lacks its donors.
    """
    if replacement.method not in METHODS_OF_ABLATION:
        raise UnknownName("method of ablation", replacement.method, METHODS_OF_ABLATION)
    if replacement.method == "resample" and replacement.donors is None:
        raise BadParameter("To resample, every trial needs another one. Give `donors`, one trial for each.")
    numbers = replacement.numbers
    outside = numbers[(numbers < 0) | (numbers >= n_neurons)]
    if outside.size:
        raise UnknownName(f"neuron of {layer!r}", str(outside[0]), [f"0 to {n_neurons - 1}"])


def standing(intact: Intact, layer: str, replacement: Replacement, rows: IntArray) -> Array:
    """Give what would stand in the place of a layer's values, shape (n_rows or 1, *shape of a trial)."""
    if replacement.method == "mean":
        return intact.mean(layer)[None]
    if replacement.method == "balanced_mean":
        return intact.balanced_mean(layer)[None]
    if replacement.method == "resample" and replacement.donors is not None:
        return intact.values(layer, replacement.donors[rows])
    return np.zeros((1, *intact.sites[layer].numbers.shape))


def chosen(intact: Intact, layer: str, replacement: Replacement) -> BoolArray:
    """Mark the elements of the neurons that are replaced, shape of a trial."""
    return np.isin(intact.sites[layer].numbers, replacement.numbers)


def differing(intact: Intact, layer: str, replacement: Replacement, rows: IntArray) -> BoolArray:
    """Tell the trials in which a replacement differs from what it replaces, shape (n_rows,)."""
    elements = chosen(intact, layer, replacement)
    instead = standing(intact, layer, replacement, rows)
    before = intact.values(layer, rows)[:, elements]
    found: BoolArray = (before != instead[:, elements].astype(before.dtype)).any(axis=1)
    return found


def put(intact: Intact, layer: str, replacement: Replacement) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Make the function of a layer's value, trials on axis 0, and of its trials that replaces activations in it."""
    elements = torch.from_numpy(np.flatnonzero(chosen(intact, layer, replacement)))

    def replaced(value: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        instead = standing(intact, layer, replacement, rows.cpu().numpy())
        flat = value.reshape(len(value), -1).clone()
        flat[:, elements] = torch.from_numpy(instead.reshape(len(instead), -1)).to(flat)[:, elements]
        return flat.reshape(value.shape)

    return replaced


def hook(intact: Intact, layer: str, replacement: Replacement, rows: IntArray) -> Hook:
    """Make the function that replaces the activations of a layer on the way."""
    elements, instead = chosen(intact, layer, replacement), standing(intact, layer, replacement, rows)
    layout, steps = intact.layout(layer), intact.steps(layer)
    if steps is None:
        return lambda value: _put(value, layout, elements, instead)
    n_steps = elements.shape[steps.axis]
    order = iter([*range(n_steps), *reversed(range(n_steps))])  # forwards, then backwards

    def replace_step(value: Array) -> Array:
        step = [next(order)]
        one = replace(layout, shape=(*layout.shape[: steps.axis], 1, *layout.shape[steps.axis + 1 :]))
        return _put(value, one, np.take(elements, step, steps.axis), np.take(instead, step, steps.axis + 1))

    return replace_step


def _put(value: Array, layout: Layout, elements: BoolArray, instead: Array) -> Array:
    trials = layout.apart(value)
    return layout.together(np.where(elements, instead.astype(trials.dtype, copy=False), trials))
