"""One side of a matching: the neurons of a network, the clusters they are in, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from atlas.errors import ShapeError
from atlas.records import FloatArray, IntArray

NO_CLUSTER = -1  # of a neuron that the partition does not cover or sets apart


@dataclass(frozen=True, kw_only=True)
class Side:
    """The neurons of a network, layer after layer, shape (n_neurons,) each.

    Raises
    ------
    ShapeError
        The arrays differ in n_neurons, or a profile is no table.
    """

    layer_of: IntArray  # place of the neuron's layer
    cluster_of: IntArray  # number of its cluster; NO_CLUSTER where it is in none
    profiles: Mapping[str, FloatArray]  # by name of SIMILARITIES, shape (n_neurons, n_features); NaN: not known
    reasons: Mapping[str, str] = field(default_factory=dict)  # why one that `profiles` lacks is not known, by its name

    def __post_init__(self) -> None:
        n_neurons = len(self.layer_of)
        if len(self.cluster_of) != n_neurons:
            raise ShapeError(f"There are {len(self.cluster_of)} clusters of {n_neurons} neurons. Give one for each.")
        for name, rows in self.profiles.items():
            if rows.ndim != 2 or len(rows) != n_neurons:
                raise ShapeError(
                    f"The {name} profile has shape {rows.shape}. Give one row for each of {n_neurons} neurons."
                )

    @property
    def covered(self) -> IntArray:
        """Give the places of the neurons that are in a cluster, shape (n_covered,)."""
        return np.flatnonzero(self.cluster_of != NO_CLUSTER)

    @property
    def ends(self) -> tuple[int, int]:
        """Count the neurons of the first layer and of the last: inputs and outputs."""
        counts = np.bincount(self.layer_of)
        return int(counts[0]), int(counts[-1])

    @property
    def clusters(self) -> IntArray:
        """Give the numbers of the clusters, ascending, shape (n_clusters,)."""
        return np.unique(self.cluster_of[self.covered])

    @property
    def labels(self) -> IntArray:
        """Give the place among `clusters` of every covered neuron's cluster, shape (n_covered,)."""
        return np.searchsorted(self.clusters, self.cluster_of[self.covered])
