"""Random sets of neurons with as many of each layer as a set has, and if asked for as many of each stratum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import ArrayLike

from atlas.analysis.ablation.answers import Members
from atlas.analysis.seeds import check_draws, generator
from atlas.records import FloatArray, IntArray, MaskedForward

N_STRATA = 5


class MatchedSets:
    """Draw random sets. They depend on the seed and the numbers of neurons only, so no order changes them.

    Sets with the same numbers share theirs, and a set that is drawn twice stands in `sets` once.

    Parameters
    ----------
    pool
        Neurons random sets are made of, by layer; all of a layer that is not named.
    values
        Of all neurons, by layer, each of shape (n_neurons,): the neurons of a layer's pool fall into 5 strata by the
        rank of their value, equal ones by number, and random sets have as many of each stratum.
    all_if_few
        Where no more than `n_null` sets are possible, take each of them once instead of drawing.
    """

    def __init__(
        self,
        network: MaskedForward,
        *,
        n_null: int,
        seed: int,
        pool: Members | None = None,
        values: Mapping[str, FloatArray] | None = None,
        all_if_few: bool = False,
    ) -> None:
        check_draws(n_null=n_null)
        self._n_null, self._seed, self._all_if_few = n_null, seed, all_if_few
        self._cells: list[tuple[str, IntArray]] = []
        for layer in network.hidden:
            every = np.arange(network.activations(layer).shape[1])
            numbers = np.sort((pool or {}).get(layer, every)).astype(np.int64)
            strata = [numbers] if values is None else _strata(numbers, values[layer])
            self._cells += [(layer, stratum) for stratum in strata]
        self._drawn: dict[tuple[int, ...], IntArray] = {}
        self._places: dict[bytes, int] = {}
        self.sets: list[Members] = []

    def n_possible(self, members: Members) -> int:
        """Count the sets with the same numbers of neurons, `members` among them."""
        numbers = self._numbers(members)
        return math.prod(math.comb(len(cell), n) for (_, cell), n in zip(self._cells, numbers, strict=True))

    def are_all(self, members: Members) -> bool:
        """Tell whether `places` gives all sets that are possible, `members` among them."""
        return self._all_if_few and self.n_possible(members) <= self._n_null

    def places(self, members: Members) -> IntArray:
        """Draw the sets that stand against `members`, of the pool; give their places in `sets`, shape (n_sets,)."""
        numbers = self._numbers(members)
        if numbers not in self._drawn:
            sets = self._all(numbers) if self.are_all(members) else self._random(numbers)
            self._drawn[numbers] = np.array([self.place(one) for one in sets], dtype=np.int64)
        return self._drawn[numbers]

    def place(self, members: Members) -> int:
        """Give the place of a set in `sets`; it is put there if it is new."""
        in_order = {layer: np.sort(numbers).astype(np.int64) for layer, numbers in sorted(members.items())}
        name = b"".join(layer.encode() + numbers.tobytes() for layer, numbers in in_order.items() if len(numbers))
        if name not in self._places:
            self._places[name] = len(self.sets)
            self.sets.append(in_order)
        return self._places[name]

    def _numbers(self, members: Members) -> tuple[int, ...]:
        """Count the neurons of a set, by layer and stratum."""
        return tuple(int(np.isin(members.get(layer, ()), cell).sum()) for layer, cell in self._cells)

    def _random(self, numbers: tuple[int, ...]) -> Iterator[Members]:
        draws = generator(self._seed, 0, *numbers, 0)
        for _ in range(self._n_null):
            chosen = [draws.choice(len(cell), size=n, replace=False) for (_, cell), n in self._some(numbers)]
            yield self._set(numbers, chosen)

    def _all(self, numbers: tuple[int, ...]) -> Iterator[Members]:
        choices = [combinations(range(len(cell)), n) for (_, cell), n in self._some(numbers)]
        return (self._set(numbers, chosen) for chosen in product(*choices))

    def _set(self, numbers: tuple[int, ...], chosen: Sequence[ArrayLike]) -> Members:
        """Make a set of places chosen in the cells it has neurons of."""
        members: dict[str, IntArray] = {}
        for ((layer, cell), _), places in zip(self._some(numbers), chosen, strict=True):
            members[layer] = np.concatenate([members.get(layer, cell[:0]), cell[np.asarray(places)]])
        return members

    def _some(self, numbers: tuple[int, ...]) -> list[tuple[tuple[str, IntArray], int]]:
        """List the cells a set has neurons of, and how many."""
        return [(cell, n) for cell, n in zip(self._cells, numbers, strict=True) if n > 0]


def _strata(numbers: IntArray, values: FloatArray) -> list[IntArray]:
    """Cut neurons into strata of equal size, or nearly so, by the rank of their values."""
    order = numbers[np.argsort(values[numbers], kind="stable")]
    return [np.sort(part) for part in np.array_split(order, N_STRATA)]
