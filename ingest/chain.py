"""A state dict and a chain: `fc1:relu,fc2:relu,fc3` names the linear layers in order, each with its nonlinearity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import torch

from atlas.errors import BadParameter, UnknownName
from ingest.activation import IDENTITY, NORMALISERS, Activation, parse_activation
from ingest.mlp import LinearLayer

_SHOWN = 12  # tensors listed in a message


def layers_of_chain(tensors: Mapping[str, torch.Tensor], chain: str) -> tuple[LinearLayer, ...]:
    """Pick the linear layers a chain names out of a state dict.

    Parameters
    ----------
    tensors
        With `NAME.weight`, and `NAME.bias` where the layer has one, for every layer named. Others are left out.
    chain
        Layers in order, each with its activation; without one, the layer's sums are its activations. A softmax
        or log_softmax after the last changes no answer and is left out.

    Raises
    ------
    BadParameter, UnknownName
        A chain that is malformed, or names a layer or an activation that is not there.
    """
    steps = _parse(chain)
    names = linear_names(tensors)
    for name, _ in steps:
        if f"{name}.weight" not in tensors:
            raise UnknownName("layer in the chain", name, names, remedy=f"The file holds {_listed(tensors)}.")
    return tuple(
        LinearLayer(
            name=name, weight=tensors[f"{name}.weight"], bias=tensors.get(f"{name}.bias"), activation=activation
        )
        for name, activation in steps
    )


def missing_chain(source: str, tensors: Mapping[str, torch.Tensor]) -> BadParameter:
    """Say what a state dict holds, and how a chain for it might look."""
    names = linear_names(tensors)
    example = f"chain={','.join([*(f'{name}:relu' for name in names[:-1]), *names[-1:]])!r}" if names else "a chain"
    return BadParameter(
        f"{source} holds {_listed(tensors)}, but not the order of the layers nor their activations. "
        f"Give them, for example {example}."
    )


def linear_names(tensors: Mapping[str, torch.Tensor]) -> list[str]:
    """Name everything that looks like a linear layer, in the file's order."""
    return [
        name.removesuffix(".weight")
        for name, tensor in tensors.items()
        if name.endswith(".weight") and tensor.ndim == 2
    ]


def _parse(chain: str) -> Sequence[tuple[str, Activation]]:
    parts = [part.strip() for part in chain.split(",")]
    if not all(parts):
        raise BadParameter(f"The chain {chain!r} has an empty part. Write it as in 'fc1:relu,fc2:relu,fc3'.")
    return [_step(part, is_last=number == len(parts) - 1) for number, part in enumerate(parts)]


def _step(part: str, *, is_last: bool) -> tuple[str, Activation]:
    name, _, activation = (text.strip() for text in part.partition(":"))
    if activation in NORMALISERS:
        if not is_last:
            raise BadParameter(f"The chain has {activation!r} after {name!r}. It may stand after the last layer only.")
        return name, IDENTITY
    return name, parse_activation(activation) if activation else IDENTITY


def _listed(tensors: Mapping[str, torch.Tensor]) -> str:
    shown = [f"{name!r} {' x '.join(map(str, tensor.shape))}" for name, tensor in islice(tensors.items(), _SHOWN)]
    rest = len(tensors) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
