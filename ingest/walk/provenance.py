"""Where every element of a value comes from: sources with signed coefficients, pushed through operations.

A source is what can be told apart: an input neuron, a neuron of a layer, one element of a head's vector, one row of
a projection that an attention layer absorbs. Sources are numbered through the whole network. Elements that come from
the same sources with the same coefficients share a pattern, so that a value costs one number per element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from atlas.records import FloatArray, IntArray
from ingest.program.operation import Route, Shape, numbered

WIDTH = 2**31 - 1  # columns of every table: more than there are sources, and the most that 32-bit numbers allow
Table = sparse.csr_array  # (n_rows, WIDTH): coefficients of sources


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the elements of one value come from."""

    patterns: IntArray  # of every element its row in `table`; shape of the value at a batch of one
    table: Table  # row 0 is empty: elements that depend on no input
    unsigned: frozenset[int] = frozenset()  # layers whose contributions have no meaningful sign here
    bent: frozenset[int] = frozenset()  # layers whose contributions passed more than sums, scales and norms


def table_of(rows: IntArray, columns: IntArray, coefficients: FloatArray, *, n_rows: int, largest: bool) -> Table:
    """Make a table of entries; several in one place are added, or the largest by magnitude stands for all."""
    order = np.lexsort((np.abs(coefficients), columns, rows) if largest else (columns, rows))
    rows, columns, coefficients = rows[order], columns[order], coefficients[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (np.diff(rows) != 0) | (np.diff(columns) != 0)
    starts = np.flatnonzero(first)
    if largest:
        kept = coefficients[np.append(starts[1:], len(rows)) - 1] if len(starts) else coefficients
    else:
        kept = np.add.reduceat(coefficients, starts) if len(starts) else coefficients
    ends = np.concatenate([[0], np.cumsum(np.bincount(rows[starts], minlength=n_rows))])
    return sparse.csr_array((kept, columns[starts], ends), shape=(n_rows, WIDTH))


def rows_of(table: Table) -> IntArray:
    """Give the row of every entry."""
    return np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))


def from_sources(numbers: IntArray, *, first: int, unsigned: frozenset[int] = frozenset()) -> Provenance:
    """Let every element be a source: number `first + numbers`; -1 for none."""
    n = int(numbers.max(initial=-1)) + 1
    ends = np.concatenate([[0], np.arange(n + 1)])
    table = sparse.csr_array((np.ones(n), np.arange(first, first + n), ends), shape=(n + 1, WIDTH))
    return Provenance(patterns=numbers + 1, table=table, unsigned=unsigned)


def moved(given: Sequence[Provenance], route: Route) -> Provenance:
    """Send elements to other places."""
    patterns, table = _joined(given, route)
    return _flagged(given, patterns[..., 0], table)


def pooled(given: Sequence[Provenance], route: Route) -> Provenance:
    """Join elements: the largest coefficient of a source by magnitude stands for its window."""
    patterns, table = _joined(given, route)
    windows = patterns.reshape(-1, patterns.shape[-1])
    result = windows.max(axis=1)
    mixed = np.where(windows == 0, result[:, None], windows).min(axis=1) != result
    distinct, number = np.unique(np.sort(windows[mixed], axis=1), axis=0, return_inverse=True)
    result[mixed] = table.shape[0] + number.reshape(-1)
    picked = table[distinct.reshape(-1)]
    rows = rows_of(picked) // windows.shape[1]
    united = table_of(rows, picked.indices, picked.data, n_rows=len(distinct), largest=True)
    return _flagged(given, result.reshape(patterns.shape[:-1]), _stacked([table, united]))


def summed(given: Sequence[Provenance], shape: Shape, *, factors: Sequence[float]) -> Provenance:
    """Add values times their factors, element by element; coefficients of one source are added."""
    return _combined(given, shape, factors, largest=False)


def multiplied(given: Sequence[Provenance], shape: Shape) -> Provenance:
    """Unite the sources of factors: magnitudes only, the larger one for a source on both sides."""
    united = _combined(given, shape, [1.0] * len(given), largest=True)
    return replace(united, table=abs(united.table))


def scaled(given: Provenance, factor: FloatArray | None, shape: Shape) -> Provenance:
    """Multiply by fixed factors, broadcast to the shape of what is put out."""
    patterns = np.broadcast_to(given.patterns, shape)
    if factor is None:
        return replace(given, patterns=patterns)
    values, number = np.unique(factor, return_inverse=True)
    numbers = np.broadcast_to(number.reshape(factor.shape), shape)
    pairs, patterns = _distinct(np.where(patterns == 0, 0, patterns * len(values) + numbers))
    table = given.table[pairs // len(values)]
    table.data = table.data * np.repeat(values[pairs % len(values)].astype(np.float64), np.diff(table.indptr))
    return replace(given, patterns=patterns, table=table)


def _joined(given: Sequence[Provenance], route: Route) -> tuple[IntArray, Table]:
    """Send patterns along a route, those of several values in one table; one more axis at the end."""
    elements, flat, first, shift = [], [np.zeros(1, dtype=np.int64)], 1, 0
    for one in given:
        elements.append(numbered(one.patterns.shape, first=first))
        flat.append(np.where(one.patterns > 0, one.patterns + shift, 0).reshape(-1))
        first += one.patterns.size
        shift += one.table.shape[0]
    used, patterns = _distinct(np.concatenate(flat)[route(elements)])
    return patterns, _stacked([one.table for one in given])[used]


def _combined(given: Sequence[Provenance], shape: Shape, factors: Sequence[float], *, largest: bool) -> Provenance:
    """Bring the sources of several values together, element by element."""
    patterns = np.broadcast_to(given[0].patterns, shape)
    table = given[0].table * float(factors[0])
    for one, factor in zip(given[1:], factors[1:], strict=True):
        n = one.table.shape[0]
        pairs, patterns = _distinct(patterns * n + np.broadcast_to(one.patterns, shape))
        left, right = table[pairs // n], one.table[pairs % n]
        rows = np.concatenate([rows_of(left), rows_of(right)])
        columns = np.concatenate([left.indices, right.indices])
        coefficients = np.concatenate([left.data, right.data * float(factor)])
        table = table_of(rows, columns, coefficients, n_rows=len(pairs), largest=largest)
    return _flagged(given, patterns, table)


def _flagged(given: Sequence[Provenance], patterns: IntArray, table: Table) -> Provenance:
    """Keep the flags of all that was given."""
    return Provenance(
        patterns=patterns,
        table=table,
        unsigned=frozenset().union(*(one.unsigned for one in given)),
        bent=frozenset().union(*(one.bent for one in given)),
    )


def _distinct(codes: IntArray) -> tuple[IntArray, IntArray]:
    """Number codes anew: those that occur, 0 first even if it does not; and the new number of every code."""
    used, numbers = np.unique(np.append(codes.reshape(-1), 0), return_inverse=True)
    return used, numbers.reshape(-1)[:-1].reshape(codes.shape)


def _stacked(tables: Sequence[Table]) -> Table:
    return tables[0] if len(tables) == 1 else sparse.vstack(tables, format="csr")
