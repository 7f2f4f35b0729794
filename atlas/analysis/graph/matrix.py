"""Strengths between layers laid out as one symmetric matrix, or as a list of pairs of neurons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy import sparse

from atlas.records import FloatArray, IntArray

Pairs = Mapping[tuple[int, int], FloatArray]  # strengths by the places of both layers
Entries = tuple[IntArray, IntArray, FloatArray]  # how many in every row; their columns; their strengths


def without_direction(blocks: Iterable[tuple[int, int, FloatArray]]) -> Pairs:
    """Turn every block (source, target, strengths) so that it goes forward, and add those of the same two layers.

    Within one layer each pair of neurons stands once, above the diagonal; what joins a neuron to itself is left out.
    """
    found: dict[tuple[int, int], FloatArray] = {}
    for source, target, strength in blocks:
        forward = strength if source < target else strength.T
        if source == target:
            forward = np.triu(strength + strength.T, 1)
        pair = (min(source, target), max(source, target))
        found[pair] = found[pair] + forward if pair in found else forward
    return found


def symmetric_matrix(sizes: Sequence[int], pairs: Pairs) -> sparse.csr_array:
    """Lay strengths out as a matrix that is its own transpose, shape (n_neurons, n_neurons).

    Rows are written layer after layer, columns in order: no list of coordinates is made or sorted.
    """
    both = dict(pairs)
    for (first, last), strength in pairs.items():
        both[last, first] = strength + strength.T if first == last else strength.T
    counts, columns, strengths = _entries(sizes, both)
    starts = np.concatenate([[0], np.cumsum(counts)])
    if len(columns) < 2**31:
        starts = starts.astype(np.int32)  # as the columns: scipy wants one type, and would copy
    return sparse.csr_array((strengths, columns, starts), shape=(len(counts), len(counts)))


def upper_edges(sizes: Sequence[int], pairs: Pairs) -> tuple[IntArray, IntArray, FloatArray]:
    """List strengths that are not 0 with the numbers of both neurons, the smaller first; in order of both."""
    counts, columns, strengths = _entries(sizes, pairs)
    return np.repeat(np.arange(len(counts), dtype=np.int32), counts), columns, strengths


def _entries(sizes: Sequence[int], pairs: Pairs) -> Entries:
    """List what is not 0, row after row, in the order of columns."""
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    numbers = np.arange(offsets[-1], dtype=np.int32)
    rows: list[Entries] = [(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0))]
    for place, size in enumerate(sizes):
        beside = sorted(last for first, last in pairs if first == place)
        columns = [numbers[:0], *(numbers[offsets[last] : offsets[last + 1]] for last in beside)]
        strengths = [np.empty((size, 0)), *(pairs[place, last] for last in beside)]
        rows.append(_rows(np.concatenate(strengths, axis=1), np.concatenate(columns)))
    counts, found, values = (list(parts) for parts in zip(*rows, strict=True))
    return np.concatenate(counts), np.concatenate(found), np.concatenate(values)


def _rows(strengths: FloatArray, columns: IntArray) -> Entries:
    """List what is not 0 of some rows, of which the columns are given."""
    there = strengths != 0
    if there.all():
        n = np.full(len(strengths), len(columns))
        return n, np.tile(columns, len(strengths)), strengths.ravel()
    places = np.flatnonzero(there)
    return np.count_nonzero(there, axis=1), columns[places % len(columns)], strengths.ravel()[places]
