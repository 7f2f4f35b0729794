"""One layer, from what it takes in to the scores of what it puts out: as measured, resampled, and drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.mismatch import mismatch_of
from atlas.analysis.correlation.orders import Profile, groups_of, order_shares
from atlas.analysis.correlation.profiles import GaussianClass, OneClass, one_class
from atlas.analysis.mapping import Arrays
from atlas.analysis.seeds import generator
from atlas.analysis.threads import one_thread
from atlas.records import FloatArray, IntArray, StagedLayer

RESAMPLED, DRAWN = 51, 52  # streams of random numbers

Measure = Callable[[FloatArray, int], OneClass]  # of what goes in in one class, and its number


@dataclass(frozen=True, kw_only=True)
class Step:
    """A layer and what it takes in. It can be sent to other processes.

    Scores are by name, each of shape (n_draws, n_neurons + 1, n): the neurons of the layer, then the layer itself.
    """

    layer: StagedLayer
    place: int  # among the layers: each has a null of its own
    inputs: FloatArray  # shape (n_trials, n_in)
    labels: IntArray
    n_classes: int
    seed: int

    def observed(self) -> Arrays:
        """Score the trials as they are."""
        return self._scores(1, lambda inputs, _: one_class(self.layer, inputs, np.ones((1, len(inputs)))))

    def resampled(self, numbers: Sequence[int]) -> Arrays:
        """Score trials drawn again within each class, the same for every layer."""

        def measure(inputs: FloatArray, label: int) -> OneClass:
            n_trials = len(inputs)
            draws = (generator(self.seed, RESAMPLED, number, label) for number in numbers)
            even = np.full(n_trials, 1 / n_trials)
            counts = np.array([random.multinomial(n_trials, even) for random in draws], dtype=np.float64)
            return one_class(self.layer, inputs, counts)

        return self._scores(len(numbers), measure)

    def drawn(self, numbers: Sequence[int]) -> Arrays:
        """Score as many trials drawn from a Gaussian for each class, with the moments of its pre-activations."""

        def measure(inputs: FloatArray, label: int) -> OneClass:
            gaussian = GaussianClass.of(self.layer, inputs)
            draws = (generator(self.seed, DRAWN, self.place, number, label) for number in numbers)
            found = [gaussian.drawn(len(inputs), random) for random in draws]
            return OneClass(*(np.concatenate(each) for each in zip(*found, strict=True)))

        return self._scores(len(numbers), measure)

    def _scores(self, n_draws: int, measure: Measure) -> Arrays:
        """Measure class after class, and score each draw."""
        mean, variance = np.zeros((2, n_draws, 4, self.n_classes, len(self.layer.numbers)))
        n_trials = np.bincount(self.labels, minlength=self.n_classes)
        with one_thread():
            for label in np.flatnonzero(n_trials):
                found = measure(self.inputs[self.labels == label], int(label))
                mean[:, :, label], variance[:, :, label] = found
            shares = n_trials / len(self.labels)
            profiles = (Profile(mean=m, variance=v, shares=shares) for m, v in zip(mean, variance, strict=True))
            scores = [self._scored(profile) for profile in profiles]
        return {name: np.array([each[name] for each in scores]) for name in scores[0]}

    def _scored(self, profile: Profile) -> Arrays:
        groups = groups_of(self.layer.numbers)
        shares = order_shares(profile, groups)
        of_orders = {"variance_share": shares.variance, "separation_share": shares.separation}
        return {**mismatch_of(profile, groups)._asdict(), **of_orders}
