"""What a layer sees: the sources on every feature of its input, whatever the position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.records import IntArray
from ingest.walk.provenance import Provenance, Table, rows_of, table_of


@dataclass(frozen=True, kw_only=True)
class Features:
    """The sources on each feature: where a source stands on one at several positions, its largest coefficient."""

    table: Table  # (n_features, WIDTH)
    unsigned: frozenset[int]
    bent: frozenset[int]
    first: Table | None = None  # the same at the first position alone, for the heads of attention


def features_of(given: Provenance, numbers: IntArray, *, n_features: int) -> Features:
    """Collapse positions.

    Parameters
    ----------
    given
        Provenance of the value that is seen.
    numbers
        Feature of every element, broadcast to the shape of the value.
    n_features
        How many there are.
    """
    features, patterns = _pairs(given, numbers)
    picked = given.table[patterns]
    rows = features[rows_of(picked)]
    table = table_of(rows, picked.indices, picked.data, n_rows=n_features, largest=True)
    return Features(table=table, unsigned=given.unsigned, bent=given.bent)


def merges_of(given: Provenance, numbers: IntArray, *, n_inputs: int) -> IntArray:
    """Find input neurons that stand on one feature at different positions, so that no weight tells them apart.

    Returns
    -------
    IntArray
        Pairs of sources that belong together, shape (2, n_pairs). Input neurons are the sources below `n_inputs`.
    """
    features, patterns = _pairs(given, numbers)
    picked = given.table[patterns]
    of_input = picked.indices < n_inputs
    pairs, sources = rows_of(picked)[of_input], picked.indices[of_input].astype(np.int64)
    if not len(sources):
        return np.zeros((2, 0), dtype=np.int64)
    on_pattern = np.bincount(pairs, minlength=len(patterns))
    codes = np.unique(features[pairs] * n_inputs + sources)
    n_features = int(features.max()) + 1
    on_feature = np.bincount(codes // n_inputs, minlength=n_features)
    differing = np.zeros(n_features, dtype=bool)
    differing[features[(on_pattern > 0) & (on_pattern < on_feature[features])]] = True
    codes = codes[differing[codes // n_inputs]]
    neighbours = np.diff(codes // n_inputs) == 0
    sources = codes % n_inputs
    return np.stack([sources[:-1][neighbours], sources[1:][neighbours]])


def _pairs(given: Provenance, numbers: IntArray) -> tuple[IntArray, IntArray]:
    """Find which patterns occur on which feature."""
    n = given.table.shape[0]
    codes = np.unique(np.broadcast_to(numbers, given.patterns.shape) * n + given.patterns)
    return codes // n, codes % n
