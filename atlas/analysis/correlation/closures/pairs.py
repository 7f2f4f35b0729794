"""Pairs of elements in strips that fit the cache."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from atlas.records import FloatArray

STRIP = 16_384  # pairs, for which each array takes 128 KiB
Strip = Callable[[slice, slice], FloatArray]  # rows, columns -> values of these pairs


def over_pairs(n_elements: int, strip: Strip) -> FloatArray:
    """Compute something for all pairs, shape (n, n)."""
    out = np.empty((n_elements, n_elements))
    height = max(1, STRIP // max(1, n_elements))
    for start in range(0, n_elements, height):
        rows = slice(start, start + height)
        out[rows] = strip(rows, slice(0, n_elements))
    return out


def over_symmetric_pairs(n_elements: int, strip: Strip) -> FloatArray:
    """Compute something that is the same both ways for all pairs, shape (n, n), each of them once."""
    out = np.empty((n_elements, n_elements))
    start = 0
    while start < n_elements:
        rows = slice(start, start + max(1, STRIP // (n_elements - start)))
        columns = slice(start, n_elements)
        values = strip(rows, columns)
        out[rows, columns] = values
        out[columns, rows] = values.T
        start = rows.stop
    return out
