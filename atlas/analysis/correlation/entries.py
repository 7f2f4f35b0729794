"""What enters a network where moments are measured, and the moments that closures predict from there on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from scipy import sparse

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.mixtures import parts_of
from atlas.analysis.correlation.moments import Mixture
from atlas.analysis.correlation.propagating import closed_from, pre_activations, run_stages
from atlas.errors import BadParameter, EmptySelection, UnknownName
from atlas.records import FloatArray, IntArray, Stage, StagedLayer


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A start, and closures that divide its trials into the same parts.

    The affine map after it is taken out of the layers: moments behind it are as exact as before it, and fewer where
    inputs are wide.
    """

    start: str
    first: Stage
    layers: tuple[StagedLayer, ...]  # that take in what `first` sums
    closings: tuple[Closing, ...]

    @property
    def has_parts(self) -> bool:
        """Tell whether the closings divide the trials into parts."""
        return self.closings[0].n_components > 1

    def entered(self, activations: FloatArray) -> FloatArray:
        """Give what stands for the activations of the start in the trials of one class, shape (n_trials, n_elements).

        These themselves where parts are looked for in them, else what `first` sums.
        """
        return activations if self.has_parts else pre_activations(self.first, activations)

    def entering(self, entered: FloatArray) -> Entering:
        """Divide what entered into parts, and sum it if it is not.

        Raises
        ------
        BadParameter
            There are fewer than two trials for each part.
        """
        if not self.has_parts:
            return Entering(entered, np.zeros(len(entered), dtype=np.intp))
        closing = self.closings[0]
        parts = parts_of(entered, n_parts=closing.n_components, seed=closing.seed)
        return Entering(pre_activations(self.first, entered), parts)

    def run(self, entering: Entering) -> dict[str, FloatArray]:
        """Give what each layer puts out in these trials, shape (n_trials, n_elements)."""
        outputs, found = {}, entering.summed
        for layer in self.layers:
            found = outputs[layer.layer] = run_stages(layer.stages, found)
        return outputs

    @property
    def rows(self) -> list[tuple[str, Closing]]:
        """List what is predicted: every layer by the first closing, then by the next."""
        return [(layer.layer, closing) for closing in self.closings for layer in self.layers]

    def predicted(self, entering: Entering, *, trial_weights: IntArray | None = None) -> Iterator[Mixture]:
        """Predict the moments of one class, in the order of `rows`; parts stay, whatever trials are counted.

        Raises
        ------
        BadParameter
            There are too few trials for the orders that a closing measures.
        """
        for closing in self.closings:
            yield from closed_from(
                self.layers, entering.summed, closing, trial_weights=trial_weights, parts=entering.parts
            )


@dataclass(frozen=True)
class Entering:
    """Trials of one class where they enter: summed by the first affine map, and the part of each."""

    summed: FloatArray  # shape (n_trials, n)
    parts: IntArray  # shape (n_trials,)


def layers_after(
    layers: Sequence[StagedLayer], places: Sequence[str], starts: Sequence[str] | None
) -> dict[str, Sequence[StagedLayer]]:
    """Give the layers after each start; None: after each of the places where layers begin.

    Raises
    ------
    UnknownName
        A start is no such place.
    """
    for start in starts or ():
        if start not in places:
            raise UnknownName("start", start, places)
    return {start: layers[places.index(start) :] for start in starts or places}


def entries_of(after: Mapping[str, Sequence[StagedLayer]], closings: Sequence[Closing]) -> tuple[Entry, ...]:
    """Begin at each start with the layers after it; closings that find no parts enter together.

    Raises
    ------
    EmptySelection, BadParameter
        There is no closing, or two of one kind.
    """
    kinds = [closing.kind for closing in closings]
    if len(kinds) == 0:
        raise EmptySelection("No closure is given. Errors are those of a closure. Give one, such as Closing('gauss').")
    twice = [kind for number, kind in enumerate(kinds) if kind in kinds[:number]]
    if twice:
        raise BadParameter(f"The closure {twice[0]!r} is given twice. Errors bear its name. Give one of each kind.")
    groups = [tuple(group) for _, group in groupby(closings, key=lambda closing: closing.n_components)]
    return tuple(
        Entry(start=start, first=layers[0].stages[0], layers=_without_first_map(layers), closings=group)
        for start, layers in after.items()
        for group in groups
    )


def _without_first_map(layers: Sequence[StagedLayer]) -> tuple[StagedLayer, ...]:
    first, *others = layers[0].stages
    n_elements = len(first.bias)
    unchanged = sparse.csr_array(sparse.eye_array(n_elements))
    stage = Stage(weight=unchanged, bias=np.zeros(n_elements), activation=first.activation)
    return (replace(layers[0], stages=(stage, *others)), *layers[1:])
