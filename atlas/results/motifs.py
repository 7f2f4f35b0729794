"""What counting motifs hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.records import FloatArray, Parameter
from atlas.results.scores import Scored

if TYPE_CHECKING:
    import pandas as pd

BIFAN = "bifan"
POSITIVE_CHAIN, NEGATIVE_CHAIN = "positive_chain", "negative_chain"
DIAMOND, COHERENT_DIAMOND, INCOHERENT_DIAMOND = "diamond", "coherent_diamond", "incoherent_diamond"
LOOP, COHERENT_LOOP = "feed_forward_loop", "coherent_feed_forward_loop"
INCOHERENT_LOOP = "incoherent_feed_forward_loop"
MOTIFS = (
    *(BIFAN, POSITIVE_CHAIN, NEGATIVE_CHAIN),
    *(DIAMOND, COHERENT_DIAMOND, INCOHERENT_DIAMOND),
    *(LOOP, COHERENT_LOOP, INCOHERENT_LOOP),
)


@dataclass(frozen=True, kw_only=True)
class MotifResult:
    """How often small wiring patterns occur, beside shuffled wirings. One row is one pattern between two layers.

    Arrays have shape (n_rows,).
    """

    motifs: tuple[str, ...]
    first_layers: tuple[str, ...]  # where the pattern begins
    last_layers: tuple[str, ...]  # where it ends
    count: Scored  # p is two-sided
    q: FloatArray  # Benjamini-Hochberg over all rows that vary under the null
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: motif, first_layer, last_layer, count, null_mean, null_sd, z, p, q."""
        import pandas as pd

        return pd.DataFrame(
            {
                "motif": pd.Series(self.motifs, dtype="string"),
                "first_layer": pd.Series(self.first_layers, dtype="string"),
                "last_layer": pd.Series(self.last_layers, dtype="string"),
                "count": self.count.value,
                "null_mean": self.count.null_mean,
                "null_sd": self.count.null_sd,
                "z": self.count.z,
                "p": self.count.p,
                "q": self.q,
            }
        )
