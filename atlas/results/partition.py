"""What partitioning hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter
from atlas.results.populations import PopulationResult
from atlas.results.scores import Scored

if TYPE_CHECKING:
    import pandas as pd

ISOLATED = "isolated"  # why a cluster was set apart: nothing joins its neurons to any other
ROLES = ("provincial", "hub", "connector", "bottleneck")  # of neurons


@dataclass(frozen=True, kw_only=True)
class PartitionScores:
    """How good a partition is, each number of shape () beside the same method on shuffled strengths."""

    modularity: Scored
    layered_modularity: Scored  # modularity whose chance term is taken for each two layers by themselves
    n_cut: Scored  # lower is better
    internal_share: Scored  # share of all strength that stays inside clusters
    layer_agreement: Scored  # adjusted mutual information with the layers; 1: the clusters are layers
    layer_nmi: Scored  # normalised mutual information with the layers, not adjusted
    stability_nmi: Scored  # mean over pairs of seeds; of shuffles: between two seeds
    stability_ari: Scored  # adjusted Rand index, likewise


@dataclass(frozen=True, kw_only=True)
class ClusterScores:
    """How well clusters keep together, shape (n_clusters,), beside the same clusters on shuffled strengths."""

    internal_share: Scored  # share of its neurons' strength that stays inside
    conductance: Scored  # strength that leaves it, of the smaller of its own and all other strength; lower is better


@dataclass(frozen=True, kw_only=True)
class Links:
    """Strengths from cluster (row) to cluster (column), beside the same clusters on shuffled strengths.

    Shape (n_clusters, n_clusters). Without direction, pairs of clusters stand above the diagonal only, below is 0.
    """

    n_weights: IntArray
    n_possible: IntArray  # pairs of neurons that could be joined: in layers that are
    strength: Scored  # p is two-sided
    q: FloatArray  # Benjamini-Hochberg over all links that could be


@dataclass(frozen=True, kw_only=True)
class NeuronScores:
    """How firmly neurons sit in their clusters, shape (n_neurons,); p stands beside the same clusters, shuffled."""

    internal_share: FloatArray  # share of its strength that stays in its cluster; NaN where it has none
    membership: FloatArray  # `internal_share` less the largest share that goes to one other cluster, -1 to 1
    participation: FloatArray  # spread of its strength over clusters, from 0; NaN where it has none
    agreement_across_seeds: FloatArray  # share of its cluster mates it keeps under other seeds
    within_z: FloatArray  # strength into its cluster, in standard deviations over the cluster above its mean
    path_share: FloatArray  # share of all paths from input to output, by strength, that run through it
    role: tuple[str | None, ...]  # hub, connector, provincial, bottleneck; None: none of them
    role_p: FloatArray  # of the measure that gives it its role; NaN without a role


@dataclass(frozen=True, kw_only=True)
class PartitionResult:
    """Every neuron of the chosen layers in exactly one cluster. One row of `to_frame` is one neuron."""

    method: str
    graph: str  # what joined neurons: weights, activations, both
    layers: tuple[str, ...]  # chosen layers, from the input
    sizes: tuple[int, ...]  # neurons of each
    labels: IntArray  # cluster of every neuron, layer after layer; 0 is the largest, those set apart come last
    set_apart: tuple[str | None, ...]  # of every cluster: why its neurons were not grouped; None: they were
    scores: PartitionScores
    clusters: ClusterScores
    neurons: NeuronScores
    links: Links | None  # None where there are too many clusters to tabulate
    params: Mapping[str, Parameter]
    within: tuple[int | None, ...] | None = None  # of every cluster: number of the coarser cluster it was found in
    populations: PopulationResult | None = None  # what the clusters are, where neurons were grouped by what they do

    @property
    def n_clusters(self) -> int:
        """Count the clusters."""
        return int(self.labels.max()) + 1

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: layer, number, cluster, set_apart, and what `NeuronScores` holds."""
        import pandas as pd

        return pd.DataFrame(
            {
                "layer": np.repeat(self.layers, self.sizes),
                "number": np.concatenate([np.arange(size) for size in self.sizes]),
                "cluster": self.labels,
                "set_apart": pd.Series([self.set_apart[label] for label in self.labels], dtype="string"),
                **{name: values for name, values in vars(self.neurons).items() if name != "role"},
                "role": pd.Series(self.neurons.role, dtype="string"),
            }
        )

    def clusters_frame(self) -> pd.DataFrame:
        """Tabulate: cluster, n_neurons, n_layers, set_apart, internal_share, conductance, each with its null."""
        import pandas as pd

        layer = np.repeat(np.arange(len(self.sizes)), self.sizes)
        inside = np.unique(np.column_stack([self.labels, layer]), axis=0)[:, 0]
        columns = {
            name if field == "value" else f"{name}_{field}": values
            for name, scored in vars(self.clusters).items()
            for field, values in vars(scored).items()
        }
        return pd.DataFrame(
            {
                "cluster": np.arange(self.n_clusters),
                "n_neurons": np.bincount(self.labels, minlength=self.n_clusters),
                "n_layers": np.bincount(inside, minlength=self.n_clusters),
                "set_apart": pd.Series(self.set_apart, dtype="string"),
                **columns,
            }
        )
