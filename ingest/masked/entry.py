"""What a change of some neurons does to the next operation with weights, trial by trial."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from atlas.records import BoolArray, FloatArray, IntArray, Replacement
from ingest.masked.following import Path, spread
from ingest.masked.intact import Intact
from ingest.masked.steps import Linear, Tensor
from ingest.program.operation import Array

_BUILT_AT_ONCE = 1024  # trials
_CHANGE_BYTES = 4 * 2**20  # of the changes of a set, some trials at a time
_ROUNDINGS = 8  # a sum of squares may be off by so many, relative to the squares
_DOMINATED = 64  # a change whose square is so many times that of what stays would leave little but roundings


@dataclass(frozen=True, kw_only=True)
class Change:
    """What stands instead of the features of some neurons in some trials; arrays are (n_features, n_trials, ...)."""

    trials: IntArray
    neurons: IntArray
    features: IntArray
    before: FloatArray
    instead: FloatArray  # for all trials alike where its axis of trials has length 1
    change: FloatArray  # instead less before


class Entry:
    """A layer and its head: what the head takes in and puts out in the intact network."""

    def __init__(self, intact: Intact, layer: str, path: Path, *, n_trials: int, like: Tensor) -> None:
        self.head, self._steps, self._like, self._n_trials = path.head, path.steps, like, n_trials
        self._features, self._begins = spread(path.owner, n_neurons=int(intact.sites[layer].numbers.max()) + 1)
        self._alone = bool((np.diff(self._begins) <= 1).all())
        self._columns, self.put_out, self._squares = self._built(intact, layer)
        if not self._steps:  # what goes in is what the layer puts out: it need not be kept twice
            intact.keep(layer, np.moveaxis(self._columns, 0, self.head.axis)[:, None])
        shape = (1, *intact.sites[layer].numbers.shape)
        means = {"mean": intact.mean(layer), "balanced_mean": intact.balanced_mean(layer)}
        self._standing = {
            "zero": self._by_feature(np.zeros(shape)),
            **{method: self._by_feature(mean[None]) for method, mean in means.items()},
        }
        self._gains = np.full(len(self._begins) - 1, np.nan)

    def changes(self, replacement: Replacement, trials: IntArray | None) -> Iterator[Change]:
        """Give what changes in chosen trials, None for all, some trials at a time."""
        neurons = np.unique(replacement.numbers)
        neurons = neurons[np.diff(self._begins)[neurons] > 0]  # others go nowhere
        if not neurons.size:
            return
        features = np.concatenate([self._features_of(number) for number in neurons])
        at_once = max(32, _CHANGE_BYTES // max(1, len(features) * self._columns[0, 0].nbytes))
        for first in range(0, self._n_trials if trials is None else len(trials), at_once):
            place = slice(first, first + at_once)
            chosen = np.arange(self._n_trials)[place] if trials is None else trials[place]
            before = self._taken(features, place if trials is None else chosen)
            instead = self._instead(replacement, features, chosen)
            yield Change(
                trials=chosen,
                neurons=neurons,
                features=features,
                before=before,
                instead=instead,
                change=instead - before,
            )

    def reach(self, found: Change, *, through_head: bool) -> FloatArray:
        """Bound how far a change moves what the head puts out, or takes in, in every trial."""
        if not through_head:
            return np.asarray(np.sqrt(_squared(found.change).sum(axis=0)))
        gains = np.array([self._gain_of(number) for number in found.neurons], dtype=found.change.dtype)
        if self._alone and found.change.ndim == 2 and isinstance(self.head, Linear):
            if len(gains) == 1:
                return np.asarray(np.abs(found.change[0]) * gains[0])
            if len(gains) <= len(self.head.weight) // 4:
                products = self.head.products(found.features) @ found.change
                squared: FloatArray = np.einsum("kn,kn->n", products, found.change)
                rounded = len(gains) * _ROUNDINGS * float(np.finfo(gains.dtype).eps) * np.square(gains)
                return np.asarray(np.sqrt(np.maximum(squared, 0) + rounded @ np.square(found.change)))
        begins = np.cumsum([0, *(len(self._features_of(number)) for number in found.neurons)])[:-1]
        lengths: FloatArray = np.sqrt(np.add.reduceat(_squared(found.change), begins, axis=0))
        return np.asarray(gains @ lengths)

    def differing(self, found: Change) -> BoolArray:
        """Tell the trials in which anything changes."""
        axes = tuple(axis for axis in range(found.change.ndim) if axis != 1)
        return np.asarray((found.change != 0).any(axis=axes))

    def moved(self, found: Change, chosen: IntArray) -> Tensor:
        """Give what the head puts out in some of the trials of a change."""
        before = self.put_out.index_select(0, self._tensor(found.trials[chosen]))
        return self.head.moved(before, self._tensor(found.change[:, chosen]), self._tensor(found.features))

    def anew(self, found: Change, chosen: IntArray) -> Tensor:
        """Give the same, computed from all that the head takes in."""
        taken = self._columns[:, found.trials[chosen]]
        taken[found.features] = found.instead if found.instead.shape[1] == 1 else found.instead[:, chosen]
        place = 1 if self.head.axis == 1 else -1
        return self.head(torch.movedim(self._tensor(taken), 0, place).contiguous())

    def dominated(self, found: Change, chosen: IntArray) -> BoolArray:
        """Tell the trials in which so much changes that what stays would drown in roundings."""
        if 2 * len(found.features) > len(self._columns):
            return np.ones(len(chosen), dtype=np.bool_)
        change, before = found.change[:, chosen], found.before[:, chosen]
        squared = _squared(change).sum(axis=0)
        crossed = (change * before).reshape(len(change), len(chosen), -1).sum(axis=(0, 2))
        dominated: BoolArray = squared > _DOMINATED * (self._squares[found.trials[chosen]] + squared + 2 * crossed)
        return dominated

    def _instead(self, replacement: Replacement, features: IntArray, trials: IntArray) -> FloatArray:
        if replacement.method == "resample" and replacement.donors is not None:
            return self._taken(features, replacement.donors[trials])
        return self._standing[replacement.method][features]

    def _taken(self, features: IntArray, trials: IntArray | slice) -> FloatArray:
        in_a_row = len(features) and features[-1] - features[0] == len(features) - 1 and (np.diff(features) > 0).all()
        columns = self._columns[features[0] : features[-1] + 1] if in_a_row else self._columns[features]
        return columns[:, trials] if isinstance(trials, slice) else np.take(columns, trials, axis=1)

    def _features_of(self, number: int) -> IntArray:
        return self._features[self._begins[number] : self._begins[number + 1]]

    def _gain_of(self, number: int) -> float:
        if np.isnan(self._gains[number]):
            self._gains[number] = self.head.gain_of(self._features_of(number))
        return float(self._gains[number])

    def _built(self, intact: Intact, layer: str) -> tuple[Array, Tensor, FloatArray]:
        """Give what goes in by feature, what comes out by trial, and the square of the length of what goes in."""
        n_trials, one = self._n_trials, self._followed(intact.values(layer, np.arange(1)))
        features, *places = torch.movedim(one, self.head.axis, 0).shape
        columns = np.empty((features, n_trials, *places[1:]), dtype=one.cpu().numpy().dtype)
        put_out = self._like.new_empty((n_trials, *self.head(one).shape[1:]))
        squares = np.empty(n_trials, dtype=columns.dtype)
        for first in range(0, n_trials, _BUILT_AT_ONCE):
            rows = np.arange(first, min(first + _BUILT_AT_ONCE, n_trials))
            taken = self._followed(intact.values(layer, rows))
            put_out[first : first + len(rows)] = self.head(taken)
            columns[:, rows] = torch.movedim(taken, self.head.axis, 0).cpu().numpy()
            squares[rows] = taken.flatten(1).square_().sum(dim=1).cpu().numpy()
        return columns, put_out, squares

    def _by_feature(self, values: Array) -> FloatArray:
        found: FloatArray = torch.movedim(self._followed(values), self.head.axis, 0).cpu().numpy()
        return found

    def _followed(self, values: Array) -> Tensor:
        x = torch.tensor(values.reshape(len(values), *values.shape[2:])).to(self._like)
        for step in self._steps:
            x = step(x)
        return x

    def _tensor(self, array: Array) -> Tensor:
        return torch.from_numpy(array).to(self._like.device)


def _squared(change: FloatArray) -> FloatArray:
    """Give the square of the length of every feature's change, shape (n_features, n_trials)."""
    if change.ndim == 2:
        return np.square(change)
    flat = change.reshape(*change.shape[:2], -1)
    found: FloatArray = np.einsum("knr,knr->kn", flat, flat)
    return found
