"""Number what occurs from 0 without gaps."""

from __future__ import annotations

import numpy as np

from atlas.records import FloatArray, IntArray

CODES_AT_LEAST = 1 << 16  # a table this small costs less than sorting, however few the codes


def numbered(codes: IntArray, n_codes: int) -> tuple[IntArray, int]:
    """Number the codes that occur in their order, and count them: a table where it is small, else sorting.

    Codes are from 0 to `n_codes` - 1.

    Examples
    --------
    >>> numbers, n_numbers = numbered(np.array([7, 3, 7]), 9)
    >>> numbers.tolist(), n_numbers
    ([1, 0, 1], 2)
    """
    if n_codes > max(CODES_AT_LEAST, 16 * len(codes)):
        occurring, numbers = np.unique(codes, return_inverse=True)
        return numbers.ravel(), len(occurring)
    occurs = np.zeros(n_codes, dtype=np.bool_)
    occurs[codes] = True
    number = np.cumsum(occurs) - 1
    return number[codes], int(number[-1]) + 1


def added(numbers: IntArray, masses: FloatArray) -> FloatArray:
    """Add up the masses of each number, shape (largest number + 1,)."""
    sums: FloatArray = np.bincount(numbers, weights=masses).astype(np.float64)
    return sums
