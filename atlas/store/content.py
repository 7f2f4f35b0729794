"""What a network's record holds: checked, hashed, and put as properties."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields

import numpy as np

from atlas.errors import BadParameter, NonFiniteWeights, ShapeError
from atlas.keys import check_segment
from atlas.records import FloatArray, NetworkRecord, Parameter, WeightBlock

OPENED = "opened_"
_ARRAYS = ("value", "strength", "kept")


def check_record(record: NetworkRecord) -> None:
    """Check that keys follow the rule, numbers are dense, arrays fit their layers, and weights are finite."""
    check_segment(record.key, what="network")
    for layer in record.layers:
        check_segment(layer.name, what="layer")
    for target in record.targets:
        check_segment(target.name, what="target")
    if [layer.number for layer in record.layers] != list(range(len(record.layers))):
        raise BadParameter(f"The layers of {record.key!r} are not numbered 0, 1, 2, … in order. Number them from 0.")
    for names, what in ((record.layers, "layer"), (record.targets, "target")):
        if len({item.name for item in names}) < len(names):
            raise BadParameter(f"Two {what}s of {record.key!r} share a name. Give each a name of its own.")
    for block in record.blocks:
        _check_block(record, block)


def _check_block(record: NetworkRecord, block: WeightBlock) -> None:
    sizes = {layer.name: layer.n_neurons for layer in record.layers}
    where = f"The weights from {block.source!r} to {block.target!r} of {record.key!r}"
    if block.source not in sizes or block.target not in sizes:
        raise ShapeError(f"{where} name a layer the network lacks. Layers: {', '.join(sizes)}. Name one of them.")
    fitting = (sizes[block.source], sizes[block.target])
    for name in _ARRAYS:
        array = getattr(block, name)
        if array is not None and array.shape != fitting:
            raise ShapeError(f"{where}: `{name}` has shape {array.shape}, the layers ask for {fitting}.")
    if not (np.isfinite(kept(block, block.value)).all() and np.isfinite(kept(block, block.strength)).all()):
        raise NonFiniteWeights(f"{where} hold NaN or infinity. An atlas needs finite weights. Repair or retrain it.")


def kept(block: WeightBlock, array: FloatArray) -> FloatArray:
    """Put 0 where a weight is not kept."""
    return array if block.kept is None else np.where(block.kept, array, 0)


def content_sha256(record: NetworkRecord) -> str:
    """Hash everything in a record; two records with the same hash make the same graph."""
    digest = hashlib.sha256(json.dumps(_described(record), sort_keys=True).encode())
    for block in record.blocks:
        mask = np.ones(block.value.shape, dtype=bool) if block.kept is None else block.kept
        digest.update(np.packbits(mask).tobytes())
        for array in (block.value, block.strength):
            digest.update(np.ascontiguousarray(kept(block, array) + 0.0, dtype="<f8").tobytes())
    return digest.hexdigest()


def _described(record: NetworkRecord) -> dict[str, object]:
    """Collect all of a record but its arrays."""
    whole = {field.name: getattr(record, field.name) for field in fields(record)}
    parts: dict[str, object] = {
        name: [{key: value for key, value in vars(part).items() if key not in _ARRAYS} for part in whole[name]]
        for name in ("layers", "blocks", "targets")
    }
    return whole | parts | {"opened": dict(record.opened)}


def network_properties_of(record: NetworkRecord) -> dict[str, Parameter]:
    """List the properties of the network as they will stand in the graph."""
    return {f"{OPENED}{name}": value for name, value in record.opened.items()} | {
        "key": record.key,
        "architecture": record.architecture,
        "dataset": record.dataset,
        "family": record.family,
        "seed": record.seed,
        "training_step": record.training_step,
        "file_sha256": record.file_sha256,
        "n_layers": len(record.layers),
        "n_neurons": sum(layer.n_neurons for layer in record.layers),
        "n_weights": sum(int(block.value.size) for block in record.blocks),
        "n_stored_weights": sum(block.n_weights for block in record.blocks),
        "kept_strength_share": 1 - removed_share(record.blocks),
        "accuracy_percent": record.accuracy_percent,
        "content_sha256": content_sha256(record),
    }


def removed_share(blocks: tuple[WeightBlock, ...]) -> float:
    """Give the share of the summed strength of some blocks that is not kept."""
    removed = total = 0.0
    for block in blocks:
        stored = float(kept(block, block.strength).sum(dtype=np.float64))
        share = block.removed_strength_share
        whole = stored / (1 - share) if share < 1 else float(block.strength.sum(dtype=np.float64))
        removed, total = removed + share * whole, total + whole
    return removed / total if total else 0.0
