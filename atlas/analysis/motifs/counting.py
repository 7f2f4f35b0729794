"""How often each pattern occurs, by products of sparse matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from atlas.analysis.motifs.wiring import Wiring
from atlas.records import FloatArray
from atlas.results.motifs import (
    BIFAN,
    COHERENT_DIAMOND,
    COHERENT_LOOP,
    DIAMOND,
    INCOHERENT_DIAMOND,
    INCOHERENT_LOOP,
    LOOP,
    NEGATIVE_CHAIN,
    POSITIVE_CHAIN,
)

Ends = tuple[int, int]  # places of the layers a pattern begins and ends in
Row = tuple[str, int, int]  # motif, first layer, last layer
Matrices = Mapping[Ends, sparse.csr_array]


def counts(wirings: Sequence[Wiring]) -> dict[Row, float]:
    """Count every pattern between every two layers. Which rows there are depends on blocks and signs alone.

    A route is two weights one after the other, through any layer between; `all` of it are the routes, `balance` those
    with a positive product of signs less the others.
    """
    joined = {(wiring.source, wiring.target): wiring.matrix() for wiring in wirings}
    signed = {
        (wiring.source, wiring.target): wiring.matrix(wiring.signs) for wiring in wirings if wiring.signs is not None
    }
    found: dict[Row, float] = {(BIFAN, *ends): _bifans(matrix) for ends, matrix in joined.items()}
    for ends, through in _two_steps(joined).items():
        routes = _routes(joined, ends, through)
        has_signs = all((ends[0], middle) in signed and (middle, ends[1]) in signed for middle in through)
        balance = _routes(signed, ends, through) if has_signs else None
        found |= {(motif, *ends): count for motif, count in _of_routes(routes, balance).items()}
        if ends in joined:
            both = None if balance is None or ends not in signed else _sum(signed[ends] * balance)
            found |= {(motif, *ends): count for motif, count in _loops(_sum(joined[ends] * routes), both).items()}
    return found


def _two_steps(joined: Matrices) -> dict[Ends, list[int]]:
    """Find the layers between every two layers that routes lead through."""
    through: dict[Ends, list[int]] = {}
    for first, middle in joined:
        for start, last in joined:
            if start == middle:
                through.setdefault((first, last), []).append(middle)
    return through


def _routes(matrices: Matrices, ends: Ends, through: Sequence[int]) -> sparse.csr_array:
    """Sum the products of weights over all routes, shape (n_last, n_first)."""
    total: Any = sum(matrices[middle, ends[1]] @ matrices[ends[0], middle] for middle in through)
    return sparse.csr_array(total)


def _bifans(matrix: sparse.csr_array) -> float:
    """Count two sources with the same two targets: pairs of targets that pairs of sources share."""
    shared: Any = sparse.csr_array(matrix.T) @ matrix
    n_targets = np.asarray(matrix.sum(axis=0), dtype=np.float64)
    return float((_pairs(shared.data) - _pairs(n_targets)) / 2)


def _of_routes(routes: sparse.csr_array, balance: sparse.csr_array | None) -> dict[str, float]:
    """Count chains (one route) and diamonds (two routes with the same ends)."""
    diamonds = {DIAMOND: _pairs(routes.data)}
    if balance is None:
        return diamonds
    n, squares = _sum(routes), float(np.square(routes.data).sum())
    excess, excess_squares = _sum(balance), float(np.square(balance.data).sum())
    return diamonds | {
        POSITIVE_CHAIN: (n + excess) / 2,
        NEGATIVE_CHAIN: (n - excess) / 2,
        COHERENT_DIAMOND: (squares + excess_squares) / 4 - n / 2,
        INCOHERENT_DIAMOND: (squares - excess_squares) / 4,
    }


def _loops(n: float, excess: float | None) -> dict[str, float]:
    """Count routes beside a weight from their first neuron to their last; `excess`: of the same sign less others."""
    if excess is None:
        return {LOOP: n}
    return {LOOP: n, COHERENT_LOOP: (n + excess) / 2, INCOHERENT_LOOP: (n - excess) / 2}


def _pairs(numbers: FloatArray) -> float:
    return float((np.square(numbers) - numbers).sum() / 2)


def _sum(matrix: sparse.csr_array) -> float:
    return float(matrix.sum())
