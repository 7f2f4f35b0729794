"""Check that a record holds together before anything of it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np

from atlas.errors import BadParameter, NonFiniteWeights, ShapeError
from atlas.keys import check_segment
from atlas.records import CompositionBlock, FloatArray, NetworkRecord, WeightBlock
from atlas.store.content import COMPOSITION_ARRAYS, WEIGHT_ARRAYS, kept

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_FREE = ("architecture", "dataset", "family", "seed", "training_step", "norm", "file_sha256")


def check_record(record: NetworkRecord) -> None:
    """Check that keys follow the rule, numbers are dense, arrays fit their layers, and weights are finite.

    Raises
    ------
    BadKey, BadParameter, ShapeError, NonFiniteWeights
        The record does not hold together.
    """
    check_segment(record.key, what="network")
    _check_parameters(record)
    for layer in record.layers:
        check_segment(layer.name, what="layer")
    for target in record.targets:
        check_segment(target.name, what="target")
    if [layer.number for layer in record.layers] != list(range(len(record.layers))):
        raise BadParameter(f"The layers of {record.key!r} are not numbered 0, 1, 2, … in order. Number them from 0.")
    for names, what in ((record.layers, "layer"), (record.targets, "target")):
        if len({item.name for item in names}) < len(names):
            raise BadParameter(f"Two {what}s of {record.key!r} share a name. Give each a name of its own.")
    sizes = {layer.name: layer.n_neurons for layer in record.layers}
    _check_answers(record)
    _check_pairs(record.key, record.blocks)
    _check_pairs(record.key, record.compositions)
    for block in record.blocks:
        _check_shapes(record.key, block, sizes, WEIGHT_ARRAYS)
        values = (block.strength,) if block.value is None else (block.value, block.strength)
        _check_finite(record.key, block, (kept(block, array) for array in values))
    for composition in record.compositions:
        _check_shapes(record.key, composition, sizes, COMPOSITION_ARRAYS)
        _check_finite(record.key, composition, (getattr(composition, name) for name in COMPOSITION_ARRAYS))


def _check_parameters(record: NetworkRecord) -> None:
    """Refuse what the graph cannot hold, and names that would not be columns."""
    for name in record.opened:
        if _NAME.fullmatch(name) is None:
            raise BadParameter(f"{name!r} cannot name how {record.key!r} was opened. Use letters, digits and '_'.")
    given = {name: getattr(record, name) for name in _FREE} | dict(record.opened)
    for name, value in given.items():
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise BadParameter(
                f"`{name}` of {record.key!r} is {value}. The graph holds integers of 64 bits; leave it out."
            )
        if isinstance(value, str) and not _is_text(value):
            raise BadParameter(
                f"`{name}` of {record.key!r} is {value!r}, which is no text. Rename it, or leave it out."
            )


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_answers(record: NetworkRecord) -> None:
    n_outputs = record.layers[-1].n_neurons if record.layers else 0
    for target in record.targets:
        if target.number is not None and not 0 <= target.number < n_outputs:
            raise ShapeError(
                f"The target {target.name!r} of {record.key!r} is answered by output neuron {target.number}, "
                f"but there are {n_outputs}, counted from 0. Number it within them, or leave the number out."
            )


def _check_pairs(network: str, blocks: tuple[WeightBlock | CompositionBlock, ...]) -> None:
    seen = set()
    for block in blocks:
        if (block.source, block.target) in seen:
            raise BadParameter(f"Two blocks of {_what(block)} of {network!r} lead {_where(block)}. Unite them in one.")
        seen.add((block.source, block.target))


def _what(block: WeightBlock | CompositionBlock) -> str:
    return "weights" if isinstance(block, WeightBlock) else "compositions"


def _where(block: WeightBlock | CompositionBlock) -> str:
    return f"from {block.source!r} to {block.target!r}"


def _check_shapes(
    network: str, block: WeightBlock | CompositionBlock, sizes: Mapping[str, int], arrays: tuple[str, ...]
) -> None:
    where = f"The {_what(block)} {_where(block)} of {network!r}"
    if block.source not in sizes or block.target not in sizes:
        raise ShapeError(f"{where} name a layer the network lacks. Layers: {', '.join(sizes)}. Name one of them.")
    fitting = (sizes[block.source], sizes[block.target])
    for name in arrays:
        array = getattr(block, name)
        if array is not None and array.shape != fitting:
            raise ShapeError(f"{where}: `{name}` has shape {array.shape}, the layers ask for {fitting}.")


def _check_finite(network: str, block: WeightBlock | CompositionBlock, arrays: Iterable[FloatArray]) -> None:
    if not all(np.isfinite(array).all() for array in arrays):
        raise NonFiniteWeights(
            f"The {_what(block)} {_where(block)} of {network!r} hold NaN or infinity. "
            "An atlas needs finite weights. Repair or retrain it."
        )
