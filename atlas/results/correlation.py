"""What measuring a network as a map of correlation functions hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from atlas.records import FloatArray, IntArray, Parameter
from atlas.results.frames import crossed_frame, long_frame

if TYPE_CHECKING:
    import pandas as pd

ORDERS = (1, 2, 3, 4)  # of cumulants: means, covariances, third, and all above together
KEPT = ("means", "covariances", "gaussian", "everything")  # what a surrogate keeps of a layer's activations
MISMATCH_COLUMNS = (
    *("mismatch", "low_mismatch", "high_mismatch", "null_mismatch", "null_sd_mismatch", "z", "p", "q"),
    *("mean_error", "variance_error"),
)
SHARE_COLUMNS = (
    *("variance_share", "low_variance_share", "high_variance_share", "null_variance_share", "variance_p", "variance_q"),
    *("separation_share", "low_separation_share", "high_separation_share", "null_separation_share"),
    *("separation_p", "separation_q"),
)
ERROR_COLUMNS = (
    *("mean_error", "low_mean_error", "high_mean_error", "null_mean_error", "mean_error_p"),
    *("covariance_error", "low_covariance_error", "high_covariance_error", "null_covariance_error"),
    *("covariance_error_p", "trace_ratio", "divergence_bits", "n_dimensions", "r_squared"),
    *("loss", "low_loss", "high_loss", "predicted_loss", "low_predicted_loss", "high_predicted_loss"),
)
FORMULA_COLUMNS = ("n_samples", "mean_error", "covariance_error")
ACCURACY_COLUMNS = (
    *("accuracy_percent", "low_accuracy_percent", "high_accuracy_percent", "null_accuracy_percent"),
    *("gained_points", "low_gained_points", "high_gained_points"),
)


@dataclass(frozen=True, kw_only=True)
class GaussianMismatch:
    """How far neurons and layers are from what Gaussian pre-activations would make them; (n_elements, n_targets).

    Elements are the neurons of each layer, then the layer itself. Each class has a Gaussian of its own; `all` puts the
    classes together by their shares of the trials. The null is what as many Gaussian trials give that
    have the means and covariances measured in each class.
    """

    elements: tuple[str, ...]  # keys
    targets: tuple[str, ...]  # all, then the classes
    mismatch: FloatArray  # Frechet distance of measured and predicted mean and variance, in total standard deviations
    low_mismatch: FloatArray  # 95 % interval
    high_mismatch: FloatArray
    null_mismatch: FloatArray  # mean
    null_sd_mismatch: FloatArray
    z: FloatArray
    p: FloatArray
    q: FloatArray
    mean_error: FloatArray  # |predicted - measured mean|, in total standard deviations
    variance_error: FloatArray  # predicted / measured variance - 1; of a class without variance NaN
    reasons: tuple[str | None, ...]  # why an element has none: constant

    def to_frame(self) -> pd.DataFrame:
        """Tabulate, one row for each element and target."""
        columns = _named(self, MISMATCH_COLUMNS) | _of_elements(self.reasons, len(self.targets))
        return long_frame(self.elements, self.targets, columns)


@dataclass(frozen=True, kw_only=True)
class OrderShares:
    """What each order of the pre-activations explains of variance and class separation; (n_elements, n_orders).

    From the measured cumulants of each class, one layer at a time. The shares of an element sum to 1; one is negative
    where that order leads away from what is measured. The null is as for `GaussianMismatch`.
    """

    elements: tuple[str, ...]  # keys: the neurons of each layer, then the layer
    orders: tuple[int, ...]  # ORDERS; the last stands for all above the third
    variance_share: FloatArray  # of the variance over all trials
    low_variance_share: FloatArray  # 95 % interval
    high_variance_share: FloatArray
    null_variance_share: FloatArray  # mean
    variance_p: FloatArray  # two-sided
    variance_q: FloatArray
    separation_share: FloatArray  # of the variance between class means, as explained by the predicted ones
    low_separation_share: FloatArray
    high_separation_share: FloatArray
    null_separation_share: FloatArray
    separation_p: FloatArray
    separation_q: FloatArray
    reasons: tuple[str | None, ...]  # why an element has none: constant

    @property
    def higher_share(self) -> FloatArray:
        """Add up what orders above the second explain of the class separation, shape (n_elements,)."""
        above: FloatArray = self.separation_share[:, np.array(self.orders) > 2].sum(axis=1)
        return above

    def to_frame(self) -> pd.DataFrame:
        """Tabulate, one row for each element and order."""
        columns = _named(self, SHARE_COLUMNS) | _of_elements(self.reasons, len(self.orders))
        return crossed_frame({"element": self.elements}, {"order": self.orders}, columns)


@dataclass(frozen=True, kw_only=True)
class ClosureErrors:
    """How well closures predict the moments of layers from the measured ones of a layer before; (n_rows, n_targets).

    One row is one start, one closure and one layer after the start. `all` is the mean over classes, weighted by their
    trials. The null is what sampling as many Gaussian trials at the start gives.
    """

    layers: tuple[str, ...]  # keys, one a row
    starts: tuple[str, ...]  # names: where the moments are measured
    closures: tuple[str, ...]  # gauss, third, mixture
    targets: tuple[str, ...]  # all, then the classes
    mean_error: FloatArray  # |predicted - measured mean| / sqrt(trace of the measured covariance)
    low_mean_error: FloatArray  # 95 % interval
    high_mean_error: FloatArray
    null_mean_error: FloatArray  # mean
    mean_error_p: FloatArray
    covariance_error: FloatArray  # Frobenius norm of the difference / of the measured covariance
    low_covariance_error: FloatArray
    high_covariance_error: FloatArray
    null_covariance_error: FloatArray
    covariance_error_p: FloatArray
    trace_ratio: FloatArray  # predicted / measured
    divergence_bits: FloatArray  # Kullback-Leibler, of the measured from the predicted Gaussian
    n_dimensions: FloatArray  # it stands on: directions with measured variance
    r_squared: FloatArray  # of measured against predicted entries of the covariance
    loss: FloatArray  # squared distance to the class's output, mean over trials; NaN but for the output layer
    low_loss: FloatArray
    high_loss: FloatArray
    predicted_loss: FloatArray  # the same from the predicted moments alone
    low_predicted_loss: FloatArray
    high_predicted_loss: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Tabulate, one row for each layer, start, closure and target."""
        rows = {"layer": self.layers, "start": self.starts, "closure": self.closures}
        return crossed_frame(rows, {"target": self.targets}, _named(self, ERROR_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class FormulaErrors:
    """How far formulas are from Gaussian samples of the same moments: falls as 1 / sqrt(n_samples); (n_rows,)."""

    layers: tuple[str, ...]  # keys, one a row
    n_samples: IntArray
    mean_error: FloatArray  # as in `ClosureErrors`, mean over classes
    covariance_error: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Tabulate, one row for each layer and number of samples."""
        import pandas as pd

        return pd.DataFrame({"layer": list(self.layers), **_named(self, FORMULA_COLUMNS)})


@dataclass(frozen=True, kw_only=True)
class SurrogateAccuracy:
    """How well a network answers when a layer's activations keep only some orders; (n_rows, n_targets).

    `means`: the mean of the class, and deviations of any class. `covariances`: those with the covariance of the class.
    `gaussian`: a Gaussian of the class. `everything`: the activations as they are.
    """

    layers: tuple[str, ...]  # keys, one a row
    kept: tuple[str, ...]  # one of KEPT
    targets: tuple[str, ...]  # all, then the classes
    accuracy_percent: FloatArray
    low_accuracy_percent: FloatArray  # 95 % interval
    high_accuracy_percent: FloatArray
    null_accuracy_percent: FloatArray  # answers that do not depend on the class, mean
    gained_points: FloatArray  # more than with the same kept one layer before; NaN in the first
    low_gained_points: FloatArray
    high_gained_points: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Tabulate, one row for each layer, what is kept, and target."""
        rows = {"layer": self.layers, "kept": self.kept}
        return crossed_frame(rows, {"target": self.targets}, _named(self, ACCURACY_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class CorrelationResult:
    """A network as a map of correlation functions: which orders matter where, and how far closures hold."""

    mismatch: GaussianMismatch
    orders: OrderShares
    closures: ClosureErrors
    formulas: FormulaErrors
    surrogates: SurrogateAccuracy
    n_trials: int
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the shares of every order; the other parts have tables of their own."""
        return self.orders.to_frame()


def _named(result: object, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    return {name: getattr(result, name) for name in names}


def _of_elements(reasons: tuple[str | None, ...], n_across: int) -> dict[str, NDArray[Any]]:
    return {"reason": np.repeat(np.array(reasons, dtype=object), n_across)}
