"""The result, filled in element by element; what is not filled in stays NaN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from atlas.analysis.information.coverage import Coverage
from atlas.analysis.information.relay.counting import Answered
from atlas.analysis.statistics import q_by_target_kind
from atlas.errors import ShapeError
from atlas.keys import ALL_TARGET
from atlas.records import FloatArray, IntArray, Parameter
from atlas.results import RelayResult
from atlas.results.relay import RELAY_COLUMNS

NO_NEURONS, TOO_FEW_TRIALS = "no_neurons", "too_few_trials"


class Table:
    """Measures of elements for targets."""

    def __init__(self, elements: Sequence[str], trials: Answered) -> None:
        self.elements, self.trials = tuple(elements), trials
        shape = (len(elements), 1 + trials.n_classes)
        self.columns: dict[str, FloatArray] = {name: np.full(shape, np.nan) for name in RELAY_COLUMNS}
        self._cover = [Coverage(n_states=0, trials_per_state=np.nan, reliable=False)] * len(elements)
        self._reasons: list[str | None] = [NO_NEURONS] * len(elements)

    def put(self, rows: IntArray, measures: Mapping[str, FloatArray]) -> None:
        """Fill in measures of some elements, shape (n_rows, n_targets)."""
        for name, values in measures.items():
            self.columns[name][rows] = values

    def cover(self, rows: IntArray, cover: Coverage) -> None:
        """Say how many trials there are for the layers of some elements."""
        for row in rows:
            self._cover[row] = cover
            self._reasons[row] = None if cover.reliable else TOO_FEW_TRIALS

    def put_knock_outs(self, points: FloatArray | None) -> None:
        """Fill in what the network loses without each element, if that is known."""
        shape = self.columns["knock_out_points"].shape
        if points is not None and points.shape != shape:
            raise ShapeError(
                f"The knock-outs have shape {points.shape}, there are {shape[0]} elements and {shape[1]} targets. "
                "Give one row for each element, in the order of the result."
            )
        if points is not None:
            self.columns["knock_out_points"][:] = points

    def result(self, families: Sequence[IntArray], params: Mapping[str, Parameter]) -> RelayResult:
        """Finish: each family of elements has its own false discovery rates; classes without trials get NaN."""
        n_shown = np.bincount(self.trials.shown, minlength=self.trials.n_classes)
        for values in self.columns.values():
            values[:, 1:][:, n_shown == 0] = np.nan
        for rows in families:
            for p, q in (("p", "q"), ("alone_p", "alone_q")):
                self.columns[q][rows] = q_by_target_kind(self.columns[p][rows])
        return RelayResult(
            elements=self.elements,
            targets=(ALL_TARGET, *(str(number) for number in range(self.trials.n_classes))),
            **self.columns,
            n_states=np.array([cover.n_states for cover in self._cover], dtype=np.int64),
            trials_per_state=np.array([cover.trials_per_state for cover in self._cover], dtype=np.float64),
            reliable=np.array([cover.reliable for cover in self._cover], dtype=np.bool_),
            reasons=tuple(self._reasons),
            regression=None,
            n_trials=len(self.trials),
            params=dict(params),
        )
