"""What lesion tests hand back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.records import FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd

STATISTICS = ("importance", "coherence")


@dataclass(frozen=True, kw_only=True)
class LesionStatistic:
    """One statistic of every set beside its matched random sets, shape (n_sets,); NaN where it is undefined."""

    value: FloatArray
    null_mean: FloatArray
    null_sd: FloatArray
    z: FloatArray  # NaN where the null does not vary
    p: FloatArray  # share of random sets, the set itself counted, as extreme or more
    mid_p: FloatArray  # likewise, ties counted half: what Fisher's method takes
    q: FloatArray  # Benjamini-Hochberg: one family of whole clusters, one of their parts, each of both statistics
    effect: FloatArray  # 2 t / (t + mean of the random sets): 1 like chance, 2 all of it
    n_defined: IntArray  # random sets of which the statistic is defined


@dataclass(frozen=True, kw_only=True)
class CombinedLesions:
    """The tests of all parts of clusters combined by Fisher's method: over all layers (None), then in each layer.

    Shape (n_scopes,); NaN where nothing was tested.
    """

    layers: tuple[str | None, ...]
    importance_p: FloatArray
    coherence_p: FloatArray
    n_importance: IntArray  # parts combined
    n_coherence: IntArray


@dataclass(frozen=True, kw_only=True)
class LesionResult:
    """Importance and coherence of clusters, whole and layer by layer. One row of `to_frame` is one set of neurons.

    Importance is the accuracy lost, as the mean over classes, in percentage points; coherence is how unevenly the
    loss falls on the classes: largest less smallest change, in multiples of the mean change.
    """

    method: str  # zero, mean, balanced_mean, resample
    matched_on: str  # size, out_strength, mean_activation: what random sets share with the set, beside layers and size
    rule: str  # corrected, published
    elements: tuple[str, ...]  # key of every set's cluster
    layers: tuple[str | None, ...]  # layer of every set's part; None: the whole cluster
    n_neurons: IntArray  # of every set
    reasons: tuple[str | None, ...]  # why a set was not tested: too_small, too_large, no_choice; None: it was
    importance: LesionStatistic
    coherence: LesionStatistic
    combined: CombinedLesions
    level: float  # largest q of a module
    params: Mapping[str, Parameter]

    @property
    def modules(self) -> dict[str, tuple[str, ...]]:
        """Name the clusters that, whole, pass a test at the level, and the statistics by which they do.

        None by the published rule: its q is no error rate.
        """
        passed: dict[str, tuple[str, ...]] = {}
        if self.rule == "published":
            return passed
        for place, (cluster, layer) in enumerate(zip(self.elements, self.layers, strict=True)):
            by = tuple(name for name in STATISTICS if getattr(self, name).q[place] <= self.level)
            if layer is None and by:
                passed[cluster] = by
        return passed

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: cluster, layer, n_neurons, reason, and for both statistics `importance`, `importance_p`, ..."""
        import pandas as pd

        columns = {
            name if field == "value" else f"{name}_{field}": values
            for name in STATISTICS
            for field, values in vars(getattr(self, name)).items()
        }
        return pd.DataFrame(
            {
                "cluster": pd.Series(self.elements, dtype="string"),
                "layer": pd.Series(self.layers, dtype="string"),
                "n_neurons": self.n_neurons,
                "reason": pd.Series(self.reasons, dtype="string"),
                **columns,
            }
        )
