"""Score a partition, beside shuffled strengths as they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.mapping import Arrays
from atlas.analysis.partition import quality
from atlas.analysis.partition.chance import Chance
from atlas.analysis.partition.layered import layered_modularity
from atlas.analysis.partition.links import MOST_CLUSTERS, link_strengths, links
from atlas.analysis.partition.paths import path_share
from atlas.analysis.partition.roles import roles, within_z
from atlas.analysis.partition.stability import layer_agreement, stability
from atlas.analysis.partition.strengths import Strengths
from atlas.records import IntArray
from atlas.results import ClusterScores, Links, NeuronScores, PartitionScores, Scored

_LOWER_IS_BETTER = ("n_cut", "cluster_conductance")


def whole_scores(graph: NeuronGraph, strengths: Strengths, others: Sequence[IntArray]) -> Arrays:
    """Give what tells how good a partition is, each of shape (): the fields of `PartitionScores`.

    `others` are the partitions of other seeds.
    """
    volume, inside = strengths.volume, strengths.inside
    return {
        "modularity": np.array(quality.modularity_of(volume, inside)),
        "layered_modularity": np.array(layered_modularity(graph, strengths.labels)),
        "n_cut": np.array(quality.n_cut_of(volume, inside)),
        "internal_share": np.array(quality.overall_internal_share(strengths)),
        **layer_agreement(strengths.labels, graph.layer_numbers),
        **stability([strengths.labels, *others]),
    }


def part_scores(graph: NeuronGraph, strengths: Strengths) -> Arrays:
    """Give what stands beside the same clusters on shuffled strengths: of clusters, of links, and of neurons."""
    between = {} if _too_many(strengths.labels) else {"link_strength": link_strengths(graph, strengths)}
    return {
        "cluster_internal_share": quality.cluster_internal_share(strengths),
        "cluster_conductance": quality.conductance(strengths),
        "own": strengths.own,
        "participation": quality.participation(strengths),
        "path_share": path_share(graph),
        **between,
    }


class Scoring:
    """Scores of a partition; chance is added draw by draw, and the scores are taken when all of it is there."""

    def __init__(self, graph: NeuronGraph, labels: IntArray, others: Sequence[IntArray] = ()) -> None:
        strengths = Strengths.of(graph, labels)
        observed = {**whole_scores(graph, strengths, others), **part_scores(graph, strengths)}
        self._graph, self._labels = graph, labels
        self._chance = {name: Chance(value) for name, value in observed.items()}
        self._firmness = {
            "internal_share": quality.internal_share(strengths),
            "membership": quality.membership(strengths),
            "participation": quality.participation(strengths),
            "agreement_across_seeds": quality.mates_kept(labels, others),
        }

    def add(self, drawn: Arrays) -> None:
        """Count one draw of chance: `whole_scores` of the method, `part_scores` of the same clusters."""
        for name, chance in self._chance.items():
            chance.add(drawn[name])

    def partition(self) -> PartitionScores:
        """Take the scores of the partition."""
        return PartitionScores(**{field.name: self._beside(field.name) for field in fields(PartitionScores)})

    def clusters(self) -> ClusterScores:
        """Take the scores of its clusters."""
        return ClusterScores(**{field.name: self._beside(f"cluster_{field.name}") for field in fields(ClusterScores)})

    def neurons(self) -> NeuronScores:
        """Take the scores of its neurons."""
        beside = {name: self._beside(name) for name in ("own", "participation", "path_share")}
        z = within_z(beside["own"].value, self._labels)
        found = roles(self._graph, z, **beside)
        return NeuronScores(
            **self._firmness, within_z=z, path_share=beside["path_share"].value, role=found.role, role_p=found.p
        )

    def links(self) -> Links | None:
        """Take the links between its clusters; None beyond 256 clusters."""
        if _too_many(self._labels):
            return None
        return links(self._graph, self._labels, self._chance["link_strength"].two_sided())

    def _beside(self, name: str) -> Scored:
        chance = self._chance[name]
        return chance.lower() if name in _LOWER_IS_BETTER else chance.upper()


def _too_many(labels: IntArray) -> bool:
    return int(labels.max()) >= MOST_CLUSTERS
