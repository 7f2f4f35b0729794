"""Populations as a partition, scored on the network's weights."""

from __future__ import annotations

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.scoring import Scoring
from atlas.results import PartitionResult, PopulationResult


def as_partition(result: PopulationResult, graph: NeuronGraph) -> PartitionResult:
    """Score populations by the weights among their layers; those were not asked when they were made.

    A population lies in one layer, so without recurrent weights none stay inside it. Scores have no null here, so
    there are no roles: the null of populations is that of their silhouette.
    """
    chosen = graph.select(result.layers)
    scoring = Scoring(chosen, result.labels)
    return PartitionResult(
        method=result.by,
        graph=chosen.kind,
        layers=chosen.layers,
        sizes=chosen.sizes,
        labels=result.labels,
        set_apart=result.set_apart,
        scores=scoring.partition(),
        clusters=scoring.clusters(),
        neurons=scoring.neurons(),
        links=scoring.links(),
        params=result.params,
        populations=result,
    )
