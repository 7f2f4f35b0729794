"""The largest eigenvalues of a symmetric matrix that can only be multiplied, with their eigenvectors."""

from __future__ import annotations

import numpy as np
from scipy.linalg import eigh

from atlas.analysis.partition.laplacian import NormalisedStrengths
from atlas.errors import AnalysisError
from atlas.records import FloatArray

Eigen = tuple[FloatArray, FloatArray]  # values, largest first, shape (n,); vectors, shape (n_neurons, n)

DENSE = 200  # up to so many neurons the matrix is laid out
LEAST_BLOCK = 4  # vectors multiplied at once
BLOCKS, KEPT_BLOCKS = 12, 4  # in the space searched; that it is begun anew with
PRODUCTS_TO_A_CHECK = 4


def top_eigenvectors(
    matrix: NormalisedStrengths, n_vectors: int, *, draws: np.random.Generator, most_products: int = 2_000
) -> Eigen:
    """Find the largest eigenvalues and their eigenvectors, equal values as often as they come.

    The space of a block Krylov method, begun anew from its best vectors when full (thick restart). There are as many
    vectors in a block as are asked for: a method that multiplies one at a time, as ARPACK's, misses some of the equal
    eigenvalues of a graph in parts. Few neurons, or many vectors, are solved by laying the matrix out.

    Parameters
    ----------
    draws
        For the vectors it begins with.
    most_products
        Blocks multiplied before it gives up.

    Raises
    ------
    AnalysisError
        The residuals are still too long after `most_products`.

    References
    ----------
    Zhou and Saad (2008), Numer. Algorithms 47, 341-359: block Krylov-Schur; Stewart (2002), SIAM J. Matrix Anal. 23.
    """
    n_neurons = matrix.n_neurons
    if n_neurons <= DENSE or 2 * BLOCKS * n_vectors > n_neurons:
        last = n_neurons - n_vectors, n_neurons - 1
        all_values, all_vectors = eigh(matrix.times(np.eye(n_neurons)), subset_by_index=last)
        return all_values[::-1], all_vectors[:, ::-1]
    space = _Space(matrix, max(n_vectors, LEAST_BLOCK), draws)
    for n_products in range(1, most_products):
        if n_products % PRODUCTS_TO_A_CHECK == 0 or space.is_full:
            values, vectors, residuals = space.best(n_vectors)
            if (residuals < matrix.tolerance).all():
                return values, vectors
        space.grow()
    raise AnalysisError(
        f"The first {n_vectors} eigenvectors of {n_neurons} neurons were not found in {most_products} products: their "
        "eigenvalues are too close. A cut needs directions that differ. Ask for another number of clusters."
    )


class _Space:
    """Orthonormal vectors, and what the matrix makes of them."""

    def __init__(self, matrix: NormalisedStrengths, n_block: int, draws: np.random.Generator) -> None:
        self._matrix, self._n_block, self._n = matrix, n_block, 0
        shape = (matrix.n_neurons, BLOCKS * n_block)
        self._vectors, self._images = np.empty(shape, order="F"), np.empty(shape, order="F")
        self._add(np.linalg.qr(draws.normal(size=(matrix.n_neurons, n_block)))[0])

    @property
    def is_full(self) -> bool:
        """Tell whether there is no room for another block."""
        return self._n == self._vectors.shape[1]

    def best(self, n_vectors: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give the largest values that the space holds, their vectors, and the lengths of their residuals."""
        values, combined = self._combinations(n_vectors)
        vectors = self._vectors[:, : self._n] @ combined
        residuals = self._images[:, : self._n] @ combined - vectors * values
        return values, vectors, np.linalg.norm(residuals, axis=0)

    def grow(self) -> None:
        """Add what the matrix makes of the last block and the space does not hold yet; if it is full, begin anew."""
        new = self._images[:, self._n - self._n_block : self._n].copy()
        held = self._vectors[:, : self._n]
        for _ in range(2):  # the second time for what rounding left, or brought in where next to nothing was new
            new -= held @ (held.T @ new)
            new = np.linalg.qr(new)[0]
        if self.is_full:
            self._shrink()
        self._add(new)

    def _add(self, block: FloatArray) -> None:
        places = slice(self._n, self._n + self._n_block)
        self._vectors[:, places], self._images[:, places] = block, self._matrix.times(block)
        self._n += self._n_block

    def _shrink(self) -> None:
        n_kept = KEPT_BLOCKS * self._n_block
        _, combined = self._combinations(n_kept)
        for held in (self._vectors, self._images):
            held[:, :n_kept] = held @ combined
        self._n = n_kept

    def _combinations(self, n_vectors: int) -> Eigen:
        """Find the combinations of the vectors held that come nearest to eigenvectors, shape (n_held, n_vectors)."""
        projected = self._vectors[:, : self._n].T @ self._images[:, : self._n]
        values, combined = np.linalg.eigh((projected + projected.T) / 2)
        return values[::-1][:n_vectors], combined[:, ::-1][:, :n_vectors]
