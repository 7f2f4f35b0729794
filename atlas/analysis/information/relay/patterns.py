"""The joint states of many neurons: which there are, and which one each trial has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.states import MOST_STATES
from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import IntArray


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """Every joint state of some neurons once, and the one of each trial: a preparation that many searches share.

    For a null, shuffle `of_trials`; for a part of the trials, take a part of it.
    """

    states: IntArray  # of every neuron in every pattern, shape (n_patterns, n_neurons)
    of_trials: IntArray  # number of each trial's pattern, shape (n_trials,)

    @classmethod
    def of(cls, states: IntArray) -> Patterns:
        """Find the patterns of any number of neurons.

        Parameters
        ----------
        states
            From 0 to 255, shape (n_neurons, n_trials).

        Examples
        --------
        >>> Patterns.of(np.array([[0, 1, 0], [1, 1, 1]])).of_trials.tolist()
        [0, 1, 0]
        """
        check_states(states)
        rows = np.ascontiguousarray(states.T, dtype=np.uint8)
        words = _words(rows)
        order = _order(words)
        first = np.concatenate([[True], (words[:, order[1:]] != words[:, order[:-1]]).any(axis=0)])
        of_trials = np.empty(len(rows), dtype=np.int64)
        of_trials[order] = np.cumsum(first) - 1
        return cls(states=rows[order[first]], of_trials=of_trials)

    @property
    def n_neurons(self) -> int:
        """Count the neurons."""
        return int(self.states.shape[1])

    def at(self, trials: IntArray) -> Patterns:
        """Take some of the trials, or all in another order."""
        return Patterns(states=self.states, of_trials=self.of_trials[trials])


def n_states_of_prefixes(states: IntArray) -> IntArray:
    """Count the joint states of the first column, of the first two, and so on, shape (n_neurons,).

    Sorted rows differ from the one before first in some column: from there on they are states of their own.

    Examples
    --------
    >>> n_states_of_prefixes(np.array([[0, 1], [0, 0], [0, 1]], dtype=np.uint8)).tolist()
    [1, 2]
    """
    ordered = states[_order(_words(states))]
    differs = ordered[1:] != ordered[:-1]
    first = differs.argmax(axis=1)[differs.any(axis=1)]
    return 1 + np.cumsum(np.bincount(first, minlength=states.shape[1]))


def check_states(states: IntArray) -> None:
    """Refuse states that are not whole numbers from 0 to 255, and no trials."""
    if states.ndim != 2:
        raise ShapeError(f"The states have shape {states.shape}. Give one row per neuron and one column per trial.")
    if states.shape[1] == 0:
        raise EmptySelection("There are no trials. Relay information is counted over trials. Give data with trials.")
    if not (np.issubdtype(states.dtype, np.integer) or states.dtype == np.bool_):
        raise BadParameter(
            f"The hidden states are of type {states.dtype}. States are whole numbers from 0. "
            "Discretise activations first."
        )
    if states.size > 0 and not 0 <= states.min() <= states.max() < MOST_STATES:
        raise BadParameter(
            f"The hidden states go from {states.min()} to {states.max()}. They must be from 0 to {MOST_STATES - 1}. "
            "Discretise to fewer states."
        )


def _words(states: IntArray) -> IntArray:
    """Pack rows of states in 64-bit words, the last columns' first, shape (n_words, n_rows)."""
    n_bits = max(1, int(states.max(initial=0)).bit_length())
    bits = states if n_bits == 1 else np.unpackbits(states[:, :, None].astype(np.uint8), axis=2)[:, :, 8 - n_bits :]
    octets = np.packbits(bits.reshape(len(states), -1), axis=1)
    padded = np.zeros((len(states), max(8, -(-octets.shape[1] // 8) * 8)), dtype=np.uint8)
    padded[:, : octets.shape[1]] = octets
    return np.ascontiguousarray(padded.view(">u8")[:, ::-1].T.astype(np.uint64))


def _order(words: IntArray) -> IntArray:
    """Sort rows by their first column, then the next."""
    return np.argsort(words[0]) if len(words) == 1 else np.lexsort(words)
