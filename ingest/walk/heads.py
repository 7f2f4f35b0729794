"""Heads of an attention operation: which of its axes tell them apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.records import IntArray
from ingest.program.operation import Shape
from ingest.walk.features import Features, features_of
from ingest.walk.provenance import Provenance


@dataclass(frozen=True, kw_only=True)
class Heads:
    """Numbering of the heads over the axes before positions and width."""

    axes: tuple[int, ...]  # those that tell heads apart; others, such as windows, are positions

    def numbers(self, shape: Shape) -> IntArray:
        """Number the heads of a query, key, value or output, shape of its axes before the last two."""
        lead = shape[:-2]
        own = [size if axis in self.axes else 1 for axis, size in enumerate(lead)]
        return np.broadcast_to(np.arange(np.prod(own, dtype=np.int64)).reshape(own), lead)

    def elements(self, shape: Shape) -> IntArray:
        """Number the elements of all heads' vectors, shape of the value."""
        heads = self.numbers(shape)[..., None, None]
        return np.broadcast_to(heads * shape[-1] + np.arange(shape[-1]), shape)

    def features(self, given: Provenance, n_heads: int) -> Features:
        """Collapse positions: a feature for each element of each head's vector, heads that are shared repeated."""
        shape = given.patterns.shape
        numbers = self.numbers(shape)
        n_own, width = int(numbers.max()) + 1, shape[-1]
        repeated = np.arange(n_heads) * n_own // n_heads
        rows = (repeated[:, None] * width + np.arange(width)).reshape(-1)
        found = features_of(given, self.elements(shape), n_features=n_own * width)
        where = np.unique(numbers.reshape(-1), return_index=True)[1]
        first = given.patterns.reshape(-1, *shape[-2:])[where, 0].reshape(-1)[rows]
        return Features(table=found.table[rows], unsigned=found.unsigned, bent=found.bent, first=given.table[first])


def heads_of(query: Provenance) -> Heads:
    """Find the axes of heads: along them the query comes from other sources."""
    patterns = query.patterns.max(axis=-2)
    axes = range(patterns.ndim - 1)
    return Heads(axes=tuple(axis for axis in axes if bool((patterns != patterns.take([0], axis=axis)).any())))
