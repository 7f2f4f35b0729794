"""Loss, output of the true class and score of every trial, and how they change when neurons are ablated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from atlas.analysis.ablation.paired import PairedChange, paired_change
from atlas.analysis.ablation.targets import per_target
from atlas.errors import BadParameter, shown
from atlas.records import FloatArray, IntArray, MaskedForward

# Outputs, shape (n_trials, n_outputs), and labels or values expected: one number for every trial, higher is better.
Score = Callable[[FloatArray, NDArray[Any]], ArrayLike]


class TrialMeasures:
    """What is measured of every trial's outputs beside the answer.

    `loss`: cross-entropy in nats, the outputs being taken before any softmax; where there are no classes, the squared
    error, averaged over the outputs. `logit`: output of the true class, where there are classes. `score`: of a score
    function, where one is given. Each trial is measured by itself.

    Raises
    ------
    BadParameter
        The score function fails, or does not give one finite number for every trial by itself.
    """

    def __init__(self, network: MaskedForward, *, score: Score | None = None) -> None:
        data = network.data
        self._expected: NDArray[Any] = data.labels if data.values is None else data.values
        self._labels, self._score = data.labels, score
        logit = () if data.values is not None else ("logit",)
        self.n_trials = per_target(data.labels, data.n_classes)
        self.names = ("loss", *logit, *(() if score is None else ("score",)))
        outputs, trials = network.outputs({}), np.arange(len(data.labels))
        self._intact = self._of(outputs, trials)
        if score is not None and not np.allclose(self._of(outputs[:1], trials[:1]), self._intact[:, :1]):
            raise BadParameter(
                f"The score {score_name(score)!r} of a trial depends on the other trials. It must measure every trial "
                "by itself. Leave sums over trials to the sweep."
            )

    @property
    def asked(self) -> int:
        """Place of the measure that counts where there are no classes: the score, or else the loss."""
        return len(self.names) - 1

    @property
    def harm_sign(self) -> int:
        """Tell whether a larger number of that measure is harm (1) or good (-1)."""
        return 1 if self._score is None else -1

    def intact_sha256(self) -> str:
        """Hash what is measured of every trial of the intact network: another score function gives another."""
        return hashlib.sha256(np.ascontiguousarray(self._intact, dtype="<f8").tobytes()).hexdigest()

    def changes(self, outputs: FloatArray, trials: IntArray) -> PairedChange:
        """Summarise by target how the measures change, from the outputs in trials touched; shape (n_measures, ...)."""
        differences = self._of(outputs, trials) - self._intact[:, trials]
        return paired_change(differences, self._labels[trials], self.n_trials)

    def _of(self, outputs: FloatArray, trials: IntArray) -> FloatArray:
        """Measure the outputs of chosen trials, shape (n_measures, n_chosen)."""
        exact, expected = outputs.astype(np.float64), self._expected[trials]
        rows = [*_fit(exact, expected)]
        if self._score is not None:
            rows.append(_scored(self._score, outputs, expected))
        return np.stack(rows)


def trial_measures(network: MaskedForward, *, outputs: bool, score: Score | None) -> TrialMeasures | None:
    """Say what a sweep measures beside the answers; None for nothing.

    Raises
    ------
    BadParameter
        Outputs are left out, and there are no answers, or a score of outputs is asked for.
    """
    if outputs:
        return TrialMeasures(network, score=score)
    if score is not None:
        raise BadParameter(f"The score {score_name(score)!r} is one of outputs, which are left out. Measure outputs.")
    if network.data.values is not None:
        raise BadParameter(
            f"The data {network.data.text!r} have values to be put out, not classes, so there are no answers to "
            "compare. Measure outputs, too: leave out --no-outputs, or outputs=False in Python."
        )
    return None


def score_name(score: Score) -> str:
    """Name a score function as `package.module:function`.

    Raises
    ------
    BadParameter
        It is no function.
    """
    if not callable(score):
        raise BadParameter(f"The score {shown(score)} is no function. It takes outputs, and labels or values expected.")
    return f"{score.__module__}:{getattr(score, '__qualname__', type(score).__qualname__)}"


def _fit(outputs: FloatArray, expected: NDArray[Any]) -> list[FloatArray]:
    if expected.ndim == 2:
        return [np.square(outputs - expected).mean(axis=1)]
    largest = outputs.max(axis=1)
    logits: FloatArray = outputs[np.arange(len(outputs)), expected]
    return [largest + np.log(np.exp(outputs - largest[:, None]).sum(axis=1)) - logits, logits]


def _scored(score: Score, outputs: FloatArray, expected: NDArray[Any]) -> FloatArray:
    name = score_name(score)
    try:
        found = np.asarray(score(outputs, expected), dtype=np.float64)
    except Exception as error:  # foreign code may raise anything
        raise BadParameter(
            f"The score {name!r} fails: {type(error).__name__}: {' '.join(str(error).split())}. It is called with "
            "outputs, shape (n_trials, n_outputs), and the labels or values expected."
        ) from error
    if found.shape != (len(outputs),) or not np.isfinite(found).all():
        shown = f"of shape {found.shape}" if found.shape != (len(outputs),) else "NaN or infinite in places"
        raise BadParameter(
            f"What the score {name!r} gives for {len(outputs)} trials is {shown}. "
            "It must be one finite number for every trial, higher if better. Correct the function."
        )
    return found
