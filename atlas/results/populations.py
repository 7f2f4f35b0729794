"""What grouping neurons into populations hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd

NO_EFFECT = "no_effect"
CONSTANT = "constant"


@dataclass(frozen=True, kw_only=True)
class LayerEffects:
    """What ablating each neuron of a layer does to every class. Shape (n_neurons, n_classes) unless said otherwise."""

    n_broken: IntArray  # trials answered rightly by the intact network only
    n_repaired: IntArray  # trials answered rightly by the ablated network only
    n_trials: IntArray  # of every class, shape (n_classes,)


@dataclass(frozen=True, kw_only=True)
class Silhouettes:
    """Mean silhouettes beside their null, each of the same shape. NaN where there was nothing to group."""

    silhouette: FloatArray  # of the best grouping, -1 to 1
    low_silhouette: FloatArray  # 95 % bootstrap interval over neurons, the grouping held fixed
    high_silhouette: FloatArray
    null_mean: FloatArray  # of the best grouping when every neuron's profile is shuffled by itself
    null_sd: FloatArray
    z: FloatArray
    p: FloatArray


@dataclass(frozen=True, kw_only=True)
class PopulationResult:
    """Populations: neurons of one layer that act alike, or that are missed alike.

    One row of `to_frame` is one neuron, one row of `layers_frame` is one layer.
    """

    by: str  # activation, ablation
    layers: tuple[str, ...]  # from the input
    sizes: tuple[int, ...]  # neurons of each
    labels: IntArray  # population of every neuron, layer after layer; 0 is the largest
    set_apart: tuple[str | None, ...]  # of every population: no_effect, constant, or None: grouped by profile
    neuron_silhouettes: FloatArray  # in the best grouping of the layer, shape (n_neurons,); NaN where set apart
    by_layer: Silhouettes  # shape (n_layers,)
    overall: Silhouettes  # shape (); layers count by how many of their neurons were grouped
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: layer, number, population, set_apart, silhouette."""
        import pandas as pd

        return pd.DataFrame(
            {
                "layer": np.repeat(self.layers, self.sizes),
                "number": np.concatenate([np.arange(size) for size in self.sizes]),
                "population": self.labels,
                "set_apart": pd.Series([self.set_apart[label] for label in self.labels], dtype="string"),
                "silhouette": self.neuron_silhouettes,
            }
        )

    def layers_frame(self) -> pd.DataFrame:
        """Tabulate: layer, n_neurons, n_no_effect, n_constant, n_populations, and the silhouettes with their null.

        `n_populations` counts those that were not set apart.
        """
        frame = self.to_frame()
        neurons = frame.groupby("layer", sort=False)
        table = neurons.agg(
            n_neurons=("number", "size"),
            n_no_effect=("set_apart", lambda column: int((column == NO_EFFECT).sum())),
            n_constant=("set_apart", lambda column: int((column == CONSTANT).sum())),
        )
        grouped = frame[frame["set_apart"].isna()].groupby("layer")["population"].nunique()
        table["n_populations"] = grouped.reindex(table.index, fill_value=0)
        return table.assign(**vars(self.by_layer)).reset_index()
