"""Number the clusters of a partition."""

from __future__ import annotations

import numpy as np

from atlas.records import IntArray


def numbered_by_size(labels: IntArray) -> IntArray:
    """Number clusters from 0, the largest first, equal ones in order of their first neuron.

    Examples
    --------
    >>> numbered_by_size(np.array([7, 3, 3, 5])).tolist()
    [1, 0, 0, 2]
    """
    _, first, member, size = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(first))
    return rank[member]
