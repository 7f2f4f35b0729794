"""What analyses hand back: frozen values with their parameters. NaN means undefined and becomes null in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray, Parameter

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


@dataclass(frozen=True, kw_only=True)
class EffectResult:
    """Accuracy lost when elements are ablated. Arrays have shape (n_elements, n_targets) unless said otherwise.

    One row of `to_frame` is one element and one target.
    """

    method: str  # zero, mean, resample
    elements: tuple[str, ...]  # keys of neurons, or of clusters
    targets: tuple[str, ...]  # `all` first, then the classes
    points: FloatArray  # intact minus ablated accuracy, percentage points
    low_points: FloatArray  # 95 % interval
    high_points: FloatArray
    n_trials: IntArray  # trials behind each target, shape (n_targets,)
    macro_points: FloatArray  # mean over classes, shape (n_elements,)
    null_mean: FloatArray  # mean effect of matched random sets; NaN for neurons
    null_sd: FloatArray
    z: FloatArray  # NaN for neurons, and where the null does not vary
    p: FloatArray  # neurons: exact McNemar; clusters: matched random sets
    q: FloatArray  # Benjamini-Hochberg within one kind of target (`all`; classes)
    n_ablated: IntArray  # neurons ablated with each element, shape (n_elements,)
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, points, low_points, high_points, n_trials, null_mean, null_sd, z, p, q."""
        shape = self.points.shape
        return _long_frame(
            self.elements,
            self.targets,
            {
                "points": self.points,
                "low_points": self.low_points,
                "high_points": self.high_points,
                "n_trials": np.broadcast_to(self.n_trials, shape),
                "null_mean": self.null_mean,
                "null_sd": self.null_sd,
                "z": self.z,
                "p": self.p,
                "q": self.q,
            },
        )


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
        return _long_frame(
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


def _long_frame(elements: tuple[str, ...], targets: tuple[str, ...], columns: Mapping[str, FloatArray]) -> pd.DataFrame:
    import pandas as pd

    head = {"element": np.repeat(elements, len(targets)), "target": np.tile(targets, len(elements))}
    return pd.DataFrame(head | {name: np.asarray(values).ravel() for name, values in columns.items()})
