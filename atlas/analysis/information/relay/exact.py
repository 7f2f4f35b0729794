"""The best neurons to condition on, of every size: depth-first search that leaves out what cannot be better."""

from __future__ import annotations

import numpy as np

from atlas.analysis.information.relay.beam import EQUAL_BITS, Found, search_beam
from atlas.analysis.information.relay.refinement import Cells
from atlas.analysis.information.relay.trials import Trials
from atlas.records import IntArray

MOST_NEURONS = 22
WIDTH = 16  # of the beam: it finds nearly all of the best sets, so most of the rest can be left out


def search_exactly(trials: Trials, *, width: int = WIDTH) -> Found:
    """Find the set of every size with the largest I(X;Z|set), bettering those found by a beam of some width.

    No set that contains another, Y_0, and a neuron of T beyond it, can have more than the smaller of H(X|Y_0, neuron)
    and H(Z|Y_0, neuron). So, with these put in descending order over T, a set with k neurons of T beyond Y_0 has no
    more than the k-th of them. Of equal sets, one found by the beam stays, else the first met.
    """
    search = _Search(search_beam(trials, width=width, largest=True))
    search.descend([], np.arange(trials.n_neurons), Cells.whole(trials))
    return Found(search.sets, search.bits)


class _Search:
    def __init__(self, start: Found) -> None:
        self.sets, self.bits = start

    def descend(self, chosen: list[int], left: IntArray, cells: Cells) -> None:
        """Better the best sets by those that hold `chosen` and some of `left`."""
        bits, ceilings = cells.bits_and_ceilings_of_splits()
        size = len(chosen)
        best = int(left[bits[left].argmax()])
        if bits[best] > self.bits[size] + EQUAL_BITS:
            self.bits[size] = bits[best]
            self.sets[size] = False
            self.sets[size, [*chosen, best]] = True
        left = left[np.argsort(-ceilings[left], kind="stable")]
        for place, neuron in enumerate(left[:-1]):
            reachable = ceilings[left[place + 1 :]]
            if (reachable > self.bits[size + 1 : size + 1 + len(reachable)] + EQUAL_BITS).any():
                self.descend([*chosen, int(neuron)], left[place + 1 :], cells.split([int(neuron)]))
