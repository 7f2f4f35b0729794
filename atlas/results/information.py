"""What measuring information hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results.frames import long_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class InformationResult:
    """Information elements carry about targets, in bits. Arrays have shape (n_elements, n_targets).

    One row of `to_frame` is one element and one target.
    """

    kind: str  # label
    elements: tuple[str, ...]
    targets: tuple[str, ...]  # `all` (which class), then each class (that class or not)
    bits: FloatArray  # plug-in mutual information; NaN where trials are too few
    low_bits: FloatArray  # 95 % bootstrap interval
    high_bits: FloatArray
    null_bits: FloatArray  # mean under shuffled labels
    p: FloatArray
    q: FloatArray  # Benjamini-Hochberg within one kind of target
    n_states: IntArray  # occupied states, shape (n_elements,)
    reliable: BoolArray  # at least 5 trials per occupied state, shape (n_elements,)
    n_trials: int
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, bits, low_bits, high_bits, null_bits, p, q, n_states, reliable."""
        shape = self.bits.shape
        return long_frame(
            self.elements,
            self.targets,
            {
                "bits": self.bits,
                "low_bits": self.low_bits,
                "high_bits": self.high_bits,
                "null_bits": self.null_bits,
                "p": self.p,
                "q": self.q,
                "n_states": np.broadcast_to(self.n_states[:, None], shape),
                "reliable": np.broadcast_to(self.reliable[:, None], shape),
            },
        )
