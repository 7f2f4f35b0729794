"""The affine map that operations make together, found from what they make of zeros and of each element alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from atlas.records import FloatArray
from ingest.masked.layout import Layout
from ingest.masked.staging.legs import between
from ingest.masked.staging.refusing import Untreatable
from ingest.program.operation import Operation, Program, numbered

Weight = FloatArray | sparse.csr_array

MOST = 2**26  # weights that are not zero
_MOST_RUN = 2**33  # numbers taken in, or put out, in finding them
_AT_ONCE = 2**22  # numbers in one block of runs: they stay in cache
_SPARSE = 0.1  # share of weights that are not zero below which only these are kept
_UNIT = 2**24  # an element alone: so large that the bias, added in single precision, takes no digits from the weight
_ROUNDING = 2.0**-36  # of the largest weight: what is smaller is not told from zero
_CLOSE = 1e-4  # relative, of single precision


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What lies between two values of a program, as a function of elements."""

    program: Program
    begin: str
    end: str
    layouts: Mapping[str, Layout]
    dtype: str  # of the first value

    @property
    def n_in(self) -> int:
        """Count the elements of the first value."""
        return math.prod(self.layouts[self.begin].shape)

    @property
    def n_out(self) -> int:
        """Count the elements of the last value."""
        return math.prod(self.layouts[self.end].shape)

    @property
    def operations(self) -> list[Operation]:
        """List what lies between, in order."""
        return between(self.program, self.begin, self.end)

    def __call__(self, rows: FloatArray) -> FloatArray:
        """Run it, from shape (n, n_in) to (n, n_out), in the precision of the program."""
        layout = self.layouts[self.begin]
        given = layout.together(rows.reshape(len(rows), *layout.shape).astype(self.dtype, copy=False))
        found = self.program.run({self.begin: given}, [self.end])[self.end]
        return self.layouts[self.end].apart(found).reshape(len(rows), -1)


def affine_map(piece: Piece) -> tuple[Weight, FloatArray]:
    """Find weight, shape (n_out, n_in), and bias, shape (n_out,), in double precision.

    Raises
    ------
    Untreatable
        More than `MOST` weights are not zero, or it is not affine.
    """
    if piece.begin == piece.end:
        return sparse.eye_array(piece.n_in, format="csr"), np.zeros(piece.n_in)
    plain = _plain(piece)
    if plain is None:
        _check_size(piece.n_in * _widest(piece), _MOST_RUN, piece)
        bias = piece(np.zeros((1, piece.n_in)))[0]
        weight, bias = _weight(piece, bias), bias.astype(np.float64)
    else:
        _check_size(piece.n_in * piece.n_out, MOST, piece)
        weight = plain.tensors["weight"].astype(np.float64)
        bias = plain.tensors.get("bias", np.zeros(piece.n_out)).astype(np.float64)
    _check(piece, weight, bias)
    return weight, bias


def _plain(piece: Piece) -> Operation | None:
    """Find the one linear operation where all others leave every element at its place."""
    others, linear = list[Operation](), list[Operation]()
    for operation in piece.operations:
        (linear if operation.kind == "linear" else others).append(operation)
    if len(linear) != 1 or linear[0].tensors["weight"].shape != (piece.n_out, piece.n_in):
        return None
    return linear[0] if all(_stays(piece, operation) for operation in others) else None


def _stays(piece: Piece, operation: Operation) -> bool:
    if operation.kind != "move" or operation.route is None or len(operation.inputs) != 1:
        return False
    shape = piece.program.shapes.get(operation.inputs[0], (1, *piece.program.input.shape))
    return np.array_equal(operation.route([numbered(shape)]).ravel(), numbered(shape).ravel())


def _weight(piece: Piece, bias: FloatArray) -> Weight:
    """Join the columns, held in full where there is room for all."""
    n_weights = piece.n_in * piece.n_out
    if n_weights > MOST:
        return _weight_of_many(piece, bias)
    columns = np.empty((piece.n_in, piece.n_out))
    for first, rows in _columns(piece, bias):
        columns[first : first + len(rows)] = rows
    return sparse.csr_array(columns.T) if np.count_nonzero(columns) < _SPARSE * n_weights else columns.T


def _weight_of_many(piece: Piece, bias: FloatArray) -> sparse.csr_array:
    blocks, n_kept = list[sparse.csr_array](), 0
    for first, rows in _columns(piece, bias):
        blocks.append(sparse.csr_array(rows))
        n_kept += blocks[-1].nnz
        _check_size(n_kept * piece.n_in // (first + len(rows)), MOST, piece)  # if it goes on like this
    return sparse.csr_array(sparse.vstack(blocks).T.astype(np.float64))


def _columns(piece: Piece, bias: FloatArray) -> Iterator[tuple[int, FloatArray]]:
    """Give what each element adds, by element; shape (n_elements, n_out) from the number of the first of them."""
    size = max(1, _AT_ONCE // _widest(piece))
    for first in range(0, piece.n_in, size):
        units = np.eye(min(size, piece.n_in - first), piece.n_in, first, dtype=piece.dtype)
        found = piece(np.multiply(units, _UNIT, out=units)) - bias
        found /= _UNIT
        least = _ROUNDING * max(found.max(initial=0.0), -found.min(initial=0.0))
        found[(found <= least) & (found >= -least)] = 0.0
        yield first, found


def _check(piece: Piece, weight: Weight, bias: FloatArray) -> None:
    """Compare the map with the program on random elements."""
    drawn = np.random.default_rng(0).normal(size=(4, piece.n_in)) * (1 if piece.dtype.startswith("float") else 8)
    rows = drawn.astype(piece.dtype).astype(np.float64)
    expected, found = piece(rows), (weight @ rows.T).T + bias
    close = _CLOSE * float(np.abs(expected).max(initial=0.0))
    if not bool((np.abs(found - expected) <= close).all()):
        raise Untreatable("is no affine map, though all its operations should be")


def _widest(piece: Piece) -> int:
    """Count the elements of the largest value that is taken in or put out."""
    return max(piece.n_in, *(math.prod(piece.program.shapes[each.output]) for each in piece.operations))


def _check_size(size: int, most: int, piece: Piece) -> None:
    if size > most:
        raise Untreatable(
            f"is an affine map of {piece.n_out:,} x {piece.n_in:,} weights, too many to find: at most {MOST:,} that "
            f"are not zero, from at most {math.isqrt(_MOST_RUN):,} elements"
        )
