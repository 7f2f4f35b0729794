"""Wirings by chance in which every neuron has as many weights of each block as before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.analysis.motifs.wiring import Wiring
from atlas.records import BoolArray, IntArray

# After about this many rounds a source can be at any target: 2**10 rows. Fewer would cost power, never validity.
ROUNDS = 10


def rewired(wiring: Wiring, draws: np.random.Generator) -> Wiring:
    """Let targets trade sources at random, and deal the signs out anew.

    In each round the targets of a block pair up, and every two of them deal the sources that only one of them has out
    among themselves. Every source keeps its number of targets, every target its number of sources. A round leads from
    one wiring to another as likely as back, so all of them are equally likely in the end.

    References
    ----------
    Strona et al. (2014), Nature Communications 5, 4114 (curveball); Carstens et al. (2018), ESA, LIPIcs 112, 11
    (rounds of trades).
    """
    sources = wiring.sources.copy()
    has = np.zeros((len(sources), wiring.n_source + 1), dtype=bool)
    np.put_along_axis(has, sources, True, axis=1)
    has[:, -1] = True  # empty places are never traded
    for _ in range(ROUNDS):
        _trade(sources, has, draws)
    return replace(wiring, sources=sources, signs=None if wiring.signs is None else draws.permutation(wiring.signs))


def _trade(sources: IntArray, has: BoolArray, draws: np.random.Generator) -> None:
    """Let the targets trade once, two by two; with an odd number one stands aside."""
    half, width = len(sources) // 2, sources.shape[1]
    first, second = draws.permutation(len(sources))[: 2 * half].reshape(2, half, 1)
    both = np.concatenate([sources[first[:, 0]], sources[second[:, 0]]], axis=1)
    free = np.concatenate([~has[second, both[:, :width]], ~has[first, both[:, width:]]], axis=1)
    order = np.argsort(np.where(free, draws.random(both.shape), 2.0), axis=1)
    dealt = np.arange(2 * width) < free.sum(axis=1)[:, None]
    has[first, both[:, :width]] = has[second, both[:, width:]] = False
    both[free] = np.take_along_axis(both, order, axis=1)[dealt]
    sources[first[:, 0]], sources[second[:, 0]] = both[:, :width], both[:, width:]
    has[first, both[:, :width]] = has[second, both[:, width:]] = True
    has[:, -1] = True
