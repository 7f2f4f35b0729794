"""What every two neurons tell about each other, in bits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations_with_replacement

import numpy as np
from scipy import stats

from atlas.analysis.information.checking import check_states
from atlas.analysis.information.counting import count_terms
from atlas.errors import ShapeError
from atlas.records import BoolArray, FloatArray, IntArray

MOST_INDICATORS = 2**24  # numbers in the indicators of a block
MOST_ROWS = 2**11  # rows of them: bounds the joint counts of two blocks
EXACT_IN_SINGLE = 2**24  # whole numbers up to this are exact in single precision
LEAST_EXPECTED = 5.0  # trials in the emptiest cell; below, chi-square is a poor guide (Cochran 1954)


def pairwise_information(states: IntArray) -> FloatArray:
    """Measure how many bits every two neurons tell about each other.

    The joint counts of all neurons of two blocks are one matrix product of indicators of their states.

    Parameters
    ----------
    states
        Of each neuron in every trial, from 0 to 255, shape (n_neurons, n_trials).

    Returns
    -------
    FloatArray
        Plug-in mutual information, shape (n_neurons, n_neurons), symmetric; on the diagonal a neuron's own entropy.
        From 0 to the smaller entropy of the two; `pairwise_bias` says what independent neurons have in the mean.

    Raises
    ------
    EmptySelection
        No neurons or no trials.
    ShapeError, BadParameter
        `states` has not two dimensions; they are not whole numbers from 0 to 255.

    Examples
    --------
    >>> pairwise_information(np.array([[0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]])).tolist()
    [[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    check_states(states)
    n_neurons, n_trials = states.shape
    terms, whole = count_terms(n_trials, "plug_in")
    margins = _margins(states)
    of_margins = terms[margins].sum(axis=0)
    bits = np.zeros((n_neurons, n_neurons))
    for rows, columns, joint in _joint_counts(states, margins):
        found = terms[joint].sum(axis=(0, 2)) - of_margins[rows, None] - of_margins[columns] + whole
        bits[rows, columns] = np.maximum(found, 0.0) / n_trials
    upper = np.triu(bits)
    return np.asarray(upper + np.triu(upper, 1).T)


def pairwise_bias(states: IntArray) -> FloatArray:
    """Give the bits that two independent neurons tell about each other in the mean, because trials are finite.

    Returns
    -------
    FloatArray
        (k - 1) (l - 1) / (2 ln 2 n_trials) for neurons of k and l occupied states, to first order; NaN on the
        diagonal. Shape (n_neurons, n_neurons), of `states` as in `pairwise_information`.

    References
    ----------
    Miller (1955), Information Theory in Psychology, 95-100.
    """
    check_states(states)
    bias: FloatArray = _degrees_of_freedom(_margins(states)) / (2 * math.log(2) * states.shape[1])
    np.fill_diagonal(bias, np.nan)
    return bias


def pairwise_p(bits: FloatArray, states: IntArray) -> FloatArray:
    """Test every two neurons for independence, by the G-test.

    Twice the number of trials times the information in nats has the chi-square distribution, with (k - 1) (l - 1)
    degrees of freedom, if trials are many. Far tails are not exact: with 5 trials expected in the emptiest cell,
    independent neurons have a p below 1e-3 up to 4 times as often as that, and below 1e-6 up to 11 times. So a small p
    only picks pairs to look at where trials are few: shuffle the trials of one neuron to test them.

    Parameters
    ----------
    bits
        What `pairwise_information` gives for `states`.

    Returns
    -------
    FloatArray
        Upper tail, same shape as `bits`; NaN on the diagonal, for constant neurons, and for pairs of which some cell
        has fewer than 5 trials expected, where chi-square does not hold.

    Raises
    ------
    ShapeError
        `bits` is not of these neurons.
    """
    check_states(states)
    n_neurons, n_trials = states.shape
    if bits.shape != (n_neurons, n_neurons):
        raise ShapeError(
            f"The bits have shape {bits.shape}, the states are of {n_neurons} neurons. Give bits of all their pairs."
        )
    margins = _margins(states)
    freedom = _degrees_of_freedom(margins)
    rarest = np.where(margins > 0, margins, n_trials).min(axis=0)
    testable = (freedom > 0) & (np.outer(rarest, rarest) >= LEAST_EXPECTED * n_trials)
    np.fill_diagonal(testable, False)
    p = np.full(bits.shape, np.nan)
    p[testable] = stats.chi2.sf(2 * math.log(2) * n_trials * bits[testable], freedom[testable])
    return p


def _margins(states: IntArray) -> IntArray:
    """Count the trials of each state of each neuron, shape (n_states, n_neurons)."""
    return np.stack([np.count_nonzero(states == state, axis=1) for state in range(int(states.max()) + 1)])


def _degrees_of_freedom(margins: IntArray) -> FloatArray:
    beyond_one = (margins > 0).sum(axis=0) - 1.0
    return np.outer(beyond_one, beyond_one)


def _joint_counts(states: IntArray, margins: IntArray) -> Iterator[tuple[slice, slice, IntArray]]:
    """Count how often states of two neurons meet, block by block.

    Yields the neurons of both blocks, and counts of shape (n_states, n_rows, n_states, n_columns). Those of the last
    state follow from the margins, so it needs no indicators.
    """
    n_states, n_neurons = margins.shape
    n_trials = states.shape[1]
    size = max(1, min(MOST_INDICATORS // (n_states * n_trials), MOST_ROWS // n_states))
    blocks = [slice(first, first + size) for first in range(0, n_neurons, size)]
    for rows, columns in combinations_with_replacement(blocks, 2):
        left = _indicators(states[rows], n_states - 1)
        right = left if rows == columns else _indicators(states[columns], n_states - 1)
        both = (left @ right.T).astype(np.int64)
        of_rows, of_columns = margins[:, rows], margins[:, columns]
        joint = np.empty((*of_rows.shape, *of_columns.shape), dtype=np.int64)
        joint[:-1, :, :-1] = both.reshape(n_states - 1, of_rows.shape[1], n_states - 1, of_columns.shape[1])
        joint[:-1, :, -1] = of_rows[:-1, :, None] - joint[:-1, :, :-1].sum(axis=2)
        joint[-1] = of_columns - joint[:-1].sum(axis=0)
        yield rows, columns, joint


def _indicators(states: IntArray, n_states: int) -> FloatArray:
    """Say 1 where a neuron is in a state, shape (n_states * n_neurons, n_trials), neurons of a state together."""
    n_trials = states.shape[1]
    precision = np.float32 if n_trials <= EXACT_IN_SINGLE else np.float64
    indicators: BoolArray = states == np.arange(n_states, dtype=states.dtype)[:, None, None]
    return indicators.reshape(-1, n_trials).astype(precision)
