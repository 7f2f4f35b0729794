"""How sets of neurons are ablated, and the answers that change then, counted for every target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.ablation.replacing import operator_of
from atlas.analysis.ablation.targets import per_target, targets_of
from atlas.records import NO_ANSWER, AnswerChanges, BoolArray, IntArray, MaskedForward, Replacement

Members = Mapping[str, IntArray]


class AnswerCounter:
    """Count, target by target, the answers that break and those that are repaired when a set is ablated.

    The post-nonlinearity activations of the set are replaced on the way, the way `operator_of` says. Targets are
    `all`, then the classes; where numbers are put out instead of classes, no answer is right.
    """

    def __init__(self, network: MaskedForward, *, method: str, seed: int) -> None:
        data = network.data
        self._operator = operator_of(method, seed=seed, n_trials=len(data.labels))
        self.network, self.method = network, method
        self._labels, self._n_classes = data.labels, data.n_classes
        has_classes = data.values is None
        self._right: BoolArray = network.predict() == data.labels if has_classes else np.zeros(len(data.labels), bool)

    @property
    def targets(self) -> tuple[str, ...]:
        """Name the targets."""
        return targets_of(self._n_classes)

    @property
    def n_trials(self) -> IntArray:
        """Count the trials of every target, shape (n_targets,)."""
        return per_target(self._labels, self._n_classes)

    @property
    def n_right(self) -> IntArray:
        """Count the trials the intact network answers rightly, shape (n_targets,)."""
        return per_target(self._labels[self._right], self._n_classes)

    def replacements(self, members: Members) -> dict[str, Replacement]:
        """Say what stands in the place of a set: numbers of neurons, each once, by layer; in the layers' order."""
        layers = [layer for layer in self.network.hidden if layer in members and len(members[layer]) > 0]
        return self._operator.of({layer: np.sort(members[layer]) for layer in layers})

    def changed(self, changes: AnswerChanges) -> IntArray:
        """Count answers broken (row 0) and repaired (row 1), shape (2, n_targets)."""
        labels, was_right = self._labels[changes.trials], self._right[changes.trials]
        right = changes.answers == labels
        broken, repaired = labels[was_right & ~right], labels[~was_right & right]
        return np.stack([per_target(one, self._n_classes) for one in (broken, repaired)])

    def confused(self, changes: AnswerChanges) -> IntArray:
        """Find the answer given most often where a right one broke (row 0), and how often (row 1).

        Of several, the lowest class; `NO_ANSWER` where none broke, or more trials have no answer than any class.
        Shape (2, n_targets).
        """
        labels, answers = self._labels[changes.trials], changes.answers
        broken = self._right[changes.trials] & (answers != labels)
        labels, answers = labels[broken], answers[broken]
        none = int(answers.max(initial=0)) + 1  # no answer stands after the classes
        cells = labels * (none + 1) + np.where(answers == NO_ANSWER, none, answers)
        counts = np.bincount(cells, minlength=self._n_classes * (none + 1)).reshape(self._n_classes, none + 1)
        counts = np.concatenate([counts.sum(axis=0, keepdims=True), counts])
        best, n_trials = counts.argmax(axis=1), counts.max(axis=1)
        return np.stack([np.where((best == none) | (n_trials == 0), NO_ANSWER, best), n_trials])
