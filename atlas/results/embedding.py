"""Trials laid out in a plane, each with what an ablation does to its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd

STATES = ("wrong before", "still right", "newly wrong", "newly right")


@dataclass(frozen=True, kw_only=True)
class EmbeddingResult:
    """Trials in a plane. Arrays have one entry a trial; one row of `to_frame` is one trial.

    Near trials are alike; distances between far ones mean nothing under t-SNE and UMAP.
    """

    network: str
    method: str  # tsne, umap, pca
    ablated: tuple[str, ...]  # keys of the neurons
    trials: IntArray  # position in the data, ascending
    x: FloatArray
    y: FloatArray
    labels: IntArray  # class
    answers: IntArray  # of the intact network, `NO_ANSWER` at a tie
    ablated_answers: IntArray
    n_trials: int  # in the data; those embedded may be drawn from them
    params: Mapping[str, Parameter]

    @property
    def states(self) -> IntArray:
        """Tell what the ablation does to every trial, as a place in `STATES`.

        Of the trials answered wrongly before, those answered rightly now are `newly right`.
        """
        before, after = self.answers == self.labels, self.ablated_answers == self.labels
        return np.select([before & after, before, after], [1, 2, 3], default=0)

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: trial, x, y, label, answer, ablated_answer, state; a tie is no answer: -1."""
        import pandas as pd

        return pd.DataFrame(
            {
                "trial": self.trials,
                "x": self.x,
                "y": self.y,
                "label": self.labels,
                "answer": self.answers,
                "ablated_answer": self.ablated_answers,
                "state": np.array(STATES)[self.states],
            }
        )
