"""Measure ablated sets of neurons, many at a time: the task of every sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from atlas.analysis.ablation.answers import AnswerCounter, Members
from atlas.analysis.ablation.losses import TrialMeasures
from atlas.analysis.answers import answers_of, n_near_ties
from atlas.analysis.mapping import Arrays
from atlas.errors import NonFiniteActivations
from atlas.records import AnswerChanges, FloatArray, IntArray, Replacement


def measured(
    counter: AnswerCounter, measures: TrialMeasures | None, sets: Sequence[Members]
) -> dict[str, NDArray[Any]]:
    """Ablate sets and measure each; it can be pickled, and needs nothing of the sets before.

    Returns
    -------
    dict[str, NDArray]
        With one row for every set: `changed`, shape (n_sets, 2, n_targets), answers broken and repaired; `confused`,
        of the same shape, the answer given most often instead and how often; `n_near_ties`. With measures, `mean` and
        `squares` of their change, shape (n_sets, n_measures, n_targets).

    Raises
    ------
    NonFiniteActivations
        Without a set the network puts out NaN or infinity.
    """
    rows = [_measured(counter, measures, members) for members in sets]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def nothing_measured(counter: AnswerCounter, measures: TrialMeasures | None) -> Arrays:
    """Give what `measured` gives for no sets at all."""
    n_targets = len(counter.targets)
    answered = {name: np.zeros((0, 2, n_targets), np.int64) for name in ("changed", "confused")}
    names = () if measures is None else ("mean", "squares")
    shape = (0, 0 if measures is None else len(measures.names), n_targets)
    return answered | {"n_near_ties": np.zeros(0, np.int64)} | {name: np.zeros(shape) for name in names}


def told(parts: Iterable[Arrays], sizes: Sequence[int], tell: Callable[[int, int], None]) -> Iterator[Arrays]:
    """Hand on the parts of a sweep, and tell after each how many sets are done, and of how many."""
    for part, done in zip(parts, np.cumsum(sizes), strict=True):
        tell(int(done), sum(sizes))
        yield part


def joined(nothing: Arrays, parts: Iterable[Arrays]) -> Arrays:
    """Put the parts of a sweep together, if there are any."""
    every = [nothing, *parts]
    return {name: np.concatenate([part[name] for part in every]) for name in nothing}


def _measured(counter: AnswerCounter, measures: TrialMeasures | None, members: Members) -> dict[str, NDArray[Any]]:
    replace = counter.replacements(members)
    if measures is None:
        return _answered(counter, counter.network.changed_answers(replace))
    trials = np.flatnonzero(counter.network.touched(replace))
    outputs = _outputs(counter, replace, trials)
    change = measures.changes(outputs, trials)
    changes = AnswerChanges(trials=trials, answers=answers_of(outputs), n_near_ties=n_near_ties(outputs))
    return _answered(counter, changes) | {"mean": change.mean, "squares": change.squares}


def _answered(counter: AnswerCounter, changes: AnswerChanges) -> dict[str, NDArray[Any]]:
    return {
        "changed": counter.changed(changes),
        "confused": counter.confused(changes),
        "n_near_ties": np.array(changes.n_near_ties),
    }


def _outputs(counter: AnswerCounter, replace: Mapping[str, Replacement], trials: IntArray) -> FloatArray:
    """Run the trials touched, if there are any."""
    outputs = counter.network.outputs(replace if len(trials) else {}, trials=trials)
    bad = np.flatnonzero(~np.isfinite(outputs).all(axis=1))
    if len(bad):
        layer, replacement = next(iter(replace.items()))
        raise NonFiniteActivations(
            f"Without neuron {replacement.numbers[0]} of layer {layer!r}, {counter.network.network!r} puts out NaN or "
            f"infinity in trial {trials[bad[0]]}. Every output must be a finite number. "
            f"Replace activations otherwise than by {replacement.method!r}."
        )
    return outputs
