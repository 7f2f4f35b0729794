"""What two clusters tell together: redundancy, unique information, synergy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd

DEFINITIONS = ("sx", "min", "mmi")  # shared exclusions, I_min, minimal mutual information
ATOMS = ("redundancy", "unique_first", "unique_second", "synergy")
SYNERGY_COLUMNS = (
    *("joint_bits", "first_bits", "second_bits", "mutual_bits"),
    *(f"{atom}_{definition}_bits" for definition in DEFINITIONS for atom in ATOMS),
    *("synergy_null_mean", "synergy_null_sd", "z", "p", "q"),
)


@dataclass(frozen=True, kw_only=True)
class SynergyResult:
    """What pairs of clusters tell about targets, taken apart. Arrays have shape (n_pairs, n_targets) unless said.

    One row of `to_frame` is one pair and one target.
    """

    elements: tuple[str, ...]  # keys of clusters
    targets: tuple[str, ...]  # `all` (which class), then each class (that class or not)
    first: IntArray  # place among `elements` of the earlier one of each pair, shape (n_pairs,)
    second: IntArray
    joint_bits: FloatArray  # NaN where trials are too few
    first_bits: FloatArray
    second_bits: FloatArray
    mutual_bits: FloatArray  # of the two about each other; the same for all targets
    atoms: Mapping[str, FloatArray]  # `synergy_sx_bits`, …: every one of ATOMS by every one of DEFINITIONS
    synergy_null_mean: FloatArray  # of `synergy_sx_bits` when one's trials are shuffled within classes
    synergy_null_sd: FloatArray
    z: FloatArray
    p: FloatArray  # two-sided
    q: FloatArray  # Benjamini-Hochberg within one kind of target
    n_states: IntArray  # occupied joint states, shape (n_pairs,)
    trials_per_state: FloatArray  # shape (n_pairs,)
    reliable: BoolArray  # shape (n_pairs,)
    reasons: tuple[str | None, ...]  # why a pair's bits are NaN: too_few_trials; None: they are not
    n_trials: int
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: first, second, target, the measures named in `SYNERGY_COLUMNS`, and what is true of the pair.

        That is n_states, trials_per_state, reliable, reason.
        """
        import pandas as pd

        n_pairs, n_targets = len(self.first), len(self.targets)
        keys = np.array(self.elements, dtype=object)
        measures = {name: self.atoms.get(name, getattr(self, name, None)) for name in SYNERGY_COLUMNS}
        of_pairs = {
            "n_states": self.n_states,
            "trials_per_state": self.trials_per_state,
            "reliable": self.reliable,
            "reason": np.array(self.reasons, dtype=object),
        }
        return pd.DataFrame(
            {
                "first": np.repeat(keys[self.first], n_targets),
                "second": np.repeat(keys[self.second], n_targets),
                "target": np.tile(np.array(self.targets, dtype=object), n_pairs),
                **{name: np.asarray(values).ravel() for name, values in measures.items()},
                **{name: np.repeat(values, n_targets) for name, values in of_pairs.items()},
            }
        )
