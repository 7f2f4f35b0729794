"""Populations as a partition, scored on the network's weights."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_mutual_info_score

from atlas.analysis.graph import WeightGraph
from atlas.analysis.partition import quality
from atlas.results import PartitionResult, PopulationResult


def as_partition(result: PopulationResult, graph: WeightGraph) -> PartitionResult:
    """Score populations by the weights among their layers; those were not asked when they were made.

    A population lies in one layer, so without recurrent weights none stay inside it. Modularity has no null here:
    the null of populations is that of their silhouette.
    """
    chosen = graph.select(result.layers)
    undefined = float("nan")
    return PartitionResult(
        method=result.by,
        layers=chosen.layers,
        sizes=chosen.sizes,
        labels=result.labels,
        modularity=quality.modularity(chosen.adjacency, result.labels),
        null_mean=undefined,
        null_sd=undefined,
        z=undefined,
        p=undefined,
        layer_agreement=float(adjusted_mutual_info_score(chosen.layer_numbers, result.labels)),
        n_cut=quality.n_cut(chosen.adjacency, result.labels),
        internal_share=quality.internal_share(chosen.adjacency, result.labels),
        participation=quality.participation(chosen.adjacency, result.labels),
        agreement_across_seeds=np.full(len(result.labels), undefined),
        params=result.params,
        populations=result,
    )
