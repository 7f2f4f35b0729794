"""Run a network with sets of neurons ablated, and count the answers that change."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.seeds import generator
from atlas.errors import BadParameter, UnknownName
from atlas.records import IntArray, MaskedForward, Replacement

METHODS = ("zero", "mean", "resample")


class AnswerCounter:
    """Count, class by class, the answers that break and those that are repaired when a set is ablated.

    The post-nonlinearity activations of the set are replaced on the way: by 0 (`zero`), by their mean over the
    trials (`mean`), or by those of another trial (`resample`; one other trial for each, drawn once from `seed`
    and the same for every neuron and every set). Only trials in which the replacement differs are run, from the
    first layer touched. A set is run once, however often it is asked for.
    """

    def __init__(self, network: MaskedForward, *, method: str, seed: int) -> None:
        if method not in METHODS:
            raise UnknownName("method of ablation", method, METHODS)
        self._network, self._method = network, method
        self._labels, self._n_classes = network.data.labels, network.data.n_classes
        self._right = network.predict() == self._labels
        self._donor = _other_trials(len(self._labels), seed)
        self._counted: dict[tuple[tuple[str, bytes], ...], IntArray] = {}

    @property
    def n_trials(self) -> IntArray:
        """Count the trials of every class, shape (n_classes,)."""
        return np.bincount(self._labels, minlength=self._n_classes)

    @property
    def n_right(self) -> IntArray:
        """Count the trials the intact network answers rightly, shape (n_classes,)."""
        return np.bincount(self._labels[self._right], minlength=self._n_classes)

    def changed(self, members: Mapping[str, IntArray]) -> IntArray:
        """Count answers broken (row 0) and repaired (row 1) of every class, shape (2, n_classes).

        `members` maps layers to the numbers of the neurons ablated there, each once.
        """
        in_order = {
            layer: np.sort(members[layer])
            for layer in self._network.layers
            if layer in members and len(members[layer]) > 0
        }
        key = tuple((layer, numbers.astype(np.int64).tobytes()) for layer, numbers in in_order.items())
        if key not in self._counted:
            self._counted[key] = self._run(in_order)
        return self._counted[key]

    def _run(self, members: Mapping[str, IntArray]) -> IntArray:
        replace = {layer: self._replacement(numbers) for layer, numbers in members.items()}
        trials = np.flatnonzero(self._network.touched(replace))
        if len(trials) == 0:
            return np.zeros((2, self._n_classes), dtype=np.int64)
        answers = np.argmax(self._network.outputs(replace, trials=trials), axis=1)
        right, was_right, labels = answers == self._labels[trials], self._right[trials], self._labels[trials]
        broken, repaired = labels[was_right & ~right], labels[~was_right & right]
        return np.stack([np.bincount(changed, minlength=self._n_classes) for changed in (broken, repaired)])

    def _replacement(self, numbers: IntArray) -> Replacement:
        donors = self._donor if self._method == "resample" else None
        return Replacement(numbers=numbers, method=self._method, donors=donors)


def check_layers(network: MaskedForward, layers: tuple[str, ...]) -> None:
    """Raise `UnknownName` for a layer the network does not have."""
    for layer in layers:
        if layer not in network.layers:
            raise UnknownName("layer", layer, network.layers)


def check_members(network: MaskedForward, cluster: str, members: Mapping[str, IntArray]) -> None:
    """Raise for layers or neurons the network does not have, and for neurons named twice."""
    check_layers(network, tuple(members))
    for layer, numbers in members.items():
        n_neurons = network.activations(layer).shape[1]
        outside = [int(number) for number in numbers if not 0 <= number < n_neurons]
        if outside:
            raise BadParameter(
                f"Cluster {cluster!r} names neuron {outside[0]} of layer {layer!r}, which has {n_neurons}. "
                "Neurons count from 0. Give numbers below the layer's size."
            )
        if len(np.unique(numbers)) < len(numbers):
            raise BadParameter(f"Cluster {cluster!r} names a neuron of layer {layer!r} twice. Name every neuron once.")


def _other_trials(n_trials: int, seed: int) -> IntArray:
    """Draw another trial for every trial: each is drawn once, none is its own (unless it is the only one)."""
    order = generator(seed).permutation(n_trials)
    donor = np.empty(n_trials, dtype=np.int64)
    donor[order] = np.roll(order, 1)
    return donor
