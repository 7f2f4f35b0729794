"""What ablating elements hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from atlas.keys import ALL_TARGET
from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results.frames import long_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class ConfusionSummary:
    """The answer that most often stands in the place of a right one that broke. Shape (n_elements, n_targets)."""

    answer: IntArray  # class, the lowest of several; -1 where none broke or most gave no answer
    n_trials: IntArray  # broken trials answered so


@dataclass(frozen=True, kw_only=True)
class MeanChange:
    """Mean over trials of ablated minus intact, with its 95 % interval. Shape (n_elements, n_targets)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, kw_only=True)
class OutputChanges:
    """How the outputs themselves change when elements are ablated."""

    loss: MeanChange  # cross-entropy in nats; mean squared error where there are no classes
    logit: MeanChange | None  # output of the true class; None where there are no classes
    score: MeanChange | None  # of a score function that was given


@dataclass(frozen=True, kw_only=True)
class EffectResult:
    """Accuracy lost when elements are ablated. Arrays have shape (n_elements, n_targets) unless said otherwise.

    Where there are no classes, the only target is `all`, and what concerns answers is NaN.
    One row of `to_frame` is one element and one target.
    """

    method: str  # zero, mean, balanced_mean, resample
    elements: tuple[str, ...]  # keys of neurons, or of clusters
    targets: tuple[str, ...]  # `all` first, then the classes
    points: FloatArray  # intact minus ablated accuracy, percentage points
    low_points: FloatArray  # 95 % interval
    high_points: FloatArray
    n_trials: IntArray  # trials behind each target, shape (n_targets,)
    macro_points: FloatArray  # mean over classes, shape (n_elements,)
    null_mean: FloatArray  # mean effect of matched random sets, of what p tests; NaN for neurons
    null_sd: FloatArray
    z: FloatArray  # NaN for neurons, and where the null does not vary
    p: FloatArray  # neurons: exact McNemar, without classes paired t; clusters: matched random sets
    q: FloatArray  # Benjamini-Hochberg within one kind of target (`all`; classes)
    n_ablated: IntArray  # neurons ablated with each element, shape (n_elements,)
    n_right: IntArray  # trials the intact network answers rightly, shape (n_targets,)
    n_broken: IntArray  # of them, how many it answers wrongly now
    n_repaired: IntArray  # of the others, how many it answers rightly now
    n_near_ties: IntArray  # trials whose answer rests on a difference of a few roundings, shape (n_elements,)
    confusion: ConfusionSummary
    changes: OutputChanges | None  # None where only answers were compared
    params: Mapping[str, Parameter]

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Spread everything out to shape (n_elements, n_targets): None or NaN where it is undefined.

        Counts are undefined where points are; the macro mean and near-ties are those of `all`; changes that were not
        measured are undefined everywhere.
        """
        shape = self.points.shape
        unknown, overall = np.isnan(self.points), np.array(self.targets) == ALL_TARGET
        counts = {
            "n_right": (self.n_right, unknown),
            "n_broken": (self.n_broken, unknown),
            "n_repaired": (self.n_repaired, unknown),
            "n_near_ties": (self.n_near_ties[:, None], unknown | ~overall),
            "n_confused": (self.confusion.n_trials, unknown),
        }
        return {
            "points": self.points,
            "low_points": self.low_points,
            "high_points": self.high_points,
            "macro_points": np.where(overall, self.macro_points[:, None], np.nan),
            "n_trials": np.broadcast_to(self.n_trials, shape),
            **{name: _known(values, left_out) for name, (values, left_out) in counts.items()},
            "confused_with": _known(self.confusion.answer.astype(str), unknown | (self.confusion.answer < 0)),
            **_changes(self.changes, shape),
            "n_ablated": np.broadcast_to(self.n_ablated[:, None], shape),
            "null_mean": self.null_mean,
            "null_sd": self.null_sd,
            "z": self.z,
            "p": self.p,
            "q": self.q,
        }

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, and `columns`."""
        frame = long_frame(self.elements, self.targets, self.columns)
        return frame.astype({name: "Int64" for name in frame.columns if name.startswith("n_")})


def _known(values: NDArray[Any], unknown: BoolArray) -> NDArray[Any]:
    """Put None in the place of what is unknown."""
    column = np.broadcast_to(values, unknown.shape).astype(object)
    column[unknown] = None
    return column


def _changes(changes: OutputChanges | None, shape: tuple[int, ...]) -> dict[str, FloatArray]:
    named = {"loss": None, "logit": None, "score": None} if changes is None else vars(changes)
    columns: dict[str, FloatArray] = {}
    for name, change in named.items():
        limits = np.full((3, *shape), np.nan) if change is None else (change.mean, change.low, change.high)
        columns |= {f"{end}{name}_change": values for end, values in zip(("", "low_", "high_"), limits, strict=True)}
    return columns
