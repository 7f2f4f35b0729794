"""Random sets of neurons with as many of each layer as a cluster has."""

from __future__ import annotations

import numpy as np

from atlas.analysis.ablation.answers import Members
from atlas.analysis.seeds import check_draws, generator
from atlas.records import IntArray, MaskedForward


class MatchedSets:
    """Draw random sets. They depend on the seed and the numbers of neurons only, so no order changes them.

    Clusters with the same numbers share theirs, and a set that is drawn twice stands in `sets` once.
    """

    def __init__(self, network: MaskedForward, *, n_null: int, seed: int) -> None:
        check_draws(n_null=n_null)
        self._sizes = {layer: network.activations(layer).shape[1] for layer in network.hidden}
        self._n_layers = len(network.layers)
        self._n_null, self._seed = n_null, seed
        self._drawn: dict[tuple[int, ...], IntArray] = {}
        self._places: dict[bytes, int] = {}
        self.sets: list[Members] = []

    def places(self, members: Members) -> IntArray:
        """Draw the sets that stand against `members`; give their places in `sets`, shape (n_null,)."""
        n_drawn = (0, *(len(members.get(layer, ())) for layer in self._sizes), 0)
        if n_drawn not in self._drawn:
            draws = generator(self._seed, *n_drawn)
            self._drawn[n_drawn] = np.array([self._place(self._draw(n_drawn, draws)) for _ in range(self._n_null)], int)
        return self._drawn[n_drawn]

    def _draw(self, n_drawn: tuple[int, ...], draws: np.random.Generator) -> dict[str, IntArray]:
        return {
            layer: np.sort(draws.choice(size, size=n, replace=False))
            for (layer, size), n in zip(self._sizes.items(), n_drawn[1:-1], strict=True)
            if n > 0
        }

    def _place(self, members: Members) -> int:
        name = b"".join(layer.encode() + numbers.tobytes() for layer, numbers in members.items())
        if name not in self._places:
            self._places[name] = len(self.sets)
            self.sets.append(members)
        return self._places[name]
