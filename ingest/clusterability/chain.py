"""The dense layers and convolutions of a torch module, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from atlas.errors import UnsupportedLayer

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


@dataclass(frozen=True, kw_only=True)
class ChainLayer:
    """One layer of a chain. A neuron of a convolution is a channel."""

    name: str
    weight: nn.Parameter  # shape (n_neurons, n_inputs, ...), or (n_neurons, n_inputs * n_positions)
    bias: nn.Parameter | None
    n_neurons: int
    n_inputs: int  # neurons of the layer before it, or inputs

    def strength(self) -> torch.Tensor:
        """Add up the magnitudes of the weights between two neurons, shape (n_inputs, n_neurons)."""
        return self.weight.abs().reshape(self.n_neurons, self.n_inputs, -1).sum(dim=2).T

    def multiply(self, factor: torch.Tensor) -> None:
        """Multiply the weights in place, by one factor for every two neurons, shape (n_neurons or 1, n_inputs or 1)."""
        n_positions = 1 if self.weight.ndim > 2 else self.weight.shape[1] // self.n_inputs
        if factor.shape[1] > 1:
            factor = factor.repeat_interleave(n_positions, dim=1)
        with torch.no_grad():
            self.weight.mul_(factor.reshape(*factor.shape, *[1] * (self.weight.ndim - 2)).to(self.weight))


def chain_of(torch_module: nn.Module) -> list[ChainLayer]:
    """List the dense layers and convolutions of a module, in the order in which they are registered.

    They must run in that order, each on what the one before it puts out; this is not visible in a module, only whether
    their sizes fit. A dense layer after a convolution takes in the positions of its channels, flattened.

    Raises
    ------
    UnsupportedLayer
        Anything else has parameters or buffers, sizes do not fit, or there is no layer at all.
    """
    chain: list[ChainLayer] = []
    seen: set[nn.Module] = set()
    for name, part in torch_module.named_modules(remove_duplicate=False):
        if isinstance(part, (nn.Linear, *_CONVOLUTIONS)):
            if part in seen:
                raise UnsupportedLayer(f"The layer {name!r} runs twice. In a chain each runs once. Give it a copy.")
            seen.add(part)
            chain.append(_layer(name, part, chain[-1] if chain else None))
        elif any(True for _ in (*part.parameters(recurse=False), *part.buffers(recurse=False))):
            raise UnsupportedLayer(
                f"The part {name!r} is a {type(part).__name__}. Clusterability is defined for chains of dense layers "
                "and convolutions. Fold it into its neighbours, or give those layers by themselves."
            )
    if not chain:
        raise UnsupportedLayer("The module has no dense layer and no convolution. Give one that has.")
    return chain


def _layer(name: str, part: nn.Module, before: ChainLayer | None) -> ChainLayer:
    weight, bias = part._parameters.get("weight"), part._parameters.get("bias")
    if weight is None:
        raise UnsupportedLayer(
            f"The weight of the layer {name!r} is made of other tensors. It must be a parameter by itself. "
            "Make pruning or parametrisation permanent (`torch.nn.utils.prune.remove`)."
        )
    if getattr(part, "groups", 1) != 1:
        raise UnsupportedLayer(f"The convolution {name!r} has groups. Only those with one group are supported.")
    layer = ChainLayer(name=name, weight=weight, bias=bias, n_neurons=weight.shape[0], n_inputs=weight.shape[1])
    if before is None or before.n_neurons == layer.n_inputs:
        return layer
    if weight.ndim > 2 or before.weight.ndim == 2 or layer.n_inputs % before.n_neurons:
        raise UnsupportedLayer(
            f"The layer {name!r} takes in {layer.n_inputs} values, {before.name!r} before it has {before.n_neurons} "
            "neurons. In a chain every layer takes in what the one before it puts out. Register them in that order."
        )
    return ChainLayer(name=name, weight=weight, bias=bias, n_neurons=layer.n_neurons, n_inputs=before.n_neurons)
