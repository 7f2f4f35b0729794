"""Write blocks of weights: targets matched once, then sources with their rows of weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from atlas.keys import layer_key
from atlas.records import BoolArray, CompositionBlock, FloatArray, NetworkRecord, WeightBlock
from atlas.store.connection import Step, Store
from atlas.store.parts import block_properties, neuron_keys

BATCH = 20_000  # weights per transaction
_MOST_TARGETS = 5_000

_TARGETS = """MATCH (b:Neuron) WHERE b.key IN $targets WITH b ORDER BY b.number WITH collect(b) AS targets
UNWIND range(0, size($sources) - 1) AS i MATCH (a:Neuron {key: $sources[i]}) """
_EACH = _TARGETS + "UNWIND range(0, size(targets) - 1) AS j "
# Where a sign has no meaning, `$value` is null, and a null is no property.
_MAGNITUDE = (
    _EACH
    + """WITH a, targets[j] AS b, $value[i][j] AS value
CREATE (a)-[:WEIGHT {value: value, strength: abs(value)}]->(b)"""
)
_DENSE = (
    _EACH + "WITH a, targets[j] AS b, i, j CREATE (a)-[:WEIGHT {value: $value[i][j], strength: $strength[i][j]}]->(b)"
)
_CHOSEN = (
    _TARGETS
    + """UNWIND range(0, size($chosen[i]) - 1) AS k WITH a, targets[$chosen[i][k]] AS b, i, k
CREATE (a)-[:WEIGHT {value: $value[i][k], strength: $strength[i][k]}]->(b)"""
)
_COMPOSES = (
    _EACH
    + """WITH a, targets[j] AS b, i, j
CREATE (a)-[:COMPOSES {query_strength: $query[i][j], key_strength: $key[i][j], value_strength: $value[i][j]}]->(b)"""
)
_FEEDS = """MATCH (a:Layer {key: $source}) MATCH (b:Layer {key: $target})
CREATE (a)-[f:FEEDS]->(b) SET f = $properties"""


def write_block(store: Store, record: NetworkRecord, block: WeightBlock) -> Iterator[int]:
    """Write the weights of a block; after every transaction, give the number of weights it wrote."""
    for rows, columns in _tiles(*block.strength.shape):
        mask = None if block.kept is None else block.kept[rows, columns]
        n_weights = (rows.stop - rows.start) * (columns.stop - columns.start) if mask is None else int(mask.sum())
        if n_weights:
            store.write(_step(record.key, block, rows, columns))
            yield n_weights


def write_composition(store: Store, record: NetworkRecord, block: CompositionBlock) -> None:
    """Write how strongly the heads of two layers compose."""
    for rows, columns in _tiles(*block.query.shape):
        arrays = {name: getattr(block, name)[rows, columns].tolist() for name in ("query", "key", "value")}
        store.write((_COMPOSES, _ends(record.key, block, rows, columns) | arrays))


def feeds(network: str, block: WeightBlock) -> Step:
    """Total a block for the relationship between its layers."""
    ends = {"source": layer_key(network, block.source), "target": layer_key(network, block.target)}
    return _FEEDS, ends | {"properties": block_properties(block)}


def _tiles(n_sources: int, n_targets: int) -> Iterator[tuple[slice, slice]]:
    """Cut a block into pieces of about `BATCH` weights."""
    width = min(max(n_targets, 1), _MOST_TARGETS)
    height = max(BATCH // width, 1)
    for left in range(0, n_targets, width):
        for top in range(0, n_sources, height):
            yield slice(top, min(top + height, n_sources)), slice(left, min(left + width, n_targets))


def _ends(network: str, block: WeightBlock | CompositionBlock, rows: slice, columns: slice) -> dict[str, Any]:
    return {
        "sources": neuron_keys(network, block.source, range(rows.start, rows.stop)),
        "targets": neuron_keys(network, block.target, range(columns.start, columns.stop)),
    }


def _step(network: str, block: WeightBlock, rows: slice, columns: slice) -> Step:
    value, strength = None if block.value is None else block.value[rows, columns], block.strength[rows, columns]
    keys = _ends(network, block, rows, columns)
    mask = None if block.kept is None else block.kept[rows, columns]
    if mask is not None and not mask.all():
        return _CHOSEN, keys | _chosen(value, strength, mask)
    if value is None:
        return _DENSE, keys | {"value": None, "strength": strength.tolist()}
    if np.array_equal(strength, np.abs(value)):
        return _MAGNITUDE, keys | {"value": value.tolist()}
    return _DENSE, keys | {"value": value.tolist(), "strength": strength.tolist()}


def _chosen(value: FloatArray | None, strength: FloatArray, mask: BoolArray) -> dict[str, Any]:
    return {
        "chosen": [np.flatnonzero(row).tolist() for row in mask],
        "value": None if value is None else _rows_of(value, mask),
        "strength": _rows_of(strength, mask),
    }


def _rows_of(array: FloatArray, mask: BoolArray) -> list[list[float]]:
    return [row[keep].tolist() for row, keep in zip(array, mask, strict=True)]
