"""What measuring representational complexity hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd

COMPLEXITY_COLUMNS = (
    *("bits", "null_bits", "null_sd_bits", "complexity", "low_complexity", "high_complexity", "null_complexity"),
    *("bias_complexity", "noise_complexity", "min_complexity", "mmi_complexity"),
    *("n_sources", "n_states", "trials_per_state", "reliable"),
)


@dataclass(frozen=True, kw_only=True)
class ComplexityResult:
    """Representational complexity of layers or clusters about the class shown. Arrays have shape (n_elements,).

    One row of `to_frame` is one element.
    """

    elements: tuple[str, ...]  # keys
    bits: FloatArray  # information of all sources together about the class
    null_bits: FloatArray  # mean under shuffled labels
    null_sd_bits: FloatArray
    complexity: FloatArray  # by shared exclusions; from 1 to n_sources where no degree is negative
    low_complexity: FloatArray  # 95 % interval
    high_complexity: FloatArray
    null_complexity: FloatArray  # mean under shuffled labels
    bias_complexity: FloatArray  # first-order estimate of what the finite number of trials adds; not taken off
    noise_complexity: FloatArray  # mean when one neuron's states are shuffled over trials
    min_complexity: FloatArray  # by I_min
    mmi_complexity: FloatArray  # by minimal mutual information
    degree_bits: FloatArray  # shape (n_elements, largest n_sources): of degree 1, 2, …; NaN beyond an element's
    informative_degree_bits: FloatArray
    misinformative_degree_bits: FloatArray
    estimators: tuple[str | None, ...]  # exact, clock, subsample, coarse
    n_sources: IntArray
    n_states: IntArray  # occupied joint states of the sources and the class
    trials_per_state: FloatArray
    reliable: BoolArray
    reasons: tuple[str | None, ...]  # why it is NaN: no_neurons, one_class, no_information, too_few_trials, too_wide
    notes: tuple[str | None, ...]  # what a reader should know of the number, in a sentence
    n_trials: int
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, the measures named in `COMPLEXITY_COLUMNS`, estimator, reason, note."""
        import pandas as pd

        columns = {name: np.asarray(getattr(self, name)) for name in COMPLEXITY_COLUMNS}
        words = {"estimator": self.estimators, "reason": self.reasons, "note": self.notes}
        return pd.DataFrame({"element": list(self.elements), **columns, **{k: list(v) for k, v in words.items()}})
