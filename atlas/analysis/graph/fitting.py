"""Scale matrices until their rows and columns sum to given totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from atlas.analysis.threads import one_thread
from atlas.errors import AnalysisError
from atlas.records import FloatArray

Times = Callable[[FloatArray], FloatArray]

TOLERANCE = 1e-10  # of every total
_MOST_ROUNDS = 20_000  # a dense matrix takes about ten; one with three entries a row about a thousand


def fit_block(strength: FloatArray, *, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Multiply rows and columns by factors so that they sum to what is asked; zeros stay.

    Parameters
    ----------
    strength
        Not negative, shape (n_rows, n_columns). A matrix with entries above 0 at the same places must have the totals.
    rows, columns
        Totals, shape (n_rows,) and (n_columns,).

    Raises
    ------
    AnalysisError
        The totals are not met to 1e-10 within 20,000 rounds: entries are too few or too unlike.

    References
    ----------
    Sinkhorn (1967), Am. Math. Mon. 74, 402. Pukelsheim (2014), Ann. Oper. Res. 215, 269: when it converges.

    Examples
    --------
    >>> fit_block(np.ones((2, 2)), rows=np.array([1.0, 3.0]), columns=np.array([2.0, 2.0])).tolist()
    [[0.5, 0.5], [1.5, 1.5]]
    """
    left, right = _factors(lambda scale: strength @ scale, lambda scale: scale @ strength, rows, columns)
    return left[:, None] * strength * right


def fit_symmetric(parts: Sequence[tuple[slice, slice, FloatArray]], *, totals: FloatArray) -> list[FloatArray]:
    """Do as `fit_block` with the blocks of a symmetric matrix, given once each, so that every row has its total.

    Parameters
    ----------
    parts
        Rows, columns and entries of every block; the transpose of each counts as well.
    totals
        Of the rows of the whole, shape (n,).
    """

    def times(scale: FloatArray) -> FloatArray:
        found = np.zeros(len(scale))
        for rows, columns, strength in parts:
            found[rows] += strength @ scale[columns]
            found[columns] += scale[rows] @ strength
        return found

    left, right = _factors(times, times, totals, totals)
    scale = np.sqrt(left * right)  # both are the same but for one factor in every connected part
    return [scale[rows, None] * strength * scale[columns] for rows, columns, strength in parts]


def _factors(times: Times, times_left: Times, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find factors of rows and of columns, in turns."""
    with one_thread():  # sums would depend on the number of threads
        found = times(np.ones(len(columns)))
        for _ in range(_MOST_ROUNDS):
            left = _quotient(rows, found)
            right = _quotient(columns, times_left(left))
            found = times(right)
            if np.all(np.abs(left * found - rows) <= TOLERANCE * rows):
                return left, right
    raise AnalysisError(
        f"The null 'degree' does not keep every neuron's strength to {TOLERANCE:g} within {_MOST_ROUNDS} rounds: too "
        "few strengths are left above 0, or they are too unlike. Take the null 'nonzero' or 'row'."
    )


def _quotient(above: FloatArray, below: FloatArray) -> FloatArray:
    """Divide, 0 where there is nothing to divide by: a row without entries."""
    return np.divide(above, below, out=np.zeros(len(below)), where=below > 0)
