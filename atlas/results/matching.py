"""What matching the clusters of two networks hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import FloatArray, IntArray, Parameter

if TYPE_CHECKING:
    import pandas as pd

SIMILARITIES = ("connectivity", "effect", "information")  # of what clusters are joined to, cost and know
MATCHED_BY = ("neurons", *SIMILARITIES, "all")  # `all`: the mean of those similarities that are known
UNMATCHED = -1  # place of the partner of a cluster that has none


@dataclass(frozen=True, kw_only=True)
class MatchResult:
    """Which cluster of one partition is which of another, of the same neurons or of another network.

    Arrays of pairs have shape (n_first, n_second), arrays of matches (n_first,): one for each cluster of the first
    partition. NaN where something is not known. One row of `to_frame` is one match, or one cluster without.
    """

    first: IntArray  # numbers of the clusters of the first partition, shape (n_first,)
    second: IntArray  # of the second, shape (n_second,)
    jaccard: FloatArray  # of pairs: neurons in both by those in either, of those both cover; NaN: not the same
    n_shared: FloatArray  # of pairs: neurons in both; NaN: not the same
    first_share: FloatArray  # of pairs: share of the first cluster's neurons that are in the second
    second_share: FloatArray  # of pairs: share of the second cluster's neurons that are in the first
    overlap_p: FloatArray  # of pairs: share of shuffles, the observed counted, in which they share as many neurons
    connectivity: FloatArray  # of pairs: cosine, -1 to 1, of centred shares of paths from each input, to each output
    effect: FloatArray  # of pairs: the same of centred mean effects on every class
    information: FloatArray  # of pairs: the same of centred mean information about every class
    score: FloatArray  # of pairs: what the one-to-one matching has the largest sum of
    partner: IntArray  # of matches: place of the partner among `second`; UNMATCHED where there is none
    low_score: FloatArray  # of matches: 95 % bootstrap interval over the clusters' neurons
    high_score: FloatArray
    null_mean: FloatArray  # of matches: score of the cluster's match when the second partition's labels are shuffled
    null_sd: FloatArray
    z: FloatArray
    p: FloatArray
    q: FloatArray  # over all clusters of the first partition: one without a match counts as p = 1
    reasons: Mapping[str, str]  # why a similarity is not known, by its name
    params: Mapping[str, Parameter]

    @property
    def unmatched(self) -> IntArray:
        """Numbers of the clusters of the second partition that no cluster of the first matches."""
        return self.second[~np.isin(np.arange(len(self.second)), self.partner)]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: first, second, score, low_score, high_score, null_mean, null_sd, z, p, q, and what the score is of.

        Clusters without a partner have null beside them; those of the second partition stand last.
        """
        import pandas as pd

        matched = self.partner != UNMATCHED
        places = np.flatnonzero(matched), self.partner[matched]
        columns: dict[str, pd.Series] = {
            "first": pd.Series([*self.first, *(None for _ in self.unmatched)], dtype="Int64"),
        }
        second = np.full(len(self.first), None, dtype=object)
        second[matched] = self.second[places[1]]
        columns["second"] = pd.Series([*second, *self.unmatched], dtype="Int64")
        n_rows, n_first = len(columns["first"]), len(self.first)
        for name in ("score", "jaccard", "n_shared", "first_share", "second_share", "overlap_p", *SIMILARITIES):
            values = np.full(n_rows, np.nan)
            values[places[0]] = getattr(self, name)[places]
            columns[name] = pd.Series(values)
        columns["n_shared"] = columns["n_shared"].astype("Int64")
        for name in ("low_score", "high_score", "null_mean", "null_sd", "z", "p", "q"):
            values = np.full(n_rows, np.nan)
            values[:n_first] = getattr(self, name)
            columns[name] = pd.Series(values)
        return pd.DataFrame(columns)
