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
    antichain_words: IntArray  # the sets of every atom, shape (n_atoms,): bit M is set for the set with the bits of M
    bits: FloatArray  # net, shape (n_atoms,); can be negative
    informative_bits: FloatArray  # of sx only, else NaN
    misinformative_bits: FloatArray
    redundancy_bits: FloatArray  # what all sets of the antichain tell alike: the sum of the atoms below and itself
    degrees: IntArray  # size of the smallest set of the antichain: the degree of synergy

    @property
    def total_bits(self) -> float:
        """Mutual information of all sources together and the target."""
        return float(self.bits.sum())

    @property
    def antichains(self) -> list[tuple[tuple[int, ...], ...]]:
        """List the sets of sources, numbered from 0, of every atom."""
        sources = range(self.n_sources)
        sets = [(bits, tuple(j for j in sources if bits >> j & 1)) for bits in range(1, 2**self.n_sources)]
        return [tuple(members for bits, members in sets if word >> bits & 1) for word in self.antichain_words.tolist()]

    def profile(self) -> pd.DataFrame:
        """Sum the atoms of each degree of synergy: degree, bits, informative_bits, misinformative_bits."""
        import pandas as pd

        parts = ("bits", "informative_bits", "misinformative_bits")
        atoms = pd.DataFrame({"degree": self.degrees} | {part: getattr(self, part) for part in parts})
        return atoms.groupby("degree", as_index=False).sum(min_count=1)

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
