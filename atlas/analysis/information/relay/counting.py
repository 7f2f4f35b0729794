"""What the class shown tells about the class answered, within the states of neurons: for all targets at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.counting import contingency, count_terms, information_bits
from atlas.records import FloatArray, IntArray

COUNTS_AT_ONCE = 2**21  # bounds the memory, about 100 MiB


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Class shown and class answered in every trial, shape (n_trials,); `n_classes` stands for no answer."""

    shown: IntArray
    answered: IntArray
    n_classes: int

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def pairs(self) -> IntArray:
        """Number the pairs of a class shown and a class answered, shape (n_trials,)."""
        return self.shown * (self.n_classes + 1) + self.answered

    @property
    def terms(self) -> FloatArray:
        """Tabulate n log2 n up to all trials."""
        return count_terms(len(self), "plug_in")[0]

    def at(self, trials: IntArray) -> Answered:
        """Take trials in another order, or some of them."""
        return Answered(shown=self.shown[trials], answered=self.answered[trials], n_classes=self.n_classes)

    def of_target(self, column: int) -> tuple[IntArray, IntArray]:
        """Give input and output of a target: the classes (column 0), or whether they are the class (then)."""
        if column == 0:
            return self.shown, self.answered
        return (self.shown == column - 1).astype(np.int64), (self.answered == column - 1).astype(np.int64)


def conditional_bits(states: IntArray, trials: Answered) -> FloatArray:
    """Measure I(shown; answered | state), given the states of several elements one by one.

    Parameters
    ----------
    states
        From 0, shape (n_elements, n_trials).

    Returns
    -------
    FloatArray
        Plug-in estimates in bits, shape (n_elements, 1 + n_classes): which class, then that class or not.

    Examples
    --------
    >>> bit = np.array([0, 1, 0, 1])
    >>> told = conditional_bits(np.array([[0, 0, 0, 0], bit]), Answered(shown=bit, answered=bit, n_classes=2))
    >>> told.tolist()  # all there is, where nothing is given; nothing, given the bit itself
    [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """
    n_states = int(states.max(initial=0)) + 1
    n_at_once = max(1, COUNTS_AT_ONCE // max(len(trials), n_states * (trials.n_classes + 1)))
    blocks = [states[first : first + n_at_once] for first in range(0, len(states), n_at_once)]
    bits = [_sums(block, n_states, trials) / len(trials) for block in blocks]
    return np.concatenate([np.zeros((0, 1 + trials.n_classes)), *bits])


def told_bits(states: IntArray, trials: Answered) -> dict[str, FloatArray]:
    """Measure what the states of elements tell about the class shown (`input_bits`) and answered (`output_bits`).

    `states` has shape (n_elements, n_trials), each result (n_elements, 1 + n_classes).
    """
    n_states, n_classes = int(states.max(initial=0)) + 1, trials.n_classes
    shown = contingency(states, trials.shown, n_states=n_states, n_other=n_classes)
    answered = contingency(states, trials.answered, n_states=n_states, n_other=n_classes + 1)
    about_answered = information_bits(answered)[:, :-1]  # the last is that of no answer
    return {"input_bits": information_bits(shown), "output_bits": about_answered}


def _sums(states: IntArray, n_states: int, trials: Answered) -> FloatArray:
    """Take bits times trials of every element, shape (n_elements, 1 + n_classes)."""
    n_elements, n_classes = len(states), trials.n_classes
    cells = states + n_states * np.arange(n_elements)[:, None]  # states of all elements, numbered through
    if n_states * n_classes * (n_classes + 1) <= len(trials):
        joint, shown, answered, both = _tabled(cells, n_states * n_elements, trials)
    else:
        joint, shown, answered, both = _listed(cells, n_states * n_elements, trials)
    f, of_cell = trials.terms, shown.sum(axis=1)[:, None]
    f_cell, f_shown, f_answered = f[of_cell], f[shown], f[answered]
    every = f_cell - (f_shown.sum(axis=1) + f_answered.sum(axis=1))[:, None]
    answered = answered[:, :-1]
    one = f[both] + f[shown - both] + f[answered - both] + f[of_cell - shown - answered + both]
    one += f_cell - f_shown - f[of_cell - shown] - f_answered[:, :-1] - f[of_cell - answered]
    sums = np.concatenate([every, one], axis=1).reshape(n_elements, n_states, -1).sum(axis=1)
    sums[:, 0] += joint
    return np.asarray(sums)


def _tabled(cells: IntArray, n_cells: int, trials: Answered) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """Count from one table of cells, classes shown and classes answered: for few states."""
    n_classes = trials.n_classes
    counts = _counted(cells, n_cells, trials.pairs, n_classes * (n_classes + 1))
    joint = trials.terms[counts].reshape(len(cells), -1).sum(axis=1)
    table = counts.reshape(n_cells, n_classes, n_classes + 1)
    return joint, table.sum(axis=2), table.sum(axis=1), table[:, range(n_classes), range(n_classes)]


def _listed(cells: IntArray, n_cells: int, trials: Answered) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
    """Count classes shown and classes answered by themselves: of many states hardly any meets every pair of them."""
    n_classes, f = trials.n_classes, trials.terms
    right = trials.shown == trials.answered
    pairs = cells * (n_classes * (n_classes + 1)) + trials.pairs
    return (
        np.array([f[np.unique(own, return_counts=True)[1]].sum() for own in pairs]),
        _counted(cells, n_cells, trials.shown, n_classes),
        _counted(cells, n_cells, trials.answered, n_classes + 1),
        _counted(cells[:, right], n_cells, trials.shown[right], n_classes),
    )


def _counted(cells: IntArray, n_cells: int, columns: IntArray, n_columns: int) -> IntArray:
    keys = cells * n_columns + columns
    return np.bincount(keys.ravel(), minlength=n_cells * n_columns).reshape(n_cells, n_columns)
