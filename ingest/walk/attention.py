"""Weights into heads, through the query, key and value projections that belong to them."""

from __future__ import annotations

import numpy as np

from atlas.records import BoolArray, FloatArray
from ingest.walk.aggregate import Weights, none_if_all, pattern_of, power_of
from ingest.walk.features import Features
from ingest.walk.kernels import Kernels, kernels_of, vector_norm
from ingest.walk.layers import Findings, Found
from ingest.walk.provenance import Table, rows_of, table_of


def head_weights(layer: Found, findings: Findings, *, norm: str) -> dict[int, Weights]:
    """Weights into the heads of an attention layer, by the number of their source, without a sign.

    The strength is the norm of all that stands between a source neuron and a head in the query, key and value
    projections, as one column, so that induced norms are those of vectors. What reaches a head without a projection
    counts with its coefficient.
    """
    power, found = power_of(norm), dict[int, tuple[FloatArray, BoolArray]]()
    for role in layer.features:
        heads = _by_head(role, layer.n_neurons)
        for source in findings.behind(heads):
            parts = _through(source, heads, findings, norm) if source.is_absorbed else _direct(source, heads, power)
            for number, (strength, present) in parts.items():
                before = found.get(number)
                found[number] = (strength + before[0], present | before[1]) if before else (strength, present)
    dtype = _dtype(layer, findings)
    return {
        number: Weights(value=None, strength=(sums ** (1 / power)).T.astype(dtype), kept=none_if_all(present.T))
        for number, (sums, present) in sorted(found.items())
    }


Parts = dict[int, tuple[FloatArray, BoolArray]]  # by source: sums of powers and who is joined, (n_heads, n_source)


def _by_head(role: Features, n_heads: int) -> Table:
    """Bring the elements of a head's vector together: the largest coefficient of every source."""
    table = role.table
    heads = rows_of(table) // (table.shape[0] // n_heads)
    return table_of(heads, table.indices, table.data, n_rows=n_heads, largest=True)


def _direct(source: Found, heads: Table, power: int) -> Parts:
    placement = source.placement(heads)
    return {source.number: (np.abs(placement.toarray()) ** power, pattern_of(placement).toarray() > 0)}


def _through(projection: Found, heads: Table, findings: Findings, norm: str) -> Parts:
    """Follow one projection back to the layers it takes from."""
    power, own = power_of(norm), projection.placement(heads)
    kernels = absorbed_kernels(projection)
    onto_features = (abs(own) ** power) @ kernels.norms(vector_norm(norm)).astype(np.float64) ** power
    seen = kernels.present()
    everywhere = np.ones((projection.n_neurons, onto_features.shape[1])) if seen is None else seen.astype(np.float64)
    reached = pattern_of(own) @ everywhere
    table, parts = projection.features[0].table, Parts()
    for source in findings.behind(table):
        placement = source.placement(table)
        strength = np.asarray(onto_features @ (abs(placement) ** power))
        parts[source.number] = strength, np.asarray(reached @ pattern_of(placement)) > 0
    return parts


def absorbed_kernels(projection: Found) -> Kernels:
    """Read the kernels of a projection."""
    assert projection.operation is not None
    return kernels_of(projection.operation)


def _dtype(layer: Found, findings: Findings) -> np.dtype[np.floating]:
    """Give the type of the projections; double precision where there are none."""
    kinds = [
        absorbed_kernels(source).entries.dtype
        for role in layer.features
        for source in findings.behind(role.table)
        if source.is_absorbed
    ]
    return np.result_type(*kinds) if kinds else np.dtype(np.float64)
