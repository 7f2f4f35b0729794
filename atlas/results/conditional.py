"""What losing one cluster costs when another is lost already."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from atlas.records import FloatArray

_WAYS_ROUND = ("first_given_second", "second_given_first")


@dataclass(frozen=True, kw_only=True)
class ConditionalEffects:
    """What losing one of each pair costs when the other is lost already, beside random sets in its place.

    Arrays have shape (n_pairs, 2): of the first given the second, then of the second given the first.
    """

    points: FloatArray  # accuracy lost without both beyond that without the other, percentage points
    null_mean: FloatArray  # of random sets with as many neurons of each layer, drawn from all that are not the other's
    null_sd: FloatArray
    p: FloatArray  # share of the random sets, the cluster itself counted, that cost as much or more
    q: FloatArray  # Benjamini-Hochberg over all pairs measured, both ways round

    @classmethod
    def unknown(cls, n_pairs: int) -> ConditionalEffects:
        """Give those of pairs of which none was measured: NaN."""
        return cls(**{field.name: np.full((n_pairs, 2), np.nan) for field in fields(cls)})

    @property
    def columns(self) -> dict[str, FloatArray]:
        """Name every measure each way round: first_given_second_points, ..., second_given_first_q."""
        return {
            f"{way}_{name}": values[:, place]
            for place, way in enumerate(_WAYS_ROUND)
            for name, values in vars(self).items()
        }
