"""Normalised strengths of a graph, D^-1/2 A D^-1/2, applied block by block: the matrix is never laid out."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.errors import AnalysisError
from atlas.records import FloatArray, IntArray

SINGLE, DOUBLE = 1e-6, 1e-8  # a vector is one of the matrix's own up to this; rounding adds less, by precision
ROWS_AT_ONCE = 64  # of a block: both products with them run from the cache, 1.7 times as fast as with all at once


class NormalisedStrengths:
    """The matrix N = D^-1/2 A D^-1/2 of a graph without direction: 1 less an eigenvalue of N is one of its Laplacian.

    Blocks of single precision are multiplied in single precision. With `deflate`, the directions D^1/2 1_layer of depth
    are taken out of N on both sides, and get the eigenvalue -2: below all others, so that they never come up.

    Raises
    ------
    AnalysisError
        A neuron is joined to no other.
    """

    def __init__(self, graph: NeuronGraph, *, deflate: bool = False) -> None:
        degree = graph.degree
        if not (degree > 0).all():
            raise AnalysisError(
                f"{np.count_nonzero(~(degree > 0))} neurons are joined to no other. A cut is normalised by the "
                "strength of every neuron. Leave them out, or use `partition`, which sets them apart."
            )
        self._graph, self._bounds = graph, graph.offsets
        self.scale: FloatArray = 1.0 / np.sqrt(degree)  # shape (n_neurons,)
        self.tolerance = SINGLE if any(block.strength.dtype == np.float32 for block in graph.blocks) else DOUBLE
        self._depth = _depth(graph.layer_numbers, degree) if deflate else None

    @property
    def n_neurons(self) -> int:
        """Count the neurons."""
        return len(self.scale)

    def times(self, vectors: FloatArray) -> FloatArray:
        """Multiply the matrix with columns, shape (n_neurons, n_vectors)."""
        if self._depth is None:
            return self._normalised(vectors)
        along = self._depth.T @ vectors
        found = self._normalised(vectors - self._depth @ along)
        return np.asarray(found - self._depth @ (self._depth.T @ found + 2.0 * along))

    def _normalised(self, vectors: FloatArray) -> FloatArray:
        scaled = vectors * self.scale[:, None]
        found = np.zeros_like(scaled)
        for block in self._graph.blocks:
            self._add_block(block, scaled, found)
        found *= self.scale[:, None]
        return found

    def _add_block(self, block: GraphBlock, vectors: FloatArray, found: FloatArray) -> None:
        """Add what a block makes of the vectors, in both directions; a neuron is not joined to itself."""
        source, target = (slice(*self._bounds[place : place + 2]) for place in (block.source, block.target))
        dtype: type[np.floating[Any]] = np.float32 if block.strength.dtype == np.float32 else np.float64
        above: FloatArray = vectors[source].astype(dtype, copy=False)
        below: FloatArray = vectors[target].astype(dtype, copy=False)
        forward = np.zeros_like(below)
        for first in range(0, len(above), ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            strength = block.strength[rows]
            found[source][rows] += strength @ below
            forward += strength.T @ above[rows]
        found[target] += forward
        if block.source == block.target:
            found[source] -= 2.0 * block.strength.diagonal()[:, None] * above


def _depth(layer_numbers: IntArray, degree: FloatArray) -> sparse.csr_array:
    """Give D^1/2 1_layer of every layer as a column of length 1, shape (n_neurons, n_layers)."""
    volume = np.bincount(layer_numbers, weights=degree)
    column = np.sqrt(degree / volume[layer_numbers])
    return sparse.csr_array((column, (np.arange(len(degree)), layer_numbers)), shape=(len(degree), len(volume)))
