"""Which neurons clusters share, over the neurons that both partitions cover."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from atlas.analysis.matching.memberships import memberships
from atlas.analysis.matching.side import NO_CLUSTER, Side
from atlas.records import BoolArray, FloatArray


class Overlap:
    """Counts of the neurons that the clusters of the first side share with any sets of the second's neurons."""

    def __init__(self, first: Side, second: Side) -> None:
        self.both: BoolArray = first.cluster_of[second.covered] != NO_CLUSTER  # of the second's covered neurons
        rows = memberships(np.searchsorted(first.clusters, first.cluster_of[second.covered])[None], len(first.clusters))
        self._first = (rows * self.both).T.tocsr()
        self.first_sizes = np.asarray(self._first.sum(axis=0), dtype=np.float64)  # in both, shape (n_first,)

    def shared(self, members: sparse.csr_array) -> FloatArray:
        """Count the neurons shared, shape (n_sets, n_first)."""
        return np.asarray((members @ self._first).toarray(), dtype=np.float64)

    def sizes(self, members: sparse.csr_array) -> FloatArray:
        """Count the neurons of every set that both cover, shape (n_sets, 1)."""
        return np.asarray(members @ self.both.astype(np.float64), dtype=np.float64)[:, None]

    def jaccard(self, members: sparse.csr_array) -> FloatArray:
        """Divide the neurons in both by those in either, shape (n_sets, n_first); NaN where there are none."""
        shared = self.shared(members)
        return share(shared, self.first_sizes + self.sizes(members) - shared)


def share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Divide, NaN where the whole is 0."""
    undefined: FloatArray = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    return np.divide(part, whole, out=undefined, where=whole > 0)
