"""Errors of closures in one class: as measured, in resamples of its trials, and in trials drawn from Gaussians."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.entries import Entering, Entry
from atlas.analysis.correlation.errors import divergence, main_errors, r_squared, trace_ratio
from atlas.analysis.correlation.loss import expected_squared_loss
from atlas.analysis.correlation.moments import Mixture, moments_of
from atlas.analysis.correlation.sampling import GaussianParts, gaussian_parts_of
from atlas.records import FloatArray, IntArray

DRAWN_ERRORS = ("mean_error", "covariance_error")
RESAMPLED_ERRORS = (*DRAWN_ERRORS, "loss", "predicted_loss")
MEASURED_ERRORS = (*RESAMPLED_ERRORS, "trace_ratio", "divergence_bits", "n_dimensions", "r_squared")


@dataclass(frozen=True, kw_only=True)
class ClassTrials:
    """What the trials of one class put into each entry, and what each layer puts out.

    Tables of errors have one row for each row of each entry.
    """

    entries: tuple[Entry, ...]
    entering: tuple[Entering, ...]  # one an entry
    gaussians: tuple[GaussianParts, ...]  # of what entered
    outputs: Mapping[str, FloatArray]  # by layer, shape (n_trials, n_elements)
    losses: FloatArray  # squared distance of the output layer from the target, shape (n_trials,)
    target: FloatArray  # shape (n_outputs,)

    def measured(self) -> FloatArray:
        """Measure the errors, shape (n_rows, len(MEASURED_ERRORS)).

        Raises
        ------
        BadParameter
            There are too few trials.
        """
        moments = {layer: moments_of(outputs) for layer, outputs in self.outputs.items()}
        rows = []
        for layer, predicted in self._predicted(None):
            found = moments[layer]
            apart = divergence(predicted, found)
            others = (trace_ratio(predicted, found), *apart, r_squared(predicted, found))
            rows.append((*main_errors(predicted, found), *self._losses(layer, predicted, None), *others))
        return np.array(rows)

    def resampled(self, random: np.random.Generator) -> FloatArray:
        """Measure the errors in as many trials drawn with replacement, shape (n_rows, len(RESAMPLED_ERRORS))."""
        n_trials = len(self.losses)
        weights = random.multinomial(n_trials, np.full(n_trials, 1 / n_trials))
        moments = {layer: moments_of(outputs, trial_weights=weights) for layer, outputs in self.outputs.items()}
        return np.array(
            [
                (*main_errors(predicted, moments[layer]), *self._losses(layer, predicted, weights))
                for layer, predicted in self._predicted(weights)
            ]
        )

    def drawn(self, random: np.random.Generator) -> FloatArray:
        """Measure the errors in as many Gaussian trials, drawn where they enter, shape (n_rows, len(DRAWN_ERRORS)).

        They have exactly the means and covariances measured: of each part, where there are parts, which are looked for
        again.
        """
        rows = []
        for entry, gaussians in zip(self.entries, self.gaussians, strict=True):
            entering = entry.entering(gaussians.matched(random))
            moments = {layer: moments_of(outputs) for layer, outputs in entry.run(entering).items()}
            predicted = zip(entry.rows, entry.predicted(entering), strict=True)
            rows += [main_errors(mixture, moments[layer]) for (layer, _), mixture in predicted]
        return np.array(rows)

    def _predicted(self, weights: IntArray | None) -> list[tuple[str, Mixture]]:
        return [
            (layer, mixture)
            for entry, entering in zip(self.entries, self.entering, strict=True)
            for (layer, _), mixture in zip(entry.rows, entry.predicted(entering, trial_weights=weights), strict=True)
        ]

    def _losses(self, layer: str, predicted: Mixture, weights: IntArray | None) -> tuple[float, float]:
        """Give the measured and the predicted loss; NaN but for the output layer."""
        if layer != self.entries[0].layers[-1].layer:
            return np.nan, np.nan
        return float(np.average(self.losses, weights=weights)), expected_squared_loss(predicted, self.target)


def class_trials(
    entries: Sequence[Entry], activations: Mapping[str, FloatArray], target: FloatArray, *, own: IntArray
) -> ClassTrials:
    """Prepare the trials of one class, `own` of shape (n_trials_of_class,)."""
    entered = [entry.entered(activations[entry.start][own]) for entry in entries]
    entering = [entry.entering(given) for entry, given in zip(entries, entered, strict=True)]
    gaussians = [gaussian_parts_of(given, found.parts) for given, found in zip(entered, entering, strict=True)]
    outputs = {layer.layer: activations[layer.layer][own] for entry in entries for layer in entry.layers}
    put_out = outputs[entries[0].layers[-1].layer].astype(np.float64)
    return ClassTrials(
        entries=tuple(entries),
        entering=tuple(entering),
        gaussians=tuple(gaussians),
        outputs=outputs,
        losses=((put_out - target) ** 2).sum(axis=1),
        target=target,
    )
