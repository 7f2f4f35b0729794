"""Graphs with their strengths shuffled: what chance gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from atlas.analysis.graph.blocks import GraphBlock, NeuronGraph
from atlas.analysis.graph.fitting import fit_block, fit_symmetric
from atlas.errors import UnknownName
from atlas.records import BoolArray, FloatArray

NULLS = ("layer", "nonzero", "row", "degree")


def shuffled(graph: NeuronGraph, null: str, draws: np.random.Generator) -> NeuronGraph:
    """Shuffle the strengths of a graph, every block by itself; the graph beside it is shuffled too, independently.

    What joins a neuron to itself stays. Within one layer of a graph of activations the entries above the diagonal are
    shuffled, so that pairs remain pairs.

    Parameters
    ----------
    graph
        Strengths that are not negative.
    null
        `layer`
            All strengths of a block change places.
        `nonzero`
            Only those above 0 do, among their places: who is joined to whom stays.
        `row`
            The strengths from each source neuron change places, so its sum to each later layer stays. Of activations,
            which have no direction, the neuron of the earlier layer counts as the source, within a layer the one of the
            smaller number.
        `degree`
            As `nonzero`; then rows and columns are multiplied by factors (iterative proportional fitting) until every
            neuron has its sum of incoming and of outgoing strengths in each block again, to 1e-10; of activations, its
            sum of all strengths. Strengths are others than before. Who is joined to whom has to stay, since else no
            factors might exist; so they always do, but where few strengths are above 0 little is free to vary: a block
            without any loop comes back as it was.
    draws
        Source of the shuffles.

    Raises
    ------
    UnknownName
        No such null.
    AnalysisError
        `degree` does not get there in 20,000 rounds: few strengths, of very different size.

    References
    ----------
    `layer` and `nonzero`: Filan et al. (2021), arXiv 2103.03386.
    """
    if null not in NULLS:
        raise UnknownName("null", null, NULLS)
    shuffle = _by_row if null == "row" else _in_block
    blocks = []
    for block in graph.blocks:
        places = _places(graph, block)
        if null in ("nonzero", "degree"):
            places &= block.strength > 0
        blocks.append(replace(block, strength=shuffle(block.strength, places, draws)))
    return replace(
        graph,
        blocks=tuple(_fitted(graph, blocks) if null == "degree" else blocks),
        beside=None if graph.beside is None else shuffled(graph.beside, null, draws),
    )


def _places(graph: NeuronGraph, block: GraphBlock) -> BoolArray:
    """Tell which entries of a block may change places."""
    if block.source != block.target:
        return np.ones(block.strength.shape, dtype=np.bool_)
    n = graph.sizes[block.source]
    return ~np.tri(n, dtype=np.bool_) if graph.kind == "activations" else ~np.eye(n, dtype=np.bool_)


def _in_block(strength: FloatArray, places: BoolArray, draws: np.random.Generator) -> FloatArray:
    if places.all():
        return draws.permutation(strength.ravel()).reshape(strength.shape)
    found = strength.copy()
    found[places] = draws.permutation(strength[places])
    return found


def _by_row(strength: FloatArray, places: BoolArray, draws: np.random.Generator) -> FloatArray:
    if places.all():
        return draws.permuted(strength, axis=1)
    found = strength.copy()
    for row, own in zip(found, places, strict=True):
        row[own] = draws.permutation(row[own])
    return found


def _fitted(before: NeuronGraph, blocks: list[GraphBlock]) -> list[GraphBlock]:
    """Give every neuron the sums it had."""
    doubles = [block.strength.astype(np.float64) for block in blocks]
    if before.kind == "activations":
        ends = [slice(*before.offsets[place : place + 2]) for place in range(len(before.sizes))]
        parts = [(ends[block.source], ends[block.target], own) for block, own in zip(blocks, doubles, strict=True)]
        fitted = fit_symmetric(parts, totals=before.degree)
    else:
        fitted = [_fitted_block(own, block) for own, block in zip(doubles, before.blocks, strict=True)]
    return [replace(block, strength=own) for block, own in zip(blocks, fitted, strict=True)]


def _fitted_block(own: FloatArray, before: GraphBlock) -> FloatArray:
    """Give the neurons of one block the sums they had in it; what joins a neuron to itself stays."""
    to_itself: FloatArray | float = np.diag(own.diagonal()) if before.source == before.target else 0.0
    others = before.strength - to_itself
    rows, columns = (others.sum(axis=axis, dtype=np.float64) for axis in (1, 0))
    return fit_block(own - to_itself, rows=rows, columns=columns) + to_itself
