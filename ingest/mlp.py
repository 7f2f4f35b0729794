"""A multi-layer perceptron: linear layers in a chain, a pointwise nonlinearity after each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch
from torch.nn import functional

from atlas.errors import BadParameter, NonFiniteWeights, TensorMismatch
from atlas.keys import INPUT_LAYER, check_segment
from atlas.records import Parameter
from ingest.activation import IDENTITY, Activation

_RESERVED = (INPUT_LAYER, "target", "run")  # other things stand under these names


@dataclass(frozen=True, kw_only=True)
class LinearLayer:
    """One linear layer and the nonlinearity after it."""

    name: str
    weight: torch.Tensor  # shape (n_out, n_in), as torch keeps it
    bias: torch.Tensor | None  # shape (n_out,)
    activation: Activation = IDENTITY

    @torch.no_grad()
    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the layer's activations from those of the layer before, shape (n_trials, n_out)."""
        return self.activation(functional.linear(x, self.weight, self.bias))


@dataclass(frozen=True, kw_only=True)
class Mlp:
    """Linear layers, checked to fit together; all weights float32, or all float64."""

    linear: tuple[LinearLayer, ...]
    sha256: str  # of the file, or of names, shapes and values
    opened: Mapping[str, Parameter] = field(default_factory=dict)  # how to open it again; empty in memory

    @property
    def names(self) -> tuple[str, ...]:
        """Name all layers, the input first."""
        return (INPUT_LAYER, *(layer.name for layer in self.linear))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Count the neurons of all layers, the input first."""
        return (self.linear[0].weight.shape[1], *(layer.weight.shape[0] for layer in self.linear))

    @property
    def dtype(self) -> torch.dtype:
        """Tell the type of the weights."""
        return self.linear[0].weight.dtype

    @property
    def chain(self) -> str:
        """Write the layers down: `fc1:relu,fc2:relu,fc3`."""
        return ",".join(
            layer.name if layer.activation == IDENTITY else f"{layer.name}:{layer.activation}" for layer in self.linear
        )


def assemble(
    layers: Sequence[LinearLayer], *, sha256: str | None = None, opened: Mapping[str, Parameter] | None = None
) -> Mlp:
    """Make a perceptron from its layers, after checking that they fit together.

    Parameters
    ----------
    layers
        In order, from the input.
    sha256
        Of the file they come from; None takes it of names, shapes and values.

    Raises
    ------
    BadKey, BadParameter
        A layer's name cannot be part of a key, or is taken.
    TensorMismatch
        Shapes or types that form no chain.
    NonFiniteWeights
        NaN or infinite values.
    """
    _check_names([layer.name for layer in layers])
    for layer in layers:
        _check_tensors(layer)
    for source, target in pairwise(layers):
        _check_fit(source, target)
    dtype = torch.float64 if any(layer.weight.dtype == torch.float64 for layer in layers) else torch.float32
    linear = tuple(_converted(layer, dtype) for layer in layers)
    return Mlp(linear=linear, sha256=sha256 or _values_sha256(linear), opened=opened or {})


def _check_names(names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        check_segment(name, what="layer name")
        if name in _RESERVED or name in names[:number]:
            raise BadParameter(f"The layer name {name!r} is taken. Rename the layer in the network.")


def _check_tensors(layer: LinearLayer) -> None:
    for name, tensor, n_dimensions in (("weight", layer.weight, 2), ("bias", layer.bias, 1)):
        if tensor is None:
            continue
        full_name = f"{layer.name}.{name}"
        if tensor.ndim != n_dimensions or 0 in tensor.shape:
            raise TensorMismatch(
                f"The tensor {full_name!r} is {_shape(tensor)}. The {name} of a linear layer has {n_dimensions} "
                f"dimension{'s' if n_dimensions > 1 else ''}. Leave this layer out of the chain."
            )
        if not tensor.is_floating_point() or tensor.is_meta or tensor.layout != torch.strided:
            kind = "without values" if tensor.is_meta else f"{tensor.layout} {tensor.dtype}".replace("torch.", "")
            raise TensorMismatch(
                f"The tensor {full_name!r} is {kind}. Weights must be dense floating-point numbers. Convert them first."
            )
        _check_finite(full_name, tensor)
    if layer.bias is not None and layer.bias.shape[0] != layer.weight.shape[0]:
        raise TensorMismatch(
            f"The layer {layer.name!r} has {layer.weight.shape[0]} neurons but {layer.bias.shape[0]} biases. "
            "There must be one for each neuron. Check the file."
        )


def _check_finite(name: str, tensor: torch.Tensor) -> None:
    bad = ~torch.isfinite(tensor)
    if bad.any():
        first = tuple(torch.nonzero(bad)[0].tolist())
        raise NonFiniteWeights(
            f"The tensor {name!r} has {int(bad.sum())} NaN or infinite values, the first at {first}. "
            "Such a network has no meaningful answers. Train it again, or take an earlier checkpoint."
        )


def _check_fit(source: LinearLayer, target: LinearLayer) -> None:
    n_out, n_in = source.weight.shape[0], target.weight.shape[1]
    if n_out != n_in:
        raise TensorMismatch(
            f"The layer {source.name!r} puts out {n_out} values, but {target.name!r} takes in {n_in}. "
            "Layers that follow each other must fit. Correct the order of the chain."
        )


def _converted(layer: LinearLayer, dtype: torch.dtype) -> LinearLayer:
    """Copy a layer, so that training on does not change what was read."""
    weight = layer.weight.detach().to("cpu", dtype, copy=True).contiguous()
    bias = None if layer.bias is None else layer.bias.detach().to("cpu", dtype, copy=True)
    return LinearLayer(name=layer.name, weight=weight, bias=bias, activation=layer.activation)


def _values_sha256(layers: Sequence[LinearLayer]) -> str:
    digest = hashlib.sha256()
    for layer in layers:
        digest.update(f"{layer.name}:{layer.activation}".encode())
        for tensor in (layer.weight, layer.bias):
            digest.update(b"none" if tensor is None else f"{tensor.dtype}{tuple(tensor.shape)}".encode())
            digest.update(b"" if tensor is None else tensor.numpy().tobytes())
    return digest.hexdigest()


def _shape(tensor: torch.Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a single number"
