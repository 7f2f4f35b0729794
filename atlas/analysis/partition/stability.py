"""How alike the partitions of several seeds are, and how alike a partition and the layers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, normalized_mutual_info_score

from atlas.records import FloatArray, IntArray


def stability(partitions: Sequence[IntArray]) -> dict[str, FloatArray]:
    """Compare every two partitions of the same neurons: mean `stability_nmi` and mean `stability_ari`, of shape ().

    NaN for fewer than two, and where one pair cannot be compared: both have one cluster, or one for every neuron, so
    that nothing could differ.

    References
    ----------
    Strehl and Ghosh (2002), J. Mach. Learn. Res. 3, 583-617; Hubert and Arabie (1985), J. Classif. 2, 193-218.
    """
    pairs = list(combinations(partitions, 2))
    if not pairs or any(_could_not_differ(first, second) for first, second in pairs):
        return {"stability_nmi": np.array(np.nan), "stability_ari": np.array(np.nan)}
    return {
        "stability_nmi": np.mean([normalized_mutual_info_score(first, second) for first, second in pairs]),
        "stability_ari": np.mean([adjusted_rand_score(first, second) for first, second in pairs]),
    }


def layer_agreement(labels: IntArray, layer_numbers: IntArray) -> dict[str, FloatArray]:
    """Compare clusters with layers: `layer_agreement` (adjusted) and `layer_nmi`, mutual information of shape ().

    NaN where nothing could differ, as in `stability`.

    References
    ----------
    Vinh, Epps and Bailey (2010), J. Mach. Learn. Res. 11, 2837-2854.
    """
    if _could_not_differ(layer_numbers, labels):
        return {"layer_agreement": np.array(np.nan), "layer_nmi": np.array(np.nan)}
    return {
        "layer_agreement": np.array(adjusted_mutual_info_score(layer_numbers, labels)),
        "layer_nmi": np.array(normalized_mutual_info_score(layer_numbers, labels)),
    }


def _could_not_differ(first: IntArray, second: IntArray) -> bool:
    return {len(np.unique(first)), len(np.unique(second))} in ({1}, {len(first)})
