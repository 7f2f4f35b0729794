"""Write blocks of weights: targets matched once, then sources with their rows of weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from atlas.keys import neuron_key
from atlas.records import BoolArray, FloatArray, NetworkRecord, WeightBlock
from atlas.store.connection import Step, Store
from atlas.store.content import kept

BATCH = 20_000  # weights per transaction
_MOST_TARGETS = 5_000

_TARGETS = """MATCH (b:Neuron) WHERE b.key IN $targets WITH b ORDER BY b.number WITH collect(b) AS targets
UNWIND range(0, size($sources) - 1) AS i MATCH (a:Neuron {key: $sources[i]}) """
_MAGNITUDE = (
    _TARGETS
    + """UNWIND range(0, size(targets) - 1) AS j
WITH a, targets[j] AS b, $value[i][j] AS value CREATE (a)-[:WEIGHT {value: value, strength: abs(value)}]->(b)"""
)
_DENSE = (
    _TARGETS
    + """UNWIND range(0, size(targets) - 1) AS j
WITH a, targets[j] AS b, $value[i][j] AS value, $strength[i][j] AS strength
CREATE (a)-[:WEIGHT {value: value, strength: strength}]->(b)"""
)
_CHOSEN = (
    _TARGETS
    + """UNWIND range(0, size($chosen[i]) - 1) AS k
WITH a, targets[$chosen[i][k]] AS b, $value[i][k] AS value, $strength[i][k] AS strength
CREATE (a)-[:WEIGHT {value: value, strength: strength}]->(b)"""
)
_FEEDS = """MATCH (a:Layer {key: $source}) MATCH (b:Layer {key: $target})
CREATE (a)-[:FEEDS {n_weights: $n_weights, strength: $strength, mean_value: $mean_value,
                    positive_share: $positive_share}]->(b)"""


def write_block(store: Store, record: NetworkRecord, block: WeightBlock) -> Iterator[int]:
    """Write the weights of a block; after every transaction, give the number of weights it wrote."""
    for rows, columns in _tiles(*block.value.shape):
        text, parameters = _step(record.key, block, rows, columns)
        store.write((text, parameters))
        mask = None if block.kept is None else block.kept[rows, columns]
        yield (rows.stop - rows.start) * (columns.stop - columns.start) if mask is None else int(mask.sum())


def feeds(network: str, block: WeightBlock) -> Step:
    """Total a block for the relationship between its layers."""
    value = block.value if block.kept is None else block.value[block.kept]
    some = value.size > 0
    return _FEEDS, {
        "source": f"{network}/{block.source}",
        "target": f"{network}/{block.target}",
        "n_weights": block.n_weights,
        "strength": float(kept(block, block.strength).sum(dtype=np.float64)),
        "mean_value": float(value.mean(dtype=np.float64)) if some else None,
        "positive_share": float((value > 0).mean()) if some else None,
    }


def _tiles(n_sources: int, n_targets: int) -> Iterator[tuple[slice, slice]]:
    """Cut a block into pieces of about `BATCH` weights."""
    width = min(max(n_targets, 1), _MOST_TARGETS)
    height = max(BATCH // width, 1)
    for left in range(0, n_targets, width):
        for top in range(0, n_sources, height):
            yield slice(top, min(top + height, n_sources)), slice(left, min(left + width, n_targets))


def _step(network: str, block: WeightBlock, rows: slice, columns: slice) -> tuple[str, dict[str, Any]]:
    value, strength = block.value[rows, columns], block.strength[rows, columns]
    keys = {
        "sources": [neuron_key(network, block.source, i) for i in range(rows.start, rows.stop)],
        "targets": [neuron_key(network, block.target, j) for j in range(columns.start, columns.stop)],
    }
    mask = None if block.kept is None else block.kept[rows, columns]
    if mask is not None and not mask.all():
        return _CHOSEN, keys | _chosen(value, strength, mask)
    if np.array_equal(strength, np.abs(value)):
        return _MAGNITUDE, keys | {"value": value.tolist()}
    return _DENSE, keys | {"value": value.tolist(), "strength": strength.tolist()}


def _chosen(value: FloatArray, strength: FloatArray, mask: BoolArray) -> dict[str, Any]:
    return {
        "chosen": [np.flatnonzero(row).tolist() for row in mask],
        "value": [row[keep].tolist() for row, keep in zip(value, mask, strict=True)],
        "strength": [row[keep].tolist() for row, keep in zip(strength, mask, strict=True)],
    }
