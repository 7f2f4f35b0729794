"""What comparing two partitions hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.records import FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class AgreementResult:
    """How far two partitions put the same neurons together; arrays have shape (n_scopes,).

    The first scope is all neurons that both cover, each further one a layer. One row of `to_frame` is one scope.
    NaN where nothing can agree or disagree: both partitions have one cluster, or one for every neuron.
    """

    layers: tuple[str | None, ...]  # None: all neurons compared
    n_neurons: IntArray
    ami: FloatArray  # adjusted mutual information: 0 by chance, 1 the same
    low_ami: FloatArray  # 95 % bootstrap interval over neurons
    high_ami: FloatArray
    nmi: FloatArray  # normalised mutual information, 0 to 1; above 0 by chance
    ari: FloatArray  # adjusted Rand index: 0 by chance, 1 the same
    low_ari: FloatArray
    high_ari: FloatArray
    null_mean: FloatArray  # of `ari` when the second partition's labels are shuffled within layers
    null_sd: FloatArray
    z: FloatArray
    p: FloatArray
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: layer, n_neurons, ami, low_ami, high_ami, nmi, ari, low_ari, high_ari, null_mean, null_sd, z, p."""
        import pandas as pd

        columns = {name: values for name, values in vars(self).items() if name not in ("layers", "params")}
        return pd.DataFrame({"layer": pd.Series(self.layers, dtype="string"), **columns})
