"""The integral over the correlation of a pair that is left of two-dimensional Gaussian integrals.

By Price's theorem, expectations over two Gaussian variables around m_i and m_j, of variance 1 and correlation r, come
down to the integral of their density at 0 over correlations u from 0 to r, with or without a factor r - u. In v, where
u = 2 v / (1 + v^2), it has no trigonometric function: the density times du is, but for 1 / pi,
exp(-a d / (1 - v)^2 - b d / (1 + v)^2) dv / d, where d = 1 + v^2, a = (m_i - m_j)^2 / 4 and b = (m_i + m_j)^2 / 4.
Towards correlations of 1 it ends in a step that narrows as m_i nears m_j. There the nodes of the Gauss-Legendre rule
lie in arctanh v, in which the step keeps its width.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from atlas.analysis.correlation.closures.pairs import STRIP, over_symmetric_pairs
from atlas.analysis.correlation.closures.standard import Standard
from atlas.records import FloatArray

STRONG = 0.9  # beyond this correlation, nodes lie in arctanh v
LARGEST = 1 - 1e-15  # correlation
ENOUGH = (  # nodes up to a correlation, for an error below 1e-12
    *((0.25, 6), (0.5, 8), (0.7, 10), (STRONG, 12)),
    *((0.97, 20), (0.99, 24), (0.999, 32), (0.99999, 64), (1.0, 128)),
)


def density_integrals(standard: Standard, *, damped: bool, n_nodes: int | None) -> FloatArray:
    """Integrate as `density_integral` for all pairs of two elements; shape (n, n), 0 on the diagonal."""
    place, correlation = standard.place, standard.correlation

    def strip(rows: slice, columns: slice) -> FloatArray:
        r = correlation[rows, columns].copy()
        np.fill_diagonal(r, 0)
        return density_integral(r, place[rows, None], place[None, columns], damped=damped, n_nodes=n_nodes)

    return over_symmetric_pairs(len(place), strip)


def density_integral(
    correlation: FloatArray, one: FloatArray, other: FloatArray, *, damped: bool, n_nodes: int | None
) -> FloatArray:
    """Integrate the density at 0 of pairs over correlations u from 0 to their own, r; of their shape.

    Parameters
    ----------
    correlation
        r of every pair.
    one, other
        Means of its two elements in their standard deviations.
    damped
        Whether to integrate r - u times the density instead.
    n_nodes
        For every pair alike, in v; None: as many as make the error smaller than 1e-12, those of strong pairs in
        arctanh v.

    References
    ----------
    Price (1958), IRE Trans. Inf. Theory 4, 69-72.
    """
    pairs = _Pairs(correlation, (one - other) ** 2 / -4, (one + other) ** 2 / -4)
    return pairs.integral(damped=damped) if n_nodes is None else pairs.summed(n_nodes, damped=damped)


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs with what their integrand depends on, arrays of one shape."""

    correlation: FloatArray
    apart: FloatArray  # -a
    together: FloatArray  # -b

    def integral(self, *, damped: bool) -> FloatArray:
        """Integrate with as many nodes as it takes, strong pairs by themselves."""
        strong = np.abs(self.correlation) > STRONG
        if not strong.any():
            return self.summed(_enough(self.correlation), damped=damped)
        picked = _Pairs(self.correlation[strong], self.apart[strong], self.together[strong])
        others = _Pairs(np.where(strong, 0, self.correlation), self.apart, self.together)
        values = others.summed(_enough(others.correlation), damped=damped)
        values[strong] = picked.summed(_enough(picked.correlation), damped=damped, strong=True)
        return values

    def summed(self, n_nodes: int, *, damped: bool, strong: bool = False) -> FloatArray:
        """Sum over the nodes, of few pairs many at once; the same arrays serve all, so that they stay in the cache."""
        r = np.clip(self.correlation, -LARGEST, LARGEST)
        end = r / (1 + np.sqrt((1 - r) * (1 + r)))
        at_once = min(n_nodes, max(1, STRIP // max(1, r.size)))
        shape = (at_once, *r.shape)
        total, term, spare = np.zeros_like(r), np.empty(shape), np.empty(shape)
        for v, d, weight in _at_nodes(end, n_nodes, at_once, strong=strong):
            some, other = term[: len(v)], spare[: len(v)]
            self._density(v, d, out=some, spare=other)
            if damped:
                some *= _rest(r, v, d, out=other)
            some *= weight
            total += some[0] if at_once == 1 else some.sum(axis=0)
        total *= (np.arctanh(end) if strong else end) / np.pi
        return total

    def _density(self, v: FloatArray, d: FloatArray, *, out: FloatArray, spare: FloatArray) -> None:
        """Give the density at 0 of every pair, times pi du / dv."""
        np.subtract(1, v, out=out)
        out *= out
        np.divide(self.apart, out, out=out)
        np.add(1, v, out=spare)
        spare *= spare
        out += np.divide(self.together, spare, out=spare)
        out *= d
        np.exp(out, out=out)
        out /= d


def _at_nodes(
    end: FloatArray, n_nodes: int, at_once: int, *, strong: bool
) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Give v, d and weights at some nodes after others, nodes on axis 0; always in the same arrays."""
    last = np.arctanh(end) if strong else end
    shape = (at_once, *end.shape)
    spread = (slice(None), *[None] * end.ndim)
    all_v, all_d = np.empty(shape), np.empty(shape)
    nodes, weights = _rule(n_nodes)
    for first in range(0, n_nodes, at_once):
        some = slice(first, first + at_once)
        v, d = all_v[: len(nodes[some])], all_d[: len(nodes[some])]
        np.multiply(last, nodes[some][spread], out=v)
        if strong:
            np.tanh(v, out=v)
        np.multiply(v, v, out=d)
        weight = weights[some][spread] * (1 - d) if strong else weights[some][spread]
        d += 1
        yield v, d, weight


def _rest(r: FloatArray, v: FloatArray, d: FloatArray, *, out: FloatArray) -> FloatArray:
    """Give r - u."""
    np.divide(v, d, out=out)
    out *= -2
    out += r
    return out


def _enough(correlation: FloatArray) -> int:
    largest = np.abs(correlation).max(initial=0)
    return next(n_nodes for end, n_nodes in ENOUGH if largest <= end)


@cache
def _rule(n_nodes: int) -> tuple[FloatArray, FloatArray]:
    """Give nodes and weights of the Gauss-Legendre rule from 0 to 1, shape (n_nodes,) each."""
    nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
    return (1 + nodes) / 2, weights / 2
