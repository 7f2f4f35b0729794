"""What ablating pairs of neurons, or of clusters, hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from atlas.errors import UnknownName
from atlas.records import FloatArray, IntArray, Parameter
from atlas.results.conditional import ConditionalEffects

if TYPE_CHECKING:
    import pandas as pd

OF_TARGETS = ("points", "interaction", "redundancy")  # measured against every target, the rest against `all` only
MATRICES = (*OF_TARGETS, "low_interaction", "high_interaction", "z", "p", "q")
CONDITIONAL = ("conditional_points", "conditional_null_mean", "conditional_null_sd", "conditional_p", "conditional_q")


@dataclass(frozen=True, kw_only=True)
class PairResult:
    """Accuracy lost when two neurons, or two clusters, are ablated together, beside what each costs alone.

    Counts of trials have shape (n_pairs, n_targets) unless said otherwise. One row of `to_frame` is one pair.
    """

    method: str  # zero, mean, balanced_mean, resample
    elements: tuple[str, ...]  # keys of neurons, layer after layer, or of clusters
    targets: tuple[str, ...]  # `all` first, then the classes
    first: IntArray  # place among `elements` of the earlier one of each pair, shape (n_pairs,)
    second: IntArray  # of the later one
    n_trials: IntArray  # of each target, shape (n_targets,)
    n_right: IntArray  # of them, answered rightly by the intact network
    single_broken: IntArray  # of those, answered wrongly without the element alone, shape (n_elements, n_targets)
    single_repaired: IntArray  # of the others, answered rightly without it
    n_broken: IntArray  # answered wrongly without both
    n_repaired: IntArray
    n_redundant: IntArray  # answered rightly without either, wrongly without both
    n_near_ties: IntArray  # trials whose answer rests on a difference of a few roundings, shape (n_pairs,)
    low_interaction: FloatArray  # 95 % interval over all classes, percentage points, shape (n_pairs,)
    high_interaction: FloatArray
    z: FloatArray  # of the interaction when every trial's sign is tossed; NaN where no answer flips
    p: FloatArray  # exact, two-sided, of the same tosses
    q: FloatArray  # Benjamini-Hochberg over all pairs measured
    conditional: ConditionalEffects | None  # of clusters only
    params: Mapping[str, Parameter]

    @property
    def single_points(self) -> FloatArray:
        """Accuracy lost without each element alone, percentage points, shape (n_elements, n_targets)."""
        return _share(100 * (self.single_broken - self.single_repaired), self.n_trials)

    @property
    def points(self) -> FloatArray:
        """Accuracy lost without both, percentage points, shape (n_pairs, n_targets)."""
        return _share(100 * (self.n_broken - self.n_repaired), self.n_trials)

    @property
    def interaction(self) -> FloatArray:
        """Points beyond the sum of both alone, shape (n_pairs, n_targets): above 0 if one backs up the other."""
        alone = self.single_broken - self.single_repaired
        return _share(100 * (self.n_broken - self.n_repaired - alone[self.first] - alone[self.second]), self.n_trials)

    @property
    def redundancy(self) -> FloatArray:
        """Share of rightly answered trials lost only without both, shape (n_pairs, n_targets).

        Over all classes the mean of theirs, weighted by their trials. NaN for a class without right answers.
        """
        of_classes = _share(self.n_redundant[:, 1:], self.n_right[1:])
        weights = np.where(self.n_right[1:] > 0, self.n_trials[1:], 0)
        overall = _share((np.nan_to_num(of_classes) * weights).sum(axis=1), weights.sum())
        return np.column_stack([overall, of_classes])

    def strongest(self, n: int) -> IntArray:
        """Choose the pairs of largest interaction, of either sign, the first of equal ones; at most `n`."""
        return np.argsort(-np.abs(self.interaction[:, 0]), kind="stable")[:n]

    def matrix(self, name: str, *, target: str = "all") -> pd.DataFrame:
        """Give one measure of all pairs as a symmetric table by the elements' keys; NaN for pairs not measured.

        Parameters
        ----------
        name
            `points` (with each element's own on the diagonal), `interaction`, `redundancy`; or, of all classes only,
            `low_interaction`, `high_interaction`, `z`, `p`, `q`. Of clusters also `conditional_points` and its
            `conditional_null_mean`, `conditional_null_sd`, `conditional_p` and `conditional_q`, not symmetric: what the
            row's cluster costs when the column's is lost already.
        target
            `all`, or a class.

        Raises
        ------
        UnknownName
            There is no such measure or target.
        """
        import pandas as pd

        return pd.DataFrame(self._square(name, target), index=list(self.elements), columns=list(self.elements))

    def to_frame(self) -> pd.DataFrame:
        """Tabulate over all classes.

        first, second, points, first_points, second_points, interaction, low_interaction, high_interaction,
        redundancy, most_redundant_target, n_trials, n_broken, n_repaired, n_redundant, z, p, q, and the columns of
        `ConditionalEffects`, NaN for neurons.
        """
        import pandas as pd

        single, keys, redundancy = self.single_points[:, 0], np.array(self.elements, dtype=object), self.redundancy
        conditional = self.conditional or ConditionalEffects.unknown(len(self.first))
        return pd.DataFrame(
            {
                "first": keys[self.first],
                "second": keys[self.second],
                "points": self.points[:, 0],
                "first_points": single[self.first],
                "second_points": single[self.second],
                "interaction": self.interaction[:, 0],
                "low_interaction": self.low_interaction,
                "high_interaction": self.high_interaction,
                "redundancy": redundancy[:, 0],
                "most_redundant_target": self._largest(redundancy[:, 1:]),
                "n_trials": np.repeat(self.n_trials[0], len(self.first)),
                "n_broken": self.n_broken[:, 0],
                "n_repaired": self.n_repaired[:, 0],
                "n_redundant": self.n_redundant[:, 0],
                "z": self.z,
                "p": self.p,
                "q": self.q,
                **conditional.columns,
            }
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Give every measure as arrays: matrices over all classes, and of each class with the class first."""
        arrays: dict[str, NDArray[Any]] = {"elements": np.array(self.elements), "classes": np.array(self.targets[1:])}
        arrays |= {name: self._square(name, "all") for name in self._matrices}
        n_classes = len(self.targets) - 1
        for name in OF_TARGETS:
            arrays[f"class_{name}"] = np.stack([self._square(name, self.targets[1 + c]) for c in range(n_classes)])
        return arrays

    @property
    def _matrices(self) -> tuple[str, ...]:
        return MATRICES if self.conditional is None else (*MATRICES, *CONDITIONAL)

    def _square(self, name: str, target: str) -> FloatArray:
        if name not in self._matrices:
            raise UnknownName("measure of pairs", name, self._matrices)
        known = self.targets if name in OF_TARGETS else self.targets[:1]
        if target not in known:
            raise UnknownName(f"target of {name!r}", target, known)
        column = known.index(target)
        square = np.full((len(self.elements), len(self.elements)), np.nan)
        square[self.first, self.second], square[self.second, self.first] = self._both_ways(name, column)
        if name == "points":
            np.fill_diagonal(square, self.single_points[:, column])
        return square

    def _both_ways(self, name: str, column: int) -> tuple[FloatArray, FloatArray]:
        """Give a measure of every pair as it stands, and turned round."""
        if name in CONDITIONAL:
            given: FloatArray = getattr(self.conditional, name.removeprefix("conditional_"))
            return given[:, 0], given[:, 1]
        values = getattr(self, name)
        values = values[:, column] if values.ndim > 1 else values
        return values, values

    def _largest(self, of_classes: FloatArray) -> list[str | None]:
        shares = np.nan_to_num(of_classes)
        places = shares.argmax(axis=1)
        return [self.targets[1 + place] if row[place] > 0 else None for place, row in zip(places, shares, strict=True)]


def _share(count: NDArray[Any], n: NDArray[Any] | np.integer[Any]) -> FloatArray:
    of = np.broadcast_to(n, np.shape(count))
    share: FloatArray = np.divide(count, of, out=np.full(np.shape(count), np.nan), where=of > 0)
    return share
