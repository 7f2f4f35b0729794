"""Ranks of many rows at once, ready to be correlated."""

from __future__ import annotations

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray

_LOW = 32  # bits of a key that say where a value stood


def standard_ranks(values: FloatArray) -> FloatArray:
    """Rank along rows, equal values alike by their mean rank, and bring ranks to mean 0 and length 1.

    Parameters
    ----------
    values
        Finite, shape (n_rows, n).

    Returns
    -------
    FloatArray
        Of single precision, shape (n_rows, n): the product of two rows is their Spearman correlation. 0 in rows in
        which all are equal.

    Examples
    --------
    >>> standard_ranks(np.array([[5.0, 5.0, 7.0, 7.0]])).tolist()
    [[-0.5, -0.5, 0.5, 0.5]]
    """
    n_rows, n = values.shape
    order, first = _sorted_single(values) if values.dtype == np.float32 else _sorted(values)
    begins = np.flatnonzero(first)  # of runs of equal values, all rows in one
    ends = np.append(begins[1:], values.size)
    rows, lengths = begins // n, ends - begins
    rank = (begins + ends - 1 - (n - 1)) / 2 - rows * n  # less the mean of all
    length = np.sqrt(np.bincount(rows, weights=lengths * rank**2, minlength=n_rows))
    rank /= np.where(length > 0, length, 1.0)[rows]
    ranks = np.empty(values.size, dtype=np.float32)
    ranks[(order + n * np.arange(n_rows)[:, None]).ravel()] = np.repeat(rank.astype(np.float32), lengths)
    return ranks.reshape(values.shape)


def _sorted(values: FloatArray) -> tuple[IntArray, BoolArray]:
    """Give where the values of every row in ascending order stood, and which differ from the one before."""
    order = np.argsort(values, axis=1)
    return order, _first(np.take_along_axis(values, order, axis=1))


def _sorted_single(values: FloatArray) -> tuple[IntArray, BoolArray]:
    """Do as `_sorted` at half the time: sort integers made of a value, in the upper bits, and of where it stood."""
    bits = (values + np.float32(0)).view(np.int32)  # -0 becomes 0
    bits ^= (bits >> 31) & np.int32(0x7FFFFFFF)  # negative numbers are written the other way round
    keys = (bits.astype(np.int64) << _LOW) | np.arange(values.shape[1])
    keys.sort(axis=1)
    return keys & (2**_LOW - 1), _first(keys >> _LOW)


def _first(ordered: FloatArray | IntArray) -> BoolArray:
    first = np.ones(ordered.shape, dtype=np.bool_)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=first[:, 1:])
    return first
