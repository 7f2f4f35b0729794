"""What partitioning hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter
from atlas.results.populations import PopulationResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class PartitionResult:
    """Every neuron of the chosen layers in exactly one cluster. One row of `to_frame` is one neuron."""

    method: str
    layers: tuple[str, ...]  # chosen layers, from the input
    sizes: tuple[int, ...]  # neurons of each
    labels: IntArray  # cluster of every neuron, layer after layer; 0 is the largest cluster
    modularity: float
    null_mean: float  # modularity of the same method on shuffled weights
    null_sd: float
    z: float
    p: float
    layer_agreement: float  # adjusted mutual information with the layers; 1: the clusters are layers
    n_cut: float
    internal_share: FloatArray  # share of a neuron's strength that stays in its cluster; NaN where it has none
    participation: FloatArray  # spread of a neuron's strength over clusters, from 0; NaN where it has none
    agreement_across_seeds: FloatArray  # share of a neuron's cluster mates it keeps under other seeds
    params: Mapping[str, Parameter]
    populations: PopulationResult | None = None  # what the clusters are, where neurons were grouped by what they do

    @property
    def n_clusters(self) -> int:
        """Count the clusters."""
        return int(self.labels.max()) + 1

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: layer, number, cluster, internal_share, participation, agreement_across_seeds."""
        import pandas as pd

        return pd.DataFrame(
            {
                "layer": np.repeat(self.layers, self.sizes),
                "number": np.concatenate([np.arange(size) for size in self.sizes]),
                "cluster": self.labels,
                "internal_share": self.internal_share,
                "participation": self.participation,
                "agreement_across_seeds": self.agreement_across_seeds,
            }
        )
