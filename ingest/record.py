"""A perceptron as the record that the store loads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from atlas.errors import BadParameter
from atlas.keys import ALL_TARGET, check_segment
from atlas.records import DataRecord, FloatArray, LayerRecord, NetworkRecord, Parameter, TargetRecord, WeightBlock
from ingest.data import IN_MEMORY
from ingest.forward import MlpForward
from ingest.mlp import Mlp

MAX_WEIGHTS = 20_000_000  # workable on one machine when loaded offline: 1.5 GB


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What is known of how a network came to be."""

    dataset: str | None = None  # None: named after the data it is measured on
    family: str | None = None
    seed: int | None = None
    training_step: int | None = None


def record(
    mlp: Mlp,
    *,
    key: str,
    data: DataRecord | None = None,
    origin: Origin | None = None,
    max_weights: int = MAX_WEIGHTS,
) -> NetworkRecord:
    """Describe a network for the store: layers, weights, targets, and accuracy where there are data.

    Parameters
    ----------
    key
        The network's name in the atlas.
    data
        Trials to measure the accuracy on.
    max_weights
        Up to so many weights all are kept. Above it, every block keeps its strongest, in proportion to its size;
        the block's `policy` tells from which strength on.

    Raises
    ------
    BadKey, BadParameter
        A key or a limit outside the rule.
    DataMismatch
        Data that do not fit the network.
    """
    check_segment(key, what="network key")
    if max_weights < 1:
        raise BadParameter(f"max_weights is {max_weights}. At least 1 weight must be kept.")
    origin = origin or Origin()
    forward = None if data is None else MlpForward(mlp, network=key, data=data)
    return NetworkRecord(
        key=key,
        architecture=architecture(mlp),
        layers=_layers(mlp),
        blocks=_blocks(mlp, max_weights),
        targets=_targets(mlp.sizes[-1]),
        file_sha256=mlp.sha256,
        dataset=origin.dataset if data is None else origin.dataset or _dataset(data),
        family=origin.family,
        seed=origin.seed,
        training_step=origin.training_step,
        accuracy_percent=None if forward is None else forward.accuracy_percent,
        opened=_opened(mlp, data),
    )


def architecture(mlp: Mlp) -> str:
    """Write a network down in short: `784-20-10-10 relu`."""
    hidden = list(dict.fromkeys(str(layer.activation) for layer in mlp.linear[:-1])) or ["linear"]
    output = str(mlp.linear[-1].activation)
    return f"{'-'.join(map(str, mlp.sizes))} {'/'.join(hidden)}{'' if output == 'identity' else f', {output} output'}"


def _layers(mlp: Mlp) -> tuple[LayerRecord, ...]:
    first = LayerRecord(name=mlp.names[0], number=0, kind="input", n_neurons=mlp.sizes[0])
    rest = (
        LayerRecord(
            name=layer.name,
            number=number,
            kind="linear",
            n_neurons=layer.weight.shape[0],
            activation=str(layer.activation),
        )
        for number, layer in enumerate(mlp.linear, start=1)
    )
    return (first, *rest)


def _blocks(mlp: Mlp, max_weights: int) -> tuple[WeightBlock, ...]:
    n_weights = sum(layer.weight.numel() for layer in mlp.linear)
    share = min(1.0, max_weights / n_weights)
    return tuple(
        _block(source, layer.name, np.ascontiguousarray(layer.weight.numpy().T), share)
        for source, layer in zip(mlp.names, mlp.linear, strict=False)
    )


def _block(source: str, target: str, value: FloatArray, share: float) -> WeightBlock:
    strength = np.abs(value)
    n_kept = value.size if share == 1.0 else max(1, int(value.size * share))
    if n_kept == value.size:
        return WeightBlock(source=source, target=target, value=value, strength=strength)
    kept = _strongest(strength, n_kept)
    total = float(strength.sum(dtype=np.float64))
    return WeightBlock(
        source=source,
        target=target,
        value=value,
        strength=strength,
        kept=kept,
        policy=f"strongest {n_kept} of {value.size}, strength >= {strength[kept].min():.6g}",
        removed_strength_share=float(strength[~kept].sum(dtype=np.float64)) / total if total else 0.0,
    )


def _strongest(strength: FloatArray, n_kept: int) -> NDArray[np.bool_]:
    """Mark the strongest weights; among equals, those that come first."""
    flat = strength.ravel()
    limit = np.partition(flat, flat.size - n_kept)[flat.size - n_kept]
    kept: NDArray[np.bool_] = flat > limit
    kept[np.flatnonzero(flat == limit)[: n_kept - int(kept.sum())]] = True
    return kept.reshape(strength.shape)


def _targets(n_outputs: int) -> tuple[TargetRecord, ...]:
    classes = (TargetRecord(name=str(number), kind="class", number=number) for number in range(n_outputs))
    return (TargetRecord(name=ALL_TARGET, kind="all"), *classes)


def _dataset(data: DataRecord) -> str | None:
    """Name the data without their folder: `mnist`, `digits`, `trials.npz`, `package.module:function`."""
    if data.text == IN_MEMORY:
        return None
    if data.text.endswith(".npz"):
        return data.text.replace("\\", "/").rpartition("/")[2]
    kind = data.text.partition(":")[0]
    return kind if kind in ("digits", "mnist", "fashion") else data.text


def _opened(mlp: Mlp, data: DataRecord | None) -> dict[str, Parameter]:
    return dict(mlp.opened) | ({} if data is None else {"data": data.text})
