"""What a network loses without sets of neurons, in balanced accuracy: to stand beside their relay information."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.ablation.checks import check_members
from atlas.analysis.ablation.replacing import operator_of
from atlas.analysis.ablation.sweep import check_answers
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.errors import BadParameter
from atlas.records import FloatArray, IntArray, MaskedForward


def knock_outs(
    forward: MaskedForward, sets: Sequence[Members], n_classes: int, *, mapper: Mapper = one_by_one
) -> FloatArray:
    """Measure the balanced accuracy lost when sets of neurons are put out: their activations are set to 0.

    To a tanh neuron 0 is the middle of its range, to a ReLU the end at which it is silent.

    Parameters
    ----------
    sets
        Numbers of hidden neurons by layer, each neuron once; a set without neurons loses nothing.
    n_classes
        Of the trials.

    Returns
    -------
    FloatArray
        Percentage points, shape (n_sets, 1 + n_classes), negative where the network gains. First the mean over classes
        of the share answered rightly; then for each class the mean of two shares, of its trials answered with it and
        of all others not answered with it. NaN for classes without trials. Ties are no answer.

    Raises
    ------
    DataMismatch, NonFiniteActivations
        There are no trials, or of one class only; activations are NaN or infinite.
    BadParameter, UnknownName
        Another number of classes than the trials have; neurons or layers that are not there, or not hidden.

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401, who take the class of an output above 0, not of the largest one.
    """
    check_answers(forward)
    if n_classes != forward.data.n_classes:
        raise BadParameter(
            f"{n_classes} classes were given, the data {forward.data.text!r} have {forward.data.n_classes}. "
            "Give the classes of the trials."
        )
    for number, members in enumerate(sets):
        check_members(forward, f"set {number}", members)
    blocks = in_blocks(sets)
    parts = [part["points"] for part in mapper(partial(_points_of_sets, forward), blocks)]
    return np.concatenate([np.zeros((0, 1 + n_classes)), *parts])


def balanced_percent(confusion: IntArray) -> FloatArray:
    """Take the balanced accuracy of all classes, then of each against all others, in percent.

    Parameters
    ----------
    confusion
        Trials by class shown and class answered, the last column for no answer: shape (n_classes, n_classes + 1).

    Returns
    -------
    FloatArray
        Shape (1 + n_classes,); NaN for classes without trials, and for one that has them all.

    Examples
    --------
    >>> balanced_percent(np.array([[3, 1, 0], [0, 4, 0]])).tolist()  # one of four 0s is answered 1
    [87.5, 87.5, 87.5]
    """
    shown, answered = confusion.sum(axis=1), confusion.sum(axis=0)[:-1]
    right = confusion.diagonal()
    recall = _share(right, shown)
    rejected = 1 - _share(answered - right, confusion.sum() - shown)
    return 100.0 * np.concatenate([[np.nanmean(recall)], (recall + rejected) / 2])


def _points_of_sets(forward: MaskedForward, sets: Sequence[Members]) -> Arrays:
    labels, before = forward.data.labels, forward.predict()
    n_classes = forward.data.n_classes
    operator = operator_of("zero", seed=0, n_trials=len(labels))
    intact = _confusion(labels, before, n_classes)
    points = np.zeros((len(sets), 1 + n_classes))
    for row, members in enumerate(sets):
        named = {layer: members[layer] for layer in forward.hidden if len(members.get(layer, ())) > 0}
        changes = forward.changed_answers(operator.of(named))
        moved = labels[changes.trials]
        after = intact - _confusion(moved, before[changes.trials], n_classes)
        after += _confusion(moved, changes.answers, n_classes)
        points[row] = balanced_percent(intact) - balanced_percent(after)
    return {"points": points}


def _confusion(labels: IntArray, answers: IntArray, n_classes: int) -> IntArray:
    """Count trials by class shown and class answered; `NO_ANSWER`, as other outputs than classes, is the last."""
    last = np.where((answers < 0) | (answers >= n_classes), n_classes, answers)
    cells = np.bincount(labels * (n_classes + 1) + last, minlength=n_classes * (n_classes + 1))
    return cells.reshape(n_classes, n_classes + 1)


def _share(part: IntArray, whole: IntArray) -> FloatArray:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))
