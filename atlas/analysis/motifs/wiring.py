"""The strongest weights of a network as lists of sources, one for every neuron they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from atlas.analysis.seeds import check_whole
from atlas.errors import EmptySelection, NonFiniteWeights
from atlas.records import BoolArray, FloatArray, IntArray, NetworkRecord, WeightBlock


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Which neurons of one layer lead to which of a later one; layers are given by their place from the input."""

    source: int
    target: int
    n_source: int
    sources: IntArray  # of every target, shape (n_target, most of any); `n_source` where it has fewer
    signs: FloatArray | None  # 1 or -1, target after target, shape (n_weights,); None where signs have no meaning

    @property
    def is_weight(self) -> BoolArray:
        """Tell weights from empty places, shape of `sources`."""
        return self.sources < self.n_source

    def matrix(self, values: FloatArray | None = None) -> sparse.csr_array:
        """Put 1, or a value for every weight, where weights are; shape (n_target, n_source)."""
        real = self.is_weight
        numbers = self.sources[real]
        ends = np.concatenate([[0], np.cumsum(real.sum(axis=1))])
        data = np.ones(len(numbers)) if values is None else values
        return sparse.csr_array((data, numbers, ends), shape=(len(self.sources), self.n_source))


def strongest(record: NetworkRecord, n_strongest: int) -> list[Wiring]:
    """Keep the strongest incoming weights of every neuron, over all earlier layers; of equal ones the first.

    Weights of strength 0 join nothing. What leads back, or to the same layer, is left out.

    Raises
    ------
    BadParameter, NonFiniteWeights, EmptySelection
        `n_strongest` is below 1; a strength is NaN or infinite; no weight leads from one layer to a later one.
    """
    check_n_strongest(n_strongest)
    layers = sorted(record.layers, key=lambda layer: layer.number)
    place = {layer.name: number for number, layer in enumerate(layers)}
    forward = sorted(
        (block for block in record.blocks if place[block.source] < place[block.target]),
        key=lambda block: (place[block.target], place[block.source]),
    )
    if not forward:
        raise EmptySelection(
            f"The network {record.key!r} has no weights from one layer to a later one. Motifs are patterns of those. "
            "Choose a network of two layers or more."
        )
    found: list[Wiring] = []
    for target in dict.fromkeys(block.target for block in forward):
        into = [block for block in forward if block.target == target]
        for block, chosen in zip(into, _chosen(into, n_strongest), strict=True):
            found.append(_wiring(block, chosen, place[block.source], place[target]))
    return found


def check_n_strongest(n_strongest: int) -> None:
    """Refuse to look at less than one weight."""
    check_whole(least=1, n_strongest=n_strongest)


def _chosen(into: Sequence[WeightBlock], n_strongest: int) -> list[BoolArray]:
    """Tell the strongest weights of all blocks into one layer, each of shape (n_source, n_target)."""
    for block in into:
        if not np.isfinite(block.strength).all():
            raise NonFiniteWeights(
                f"The weights from {block.source!r} to {block.target!r} have strengths that are NaN or infinite. "
                "The strongest of them are undefined. Give finite strengths."
            )
    strength = np.concatenate([_kept(block) for block in into])
    best = np.argsort(-strength, axis=0, kind="stable")[:n_strongest]
    chosen = np.zeros(strength.shape, dtype=bool)
    np.put_along_axis(chosen, best, True, axis=0)
    starts = np.cumsum([len(block.strength) for block in into])[:-1]
    return np.split(chosen & (strength > 0), starts)


def _kept(block: WeightBlock) -> FloatArray:
    return block.strength if block.kept is None else np.where(block.kept, block.strength, 0)


def _wiring(block: WeightBlock, chosen: BoolArray, source: int, target: int) -> Wiring:
    n_source, n_target = chosen.shape
    targets, numbers = np.nonzero(chosen.T)
    degree = np.bincount(targets, minlength=n_target)
    sources = np.full((n_target, degree.max(initial=0)), n_source, dtype=np.int32)
    sources[np.arange(sources.shape[1]) < degree[:, None]] = numbers
    return Wiring(
        source=source,
        target=target,
        n_source=n_source,
        sources=sources,
        signs=_signs(block, numbers, targets),
    )


def _signs(block: WeightBlock, numbers: IntArray, targets: IntArray) -> FloatArray | None:
    """Give the signs of chosen weights; None where one has none, as a kernel that sums to 0."""
    if block.value is None:
        return None
    signs = np.sign(block.value[numbers, targets]).astype(np.float64)
    return None if (signs == 0).any() else signs
