"""What is known of neurons without ablating them, and how well it tells what ablating them costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter
from atlas.results.frames import long_frame

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class IndicatorResult:
    """How neurons are active and wired. Arrays have shape (n_neurons, n_targets) unless said otherwise.

    One row of `to_frame` is one neuron and one target.
    """

    elements: tuple[str, ...]  # keys of neurons, layer after layer
    layers: tuple[str, ...]
    sizes: tuple[int, ...]  # neurons of each layer
    targets: tuple[str, ...]  # `all` first, then the classes
    mean_activation: FloatArray
    sd_activation: FloatArray  # over the trials, not of a sample
    max_activation: FloatArray
    active_share: FloatArray  # trials in which the activation is not 0
    point_biserial: FloatArray  # correlation with being of the class; `all`: the largest magnitude
    activation_proxy: FloatArray  # class-mean input times incoming weights, from -1 to 1; NaN for `all`
    selectivity: FloatArray  # shape (n_neurons,), from 0 to 1; NaN where an activation is negative
    in_strength: FloatArray  # shape (n_neurons,)
    out_strength: FloatArray  # shape (n_neurons,)
    weight_change_p: FloatArray  # shape (n_neurons,); NaN without an initial network
    n_trials: IntArray  # shape (n_targets,)
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, and every value; what is no value of one target stands in all its rows."""
        shape = self.mean_activation.shape
        of_neurons = ("selectivity", "in_strength", "out_strength", "weight_change_p")
        of_targets = ("mean_activation", "sd_activation", "max_activation", "active_share", "point_biserial")
        columns = {name: getattr(self, name) for name in (*of_targets, "activation_proxy")}
        columns |= {name: np.broadcast_to(getattr(self, name)[:, None], shape) for name in of_neurons}
        columns["n_trials"] = np.broadcast_to(self.n_trials, shape)
        return long_frame(self.elements, self.targets, columns)


@dataclass(frozen=True, kw_only=True)
class PredictionResult:
    """Rank correlations of indicators with effects. Arrays and tuples have one entry a row.

    One row of `to_frame` is one indicator, one target, and one layer or all hidden layers together.
    """

    layers: tuple[str | None, ...]  # None: all layers that were measured
    indicators: tuple[str, ...]
    targets: tuple[str, ...]
    rho: FloatArray  # Spearman; NaN for fewer than 4 neurons, or where one of both does not vary
    low_rho: FloatArray  # 95 % interval, neurons drawn anew
    high_rho: FloatArray
    null_rho: FloatArray  # mean when effects are shuffled within layers: 0 in one layer
    p: FloatArray
    q: FloatArray  # Benjamini-Hochberg within one kind of target (`all`; classes)
    n_neurons: IntArray
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: layer, indicator, target, rho, low_rho, high_rho, null_rho, p, q, n_neurons."""
        import pandas as pd

        names = ("rho", "low_rho", "high_rho", "null_rho", "p", "q", "n_neurons")
        head = {"layer": self.layers, "indicator": self.indicators, "target": self.targets}
        return pd.DataFrame(head | {name: getattr(self, name) for name in names})


@dataclass(frozen=True, kw_only=True)
class IndicatorStudy:
    """Indicators of the neurons of a network, and which of them predict effects."""

    neurons: IndicatorResult
    predictions: PredictionResult

    def to_frame(self) -> pd.DataFrame:
        """Tabulate which indicators predict effects, as `PredictionResult` does."""
        return self.predictions.to_frame()
