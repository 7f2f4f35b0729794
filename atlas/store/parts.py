"""What a record becomes in the graph: properties of its layers, neurons, targets and blocks.

Both ways of loading write what stands here, so that their graphs are equal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.keys import layer_key, neuron_key, target_key
from atlas.records import FloatArray, LayerRecord, NetworkRecord, Parameter, WeightBlock
from atlas.store.content import kept, n_existing, removed_share

LAYER_NAMES = ("name", "number", "kind", "n_neurons", "activation", "summary")
Properties = dict[str, Parameter]


def layer_properties(record: NetworkRecord, layer: LayerRecord) -> Properties:
    """List the properties of a layer."""
    incoming = tuple(block for block in record.blocks if block.target == layer.name)
    return {name: getattr(layer, name) for name in LAYER_NAMES} | {
        "key": layer_key(record.key, layer.name),
        "network": record.key,
        "weight_policy": ", ".join(sorted({block.policy for block in incoming})) or None,
        "removed_strength_share": removed_share(incoming) if incoming else None,
    }


def target_properties(record: NetworkRecord) -> list[Properties]:
    """List the properties of every target."""
    return [
        {"key": target_key(record.key, target.name), "network": record.key, "name": target.name, "kind": target.kind}
        for target in record.targets
    ]


def answers(record: NetworkRecord) -> list[tuple[int, str]]:
    """List the output neurons that stand for a target: number and key of the target."""
    return [
        (target.number, target_key(record.key, target.name)) for target in record.targets if target.number is not None
    ]


def neuron_keys(network: str, layer: str, numbers: range) -> list[str]:
    """Name some neurons of a layer."""
    return [neuron_key(network, layer, number) for number in numbers]


def neuron_strengths(record: NetworkRecord) -> tuple[Mapping[str, FloatArray], Mapping[str, FloatArray]]:
    """Sum the kept strength into and out of every neuron; by layer."""
    incoming = {layer.name: np.zeros(layer.n_neurons) for layer in record.layers}
    outgoing = {layer.name: np.zeros(layer.n_neurons) for layer in record.layers}
    for block in record.blocks:
        strength = kept(block, block.strength)
        incoming[block.target] += strength.sum(axis=0, dtype=np.float64)
        outgoing[block.source] += strength.sum(axis=1, dtype=np.float64)
    return incoming, outgoing


def block_properties(block: WeightBlock) -> Properties:
    """Total a block for the relationship between its layers."""
    value = block.value if block.kept is None or block.value is None else block.value[block.kept]
    signed = value is not None and value.size > 0
    return {
        "n_weights": block.n_weights,
        "n_trained": n_existing(block),
        "strength": float(kept(block, block.strength).sum(dtype=np.float64)),
        "mean_value": float(value.mean(dtype=np.float64)) if signed and value is not None else None,
        "positive_share": float((value > 0).mean()) if signed and value is not None else None,
        "weight_policy": block.policy,
        "removed_strength_share": float(block.removed_strength_share),
    }
