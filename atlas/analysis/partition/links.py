"""Strengths from cluster to cluster, beyond chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.partition.strengths import Strengths
from atlas.analysis.statistics import benjamini_hochberg
from atlas.records import FloatArray, IntArray
from atlas.results import Links, Scored

MOST_CLUSTERS = 256  # of more the links are not tabulated: their number grows with its square


def link_strengths(graph: NeuronGraph, strengths: Strengths) -> FloatArray:
    """Sum strengths from cluster (row) to cluster (column), shape (n_clusters, n_clusters).

    Without direction (activations) pairs of clusters stand above the diagonal only.
    """
    return strengths.between if graph.kind == "weights" else _one_way(strengths.between)


def links(graph: NeuronGraph, labels: IntArray, strength: Scored) -> Links:
    """Count the weights beside the strengths of links; q is over all links that could be.

    Parameters
    ----------
    strength
        `link_strengths`, beside those of the same clusters on shuffled strengths; p is two-sided, so with n_null
        shuffles not below 2 / (n_null + 1).
    """
    there = tuple(replace(block, strength=(block.strength > 0).astype(np.float32)) for block in graph.blocks)
    pattern = replace(graph, blocks=there)
    n_possible = _n_possible(graph, labels)
    could_be = n_possible > 0
    beside = {name: np.where(could_be, getattr(strength, name), np.nan) for name in ("null_mean", "null_sd", "z", "p")}
    return Links(
        n_weights=np.rint(link_strengths(pattern, Strengths.of(pattern, labels))).astype(np.int64),
        n_possible=n_possible,
        strength=replace(strength, **beside),
        q=benjamini_hochberg(beside["p"]),
    )


def _n_possible(graph: NeuronGraph, labels: IntArray) -> IntArray:
    """Count pairs of neurons of two clusters in layers that a block joins; a neuron and itself are no pair."""
    n_clusters = int(labels.max()) + 1
    sizes = [np.bincount(part, minlength=n_clusters) for part in np.split(labels, graph.offsets[1:-1])]
    count = np.zeros((n_clusters, n_clusters))
    for source, target in {(block.source, block.target) for block in graph.blocks}:
        pairs = np.outer(sizes[source], sizes[target])
        if source == target:
            pairs = pairs - np.diag(sizes[source])
        count += pairs / 2 if source == target and graph.kind != "weights" else pairs
    return np.rint(count if graph.kind == "weights" else _one_way(count)).astype(np.int64)


def _one_way(between: FloatArray) -> FloatArray:
    return np.triu(between + between.T, 1) + np.diag(between.diagonal())
