"""What a partial information decomposition hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.records import FloatArray, IntArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Decomposition:
    """The information of several sources about a target, taken apart into atoms, in bits.

    One row of `to_frame` is one atom.
    """

    definition: str  # sx, min, mmi
    n_sources: int
    antichains: tuple[tuple[tuple[int, ...], ...], ...]  # sets of sources, from 0, of every atom
    bits: FloatArray  # net, shape (n_atoms,); can be negative
    informative_bits: FloatArray  # of sx only, else NaN
    misinformative_bits: FloatArray
    redundancy_bits: FloatArray  # what all sets of the antichain tell alike: the sum of the atoms below and itself
    degrees: IntArray  # size of the smallest set of the antichain: the degree of synergy

    @property
    def total_bits(self) -> float:
        """Mutual information of all sources together and the target."""
        return float(self.bits.sum())

    def profile(self) -> pd.DataFrame:
        """Sum the atoms of each degree of synergy: degree, bits, informative_bits, misinformative_bits."""
        return self.to_frame().drop(columns="atom").groupby("degree", as_index=False).sum()

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: atom, degree, bits, informative_bits, misinformative_bits, redundancy_bits."""
        import pandas as pd

        names = ["".join("{" + ",".join(map(str, part)) + "}" for part in parts) for parts in self.antichains]
        return pd.DataFrame(
            {
                "atom": names,
                "degree": self.degrees,
                "bits": self.bits,
                "informative_bits": self.informative_bits,
                "misinformative_bits": self.misinformative_bits,
                "redundancy_bits": self.redundancy_bits,
            }
        )
