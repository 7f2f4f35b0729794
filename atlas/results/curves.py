"""What ablating one neuron after the other hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class CurveResult:
    """Accuracy when 0, 1, 2, ... neurons are ablated together. Arrays have shape (1 + n_steps,).

    One row of `to_frame` is one number of neurons ablated.
    """

    order: str  # least, most, effect, random
    neurons: tuple[str, ...] | None  # keys in the order of ablation, shape (n_steps,); None for `random`
    n_right: IntArray | None  # trials answered rightly in this order; None for `random`
    n_trials: int
    accuracy_percent: FloatArray  # NaN for `random`, like its interval
    low_percent: FloatArray  # Wilson's 95 % interval
    high_percent: FloatArray
    random_mean_percent: FloatArray  # mean over random orders; NaN without any
    random_low_percent: FloatArray  # their 2.5th percentile
    random_high_percent: FloatArray  # their 97.5th percentile
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: n_ablated, neuron (the last ablated), the accuracies, their intervals and the random band."""
        import pandas as pd

        n_steps = len(self.accuracy_percent) - 1
        keys = (None,) * n_steps if self.neurons is None else self.neurons
        return pd.DataFrame(
            {
                "n_ablated": np.arange(1 + n_steps),
                "neuron": pd.Series([None, *keys], dtype=object),
                "accuracy_percent": self.accuracy_percent,
                "low_percent": self.low_percent,
                "high_percent": self.high_percent,
                "random_mean_percent": self.random_mean_percent,
                "random_low_percent": self.random_low_percent,
                "random_high_percent": self.random_high_percent,
            }
        )
