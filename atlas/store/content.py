"""What a network's record holds: hashed, and put as properties."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from atlas.records import BoolArray, CompositionBlock, FloatArray, NetworkRecord, Parameter, WeightBlock

OPENED = "opened_"
PLACE = "file"  # of what a record was opened with: where the file lies, which says nothing about what it holds
WEIGHT_ARRAYS = ("value", "strength", "kept")
COMPOSITION_ARRAYS = ("query", "key", "value")
_PIECE = 200_000  # numbers hashed at once
_ALL_KEPT, _NO_VALUES = b"all kept", b"no values"


def kept(block: WeightBlock, array: FloatArray) -> FloatArray:
    """Put 0 where a weight is not kept."""
    return array if block.kept is None else np.where(block.kept, array, 0)


def content_sha256(record: NetworkRecord) -> str:
    """Hash everything in a record but the folder and name of its file; the same hash, the same graph.

    The order in which blocks and targets are listed does not count.
    """
    digest = hashlib.sha256(json.dumps(_described(record), sort_keys=True).encode())
    for block in _in_order(record.blocks):
        for piece in _weights(block):
            digest.update(piece)
    for composition in _in_order(record.compositions):
        for name in COMPOSITION_ARRAYS:
            digest.update(_bytes(getattr(composition, name)))
    return digest.hexdigest()


def _in_order(blocks: Iterable[Any]) -> list[Any]:
    return sorted(blocks, key=lambda block: (block.target, block.source))


def _weights(block: WeightBlock) -> Iterator[bytes]:
    """Give which weights are kept, then values and strengths."""
    mask = None if block.kept is None or block.kept.all() else block.kept
    yield _ALL_KEPT if mask is None else np.packbits(mask).tobytes()
    if block.value is None:
        yield _NO_VALUES
    else:
        yield from _pieces(block.value, mask)
    yield from _pieces(block.strength, mask)


def _pieces(array: FloatArray, mask: BoolArray | None) -> Iterator[bytes]:
    """Give an array piece by piece, so that it is not copied as a whole."""
    height = max(_PIECE // max(array.shape[1], 1), 1)
    for top in range(0, array.shape[0], height):
        piece = array[top : top + height]
        yield _bytes(piece if mask is None else np.where(mask[top : top + height], piece, 0))


def _bytes(array: FloatArray) -> bytes:
    """Give numbers in single precision where that says all, as it does for most files, else in double."""
    with np.errstate(over="ignore"):
        single = array.astype("<f4")
    if array.dtype == single.dtype or np.array_equal(single, array):
        return b"4" + (single + np.float32(0)).tobytes()  # no negative zeros
    return b"8" + (array.astype("<f8") + 0.0).tobytes()


def _described(record: NetworkRecord) -> dict[str, object]:
    """Collect all of a record but its arrays and the place of its file."""
    whole = {field.name: getattr(record, field.name) for field in fields(record)}
    return whole | {
        "layers": [vars(layer) for layer in record.layers],
        "targets": sorted((vars(target) for target in record.targets), key=lambda target: str(target["name"])),
        "blocks": [
            _without(block, WEIGHT_ARRAYS) | {"n_trained": n_existing(block)} for block in _in_order(record.blocks)
        ],
        "compositions": [_without(block, COMPOSITION_ARRAYS) for block in _in_order(record.compositions)],
        "opened": {name: value for name, value in record.opened.items() if name != PLACE and value is not None},
    }


def _without(block: WeightBlock | CompositionBlock, arrays: tuple[str, ...]) -> dict[str, object]:
    return {name: value for name, value in vars(block).items() if name not in arrays}


def network_properties_of(record: NetworkRecord) -> dict[str, Parameter]:
    """List the properties of the network as they will stand in the graph."""
    return {f"{OPENED}{name}": value for name, value in record.opened.items()} | {
        "key": record.key,
        "architecture": record.architecture,
        "dataset": record.dataset,
        "family": record.family,
        "seed": record.seed,
        "training_step": record.training_step,
        "norm": record.norm,
        "weights_sha256": record.weights_sha256,
        "file_sha256": record.file_sha256,
        "n_layers": len(record.layers),
        "n_neurons": sum(layer.n_neurons for layer in record.layers),
        "n_weights": sum(map(n_existing, record.blocks)),
        "n_stored_weights": sum(block.n_weights for block in record.blocks),
        "kept_strength_share": 1 - removed_share(record.blocks),
        "accuracy_percent": record.accuracy_percent,
        "content_sha256": content_sha256(record),
    }


def n_existing(block: WeightBlock) -> int:
    """Count the weights of the trained network, kept or not."""
    return block.n_weights if block.n_trained is None else block.n_trained


def removed_share(blocks: tuple[WeightBlock, ...]) -> float:
    """Give the share of the summed strength of some blocks that is not kept."""
    removed = total = 0.0
    for block in blocks:
        stored = float(kept(block, block.strength).sum(dtype=np.float64))
        share = block.removed_strength_share
        whole = stored / (1 - share) if share < 1 else float(block.strength.sum(dtype=np.float64))
        removed, total = removed + share * whole, total + whole
    return removed / total if total else 0.0
