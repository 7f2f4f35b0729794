"""What measuring label information hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results.frames import long_frame

if TYPE_CHECKING:
    import pandas as pd

OF_ELEMENTS = ("n_states", "trials_per_state", "reliable", "reason")  # one value an element, whatever the target


@dataclass(frozen=True, kw_only=True)
class InformationResult:
    """Information elements carry about targets, in bits. Arrays have shape (n_elements, n_targets).

    One row of `to_frame` is one element and one target.
    """

    kind: str  # label
    elements: tuple[str, ...]
    targets: tuple[str, ...]  # `all` (which class), then each class (that class or not)
    bits: FloatArray  # mutual information; NaN where trials are too few
    low_bits: FloatArray  # 95 % interval from halves of the trials
    high_bits: FloatArray
    null_bits: FloatArray  # mean under shuffled labels
    null_sd_bits: FloatArray
    z: FloatArray
    p: FloatArray
    q: FloatArray  # Benjamini-Hochberg within one kind of target
    n_states: IntArray  # occupied states, shape (n_elements,)
    trials_per_state: FloatArray  # mean trials on one, shape (n_elements,); NaN without states
    reliable: BoolArray  # enough of them, shape (n_elements,)
    reasons: tuple[str | None, ...]  # why an element's bits are NaN: no_neurons, too_few_trials; None: they are not
    n_trials: int
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, bits, low_bits, high_bits, null_bits, null_sd_bits, z, p, q, ....

        Then n_states, trials_per_state, reliable, reason.
        """
        shape = self.bits.shape
        of_elements = (self.n_states, self.trials_per_state, self.reliable, np.array(self.reasons, dtype=object))
        return long_frame(
            self.elements,
            self.targets,
            {
                "bits": self.bits,
                "low_bits": self.low_bits,
                "high_bits": self.high_bits,
                "null_bits": self.null_bits,
                "null_sd_bits": self.null_sd_bits,
                "z": self.z,
                "p": self.p,
                "q": self.q,
                **{
                    name: np.broadcast_to(values[:, None], shape)
                    for name, values in zip(OF_ELEMENTS, of_elements, strict=True)
                },
            },
        )
